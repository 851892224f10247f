"""Why a value cannot be taken: a stable code, and the end of a sentence that a person understands."""

from typing import Final

SENTENCES: Final = {
    "wallet_id": "a wallet id has 1 to 32 small letters, digits, _ and -, and begins with a letter or digit",
    "command_id": "a command id is 1 to 64 letters, digits, . _ : and -, and not digits alone",
    "process_id": "an id of this form is kept for what the program itself does about an event",
    "too_long": "at most {limit} characters, and this has {length}",
    "nul": "the NUL character cannot be stored",
    "not_unicode": "this is not valid Unicode text",
    "sealed": "a text cannot begin with {prefix}",
    "empty": "it cannot be empty",
    "zero": "an amount is more than zero",
    "currency": "a currency is an ISO 4217 code such as USD, EUR or JPY",
    "version": "a version is a whole number such as 3",
    "moment": "a time looks like 2026-01-31 or 2026-01-31T12:00:00Z",
    "amount": "an amount looks like 12.34",
    "no_decimals": "{currency} has no decimals; an amount looks like 1234",
    "decimals": "{currency} has {digits} decimals; an amount looks like {example}",
    "too_large": "an amount is at most {limit} {currency}",
}
"""The English for each code; the names in braces are the mistake's values."""


class Mistake(ValueError):
    """A value is not what it has to be.

    Attributes:
        code: Stable, for programs: a key of `SENTENCES`.
        values: What the sentence is filled in with, for whoever says it in another language.
    """

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(SENTENCES[code].format_map(values))
        self.code = code
        self.values = values
