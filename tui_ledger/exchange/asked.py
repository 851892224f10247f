"""What an event says that was asked for, held against what it says that happened."""

from typing import Any, Final

import msgspec
from pydantic import ValidationError

from tui_ledger.clock import parse_timestamp, timestamp
from tui_ledger.domain.admissible import Inadmissible, leads_to
from tui_ledger.domain.commands import COMMANDS, Command, RefundPurchase, SendMoney
from tui_ledger.domain.events import EVENT_TYPES, Event, PurchaseRefunded
from tui_ledger.domain.transfer import ReceiveTransfer, ReturnTransfer, SettleTransfer
from tui_ledger.domain.wallet import WalletState
from tui_ledger.event_store.port import PastEvent

_KINDS: Final = COMMANDS | {kind.verb: kind for kind in (ReceiveTransfer, SettleTransfer, ReturnTransfer)}
_decoder: Final = msgspec.json.Decoder(dict[str, Any])


def check_content(event: PastEvent, data: Event, state: WalletState) -> None:
    """Check that the command whose content the event has leads to it.

    A refund's purchase was named by a position or a command's id of another log, and is not compared. What
    was asked of an older program cannot be decided again. That the content is one, and is about this wallet,
    is known from reading the line.

    Raises:
        Inadmissible: it leads to something else, or is no command.
    """
    if event.content is None:
        return
    current = EVENT_TYPES.get(event.type)
    if current is not None and event.schema == current.schema:
        leads_to(_command(event.content, event, data), state, data)


def _command(content: str, event: PastEvent, data: Event) -> Command:
    fields = _decoder.decode(content)
    try:
        command = _KINDS[fields.pop("verb")](**fields)
    except ValidationError:
        raise Inadmissible("what was asked for is no command that this program knows.") from None
    if command.content() != content:
        raise Inadmissible("what was asked for is not written as it is on record.")
    if command.at is not None and timestamp(parse_timestamp(command.at)) != event.occurred_at:
        raise Inadmissible(f"what was asked for was to happen at {command.at}, and it did not.")
    if isinstance(command, RefundPurchase) and isinstance(data, PurchaseRefunded):
        return command.model_copy(update={"purchase": data.purchase})
    if isinstance(command, SendMoney):
        return command.model_copy(update={"id": event.command_id})
    return command
