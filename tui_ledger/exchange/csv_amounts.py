"""Amounts as statements write them: `-1.234,56 €`, `(12.00)`, `USD 1'000.00-`. Exact, or refused."""

import re
from typing import Final

import msgspec

from tui_ledger.domain.money import EXPONENTS, split_amount

_BLANKS: Final = dict.fromkeys(map(ord, "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"), " ")
_CURRENCY: Final = r"(?:([A-Z]{3})|[$€£¥₹₩₽₺₴₦₫₪₱฿₲₵₸₼₾¤])?"
_SIGN: Final = "([+\\-\N{MINUS SIGN}]?)"


class CellError(ValueError):
    """A cell that says no amount, with a sentence that says what one looks like."""


class SignedAmount(msgspec.Struct, frozen=True):
    """An amount of money that comes in, or goes out.

    Attributes:
        amount: As a command has it, without a sign: `1234.56`.
        out: Whether it was negative.
        currency: The currency's code, where one stood beside it.
    """

    amount: str
    out: bool
    currency: str | None = None

    @property
    def is_zero(self) -> bool:
        """Whether nothing is moved."""
        return not self.amount.strip("0.")


class AmountFormat:
    """How a file writes amounts.

    Args:
        decimal: The mark before the decimals.
        thousands: The mark between groups of three digits; empty if there is none.
    """

    def __init__(self, decimal: str, thousands: str) -> None:
        grouped = rf"|[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+" if thousands else ""
        number = rf"([0-9]+{grouped}|(?={re.escape(decimal)}))(?:{re.escape(decimal)}([0-9]+))?"
        parts = (r"(\()?", _SIGN, _CURRENCY, _SIGN, number, _SIGN, _CURRENCY, _SIGN, r"(\))?")
        self._form = re.compile(" ?".join(parts), re.ASCII)
        self._thousands = thousands
        self._example = f"1{thousands}234{decimal}56"

    def parse(self, cell: str) -> SignedAmount:
        """The amount that `cell` says. A sign, parentheses and a currency may stand around its digits.

        Raises:
            CellError: it says none, or writes it differently.
            AmountError: it has more digits than any amount.
        """
        match = self._form.fullmatch(cell.translate(_BLANKS).strip())
        if match is None:
            raise CellError(f"an amount looks like {self._example} here")
        opened, sign1, code1, sign2, whole, decimals, sign3, code2, sign4, closed = match.groups("")
        signs = opened + sign1 + sign2 + sign3 + sign4
        if len(signs) > 1 or bool(opened) != bool(closed) or (code1 and code2):
            raise CellError(f"an amount looks like {self._example} here, with one sign at most")
        currency = code1 or code2 or None
        if currency is not None and currency not in EXPONENTS:
            raise CellError(f"there is no currency {currency}")
        digits = (whole.replace(self._thousands, "") if self._thousands else whole) or "0"
        amount = f"{digits}.{decimals}" if decimals else digits
        split_amount(amount)
        return SignedAmount(amount, signs not in ("", "+"), currency)
