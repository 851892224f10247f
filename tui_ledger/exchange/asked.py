"""What an event says that was asked for."""

from typing import Final

from tui_ledger.clock import parse_timestamp, timestamp
from tui_ledger.domain.admissible import Inadmissible
from tui_ledger.domain.commands import COMMANDS, Command, RefundPurchase, SendMoney, read_content
from tui_ledger.domain.events import EVENT_TYPES, Event, PurchaseRefunded
from tui_ledger.domain.transfer import ReceiveTransfer, ReturnTransfer, SettleTransfer
from tui_ledger.event_store.port import PastEvent

_KINDS: Final = COMMANDS | {kind.verb: kind for kind in (ReceiveTransfer, SettleTransfer, ReturnTransfer)}


def command_of(event: PastEvent, data: Event) -> Command | None:
    """The command that an event says it came of, as it was put to `decide`.

    A refund's purchase was named by a position or a command's id of another log: the event's is taken for it.

    Args:
        event: The event, of whose content it is known that it is one and of this wallet.
        data: What it says, as it would be written today.

    Returns:
        None if it does not say, or it came of an older program's command.

    Raises:
        Inadmissible: there is no such command, or it was to happen at another time.
    """
    current = EVENT_TYPES.get(event.type)
    if event.content is None or current is None or event.schema != current.schema:
        return None
    return _command(event.content, event, data)


def _command(content: str, event: PastEvent, data: Event) -> Command:
    try:
        command = read_content(content, _KINDS)
    except ValueError:
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
