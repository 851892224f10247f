"""Whether a fact that comes from elsewhere can be one, looked at by itself.

Commands are checked before anything is decided, so that every event of our own is within limits. One that
a file brings has passed no command: its fields are held to the same limits here. Whether it can have
happened to its wallet is another question, which only the wallet's state answers.
"""

from collections.abc import Callable
from typing import Any, Final

from tui_ledger.clock import parse_timestamp, timestamp
from tui_ledger.domain.commands import check_name, check_text, is_command_id, is_wallet_id
from tui_ledger.domain.events import EVENT_TYPES, Event, TransferReceived, TransferSent
from tui_ledger.domain.money import EXPONENTS, LIMIT
from tui_ledger.ids import is_uuid


def check_plausible(fact: Event) -> None:
    """See whether each field of `fact` is within its limits.

    Raises:
        ValueError: one is not, or a transfer goes to where it comes from; a clause says which and why.
    """
    for name, check in _CHECKS[type(fact)]:
        try:
            check(getattr(fact, name))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    other = fact.to if isinstance(fact, TransferSent) else None
    if isinstance(fact, TransferReceived):
        other = fact.sender
    if other == fact.wallet:
        raise ValueError(f"{other} cannot send money to itself")


def _wallet(value: str) -> None:
    if not is_wallet_id(value):
        raise ValueError(
            "a wallet id has 1 to 32 small letters, digits, _ and -, and begins with a letter or digit"
        )


def _amount(value: int) -> None:
    if not 0 < value <= LIMIT:
        raise ValueError(f"an amount is a whole number of minor units from 1 to {LIMIT}")


def _currency(value: str) -> None:
    if value not in EXPONENTS:
        raise ValueError("a currency is an ISO 4217 code such as USD, EUR or JPY")


def _transfer(value: str) -> None:
    if not is_command_id(value):
        raise ValueError("a transfer has the id of a command")


def _event_id(value: str) -> None:
    if not is_uuid(value):
        raise ValueError("an event id is a lower-case UUID")


def _moment(value: str) -> None:
    # It is stored as it is, and compared as text.
    if timestamp(parse_timestamp(value)) != value:
        raise ValueError("a time looks like 2026-01-31T12:00:00.000000Z")


_FIELDS: Final[dict[str, Callable[[Any], object]]] = {
    "wallet": _wallet,
    "to": _wallet,
    "sender": _wallet,
    "amount": _amount,
    "currency": _currency,
    "transfer": _transfer,
    "purchase": _event_id,
    "purchased_at": _moment,
    "item": check_name,
    "owner": check_text,
    "source": check_text,
    "destination": check_text,
    "category": check_text,
    "merchant": check_text,
    "note": check_text,
    "reason": check_text,
}
"""A name means the same in every type of event."""

_CHECKS: Final = {
    kind: [(name, _FIELDS[name]) for name in kind.__struct_fields__] for kind in EVENT_TYPES.values()
}
