"""Who has a wallet: invented people, with names from many places, and the currency that each is paid in."""

from typing import Final

import msgspec


class Person(msgspec.Struct, frozen=True):
    """An invented person with a wallet."""

    wallet: str
    owner: str
    currency: str


# The wallet's id and the name of its owner. Where there are more wallets than names, they come again.
_NAMES: Final = (
    ("ann", "Ann Walker"),
    ("bob", "Bob Okafor"),
    ("zoe", "Zoë Müller"),
    ("hanako", "山田 花子"),
    ("jose", "José Álvarez"),
    ("amara", "Amara Nwosu"),
    ("soren", "Søren Kjær"),
    ("olena", "Олена Коваль"),
    ("li", "Li Wei"),
    ("priya", "Priya Nair"),
    ("lukasz", "Łukasz Żak"),
    ("mai", "Nguyễn Thị Mai"),
    ("tom", "Tom Becker"),
    ("fatima", "فاطمة الزهراء"),
    ("ines", "Inês Carvalho"),
    ("minji", "김민지"),
    ("cy", "Cyrus Mensah"),
    ("astrid", "Astrid Lund"),
    ("kenta", "佐藤 健太"),
    ("rosa", "Rosa Conti"),
    ("noah", "Noah Green"),
    ("leila", "Leila Haddad"),
    ("matteo", "Matteo Bianchetti"),
    ("sana", "Sana Iqbal"),
    ("eva", "Eva Novotná"),
    ("diego", "Diego Fuentes"),
    ("oyvind", "Øyvind Dahl"),
    ("chloe", "Chloé Martin"),
    ("ravi", "Ravi Kunnath"),
    ("nina", "Nina Petrova"),
    ("yuki", "高橋 雪"),
    ("sam", "Sam Porter"),
    ("wanjiru", "Wanjiru Kamau"),
    ("hugo", "Hugo Lindqvist"),
    ("dalia", "Dalia Cohen"),
    ("pavel", "Pavel Horák"),
    ("grace", "Grace Achieng"),
    ("tariq", "Tariq Rahmani"),
    ("elif", "Elif Yıldız"),
    ("jun", "Jun Aosawa"),
)
_CURRENCIES: Final = (
    *("EUR", "USD", "EUR", "JPY", "EUR", "USD", "EUR", "USD", "EUR", "GBP"),
    *("USD", "EUR", "USD", "KWD", "EUR", "USD", "EUR", "USD", "JPY", "EUR"),
)


def person(number: int) -> Person:
    """The person of that number, from 0 on; no two have the same wallet."""
    again, index = divmod(number, len(_NAMES))
    wallet, owner = _NAMES[index]
    currency = _CURRENCIES[number % len(_CURRENCIES)]
    return Person(f"{wallet}-{again + 1}" if again else wallet, owner, currency)
