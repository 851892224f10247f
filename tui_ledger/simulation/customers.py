"""Who the simulated customers are, and what they can buy."""

from typing import Final

import msgspec


class Customer(msgspec.Struct, frozen=True):
    """A person with a wallet."""

    wallet: str
    owner: str


class Ware(msgspec.Struct, frozen=True):
    """Something on sale; the price lies between `low` and `high`, in whole units of the currency."""

    item: str
    category: str
    merchant: str
    low: int
    high: int


CUSTOMERS: Final = (
    Customer("ann", "Ann Walker"),
    Customer("bob", "Bob Okafor"),
    Customer("cy", "Cyrus Mensah"),
    Customer("zoe", "Zoë Müller"),
    Customer("jose", "José Álvarez"),
    Customer("soren", "Søren Kjær"),
    Customer("lukasz", "Łukasz Żak"),
    Customer("hanako", "山田 花子"),
    Customer("mai", "Nguyễn Thị Mai"),
    Customer("olena", "Олена Коваль"),
    Customer("fatima", "فاطمة الزهراء"),
    Customer("minji", "김민지"),
)

WARES: Final = (
    Ware("coffee", "food", "Café Central", 3, 6),
    Ware("groceries", "food", "Green Market", 20, 90),
    Ware("ramen 拉麺", "food", "Ramen Ichiban", 9, 16),
    Ware("train ticket", "travel", "Northern Rail", 8, 60),
    Ware("bicycle repair", "travel", "Spoke & Chain", 25, 80),
    Ware("novel", "books", "Second Chapter", 8, 20),
    Ware("textbook", "books", "Second Chapter", 30, 75),
    Ware("concert", "leisure", "City Hall", 25, 90),
    Ware("cinema", "leisure", "Odeon", 9, 15),
    Ware("headphones", "electronics", "Volt", 40, 150),
    Ware("electricity", "home", "Bright Energy", 45, 110),
)

YACHT: Final = Ware("yacht", "leisure", "Harbour Lights", 900_000, 2_000_000)
"""What nobody can pay."""
