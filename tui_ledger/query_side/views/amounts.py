"""Between the minor units of events and the decimal texts of documents, exactly and with the sign."""

from tui_ledger.domain.money import EXPONENTS, format_amount
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.errors import IntegrityError


def to_text(minor: int, currency: str) -> str:
    """`minor` units as a decimal text in major units.

    Raises:
        ImpossibleEvent: there is no such currency.
    """
    if currency not in EXPONENTS:
        raise ImpossibleEvent(f"there is no currency {currency}")
    return format_amount(minor, currency)


def to_minor(text: str, currency: str) -> int:
    """The minor units that a document's `text` says. Unlike a person's amount it may be negative or large.

    Raises:
        ImpossibleEvent: there is no such currency.
        IntegrityError: `text` is not what `to_text` writes.
    """
    try:
        minor = int(text.replace(".", "", 1))  # which takes more than is meant: `+1`, `1_000`, other digits
    except ValueError:
        minor = None
    if minor is None or to_text(minor, currency) != text:
        raise IntegrityError(f"{text!r} is no amount in {currency}")
    return minor


def check_positive(minor: int) -> int:
    """`minor`, the amount that an event moves.

    Raises:
        ImpossibleEvent: nothing is moved, or the wrong way.
    """
    if minor <= 0:
        raise ImpossibleEvent(f"an amount of {minor} was never accepted")
    return minor


def zero_like(text: str) -> str:
    """Nothing, with as many decimals as the amount `text` has."""
    _, point, decimals = text.partition(".")
    return f"0{point}{'0' * len(decimals)}"
