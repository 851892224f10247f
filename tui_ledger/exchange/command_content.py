"""What an event's line says of the command that it came of, held against the event."""

from typing import Final

import msgspec

from tui_ledger.domain.commands import check_text, is_process_id
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.transfer import step_id
from tui_ledger.errors import InputError
from tui_ledger.nearest import shown


def check_command(command_id: str | None, content: str | None, fact: Event, cause: str | None) -> None:
    """See whether `fact` can have come of that command.

    Both are what makes a command idempotent: an id that only a process gives would, on another event, keep a
    transfer from ever ending, and a content that is not the event's would be answered with that event.

    Args:
        command_id: None: no command is known.
        content: What was asked for; None where another event of the command says it.
        fact: What happened.
        cause: The id of the event that called for it.

    Raises:
        InputError: it cannot; a clause says why.
    """
    if command_id is not None and is_process_id(command_id) and command_id != step_id(fact, cause or ""):
        raise InputError(f"the commandid is one that only a process gives, and none to this {_name(fact)}.")
    if content is None:
        return
    if command_id is None:
        raise InputError("there is a commandcontent, but no commandid.")
    fields = _fields(content)
    verb = fields.pop("verb", None)
    if verb != _VERBS[type(fact)]:
        raise InputError(f"the commandcontent is of {shown(str(verb))}, from which no {_name(fact)} comes.")
    if fields.get("wallet") != fact.wallet:
        raise InputError("the commandcontent is about another wallet.")
    for name, value in fields.items():
        try:
            check_text(value if isinstance(value, str) else "")
        except ValueError as error:
            raise InputError(f"the commandcontent cannot be: {shown(name)}: {error}.") from None


def _fields(content: str) -> dict[str, str | int]:
    try:
        fields = _decoder.decode(content)
        if _encoder.encode(fields).decode() == content:
            return fields
    except ValueError:  # no JSON, no Unicode, or a value that is nested
        pass
    raise InputError("the commandcontent is not the canonical JSON of a command's verb and fields.")


def _name(fact: Event) -> str:
    return type(fact).__name__


_VERBS: Final[dict[type[Event], str]] = {
    UserCreated: "create",
    MoneyDeposited: "deposit",
    MoneyWithdrawn: "withdraw",
    ItemPurchased: "buy",
    PurchaseRefunded: "refund",
    TransferSent: "send",
    TransferReceived: "receive",
    TransferSettled: "settle",
    TransferReturned: "return",
    WalletClosed: "close",
}
"""What was asked for where this happened."""

_decoder: Final = msgspec.json.Decoder(dict[str, str | int])
_encoder: Final = msgspec.json.Encoder(order="deterministic")
