"""What must be true of the events of a transfer, which cross two wallets.

Neither wallet knows by itself whether the other has done its part, so no state of one can tell.
"""

from tui_ledger.domain.events import (
    Event,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.domain.transfer import step_id
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import PastEvent
from tui_ledger.exchange.staged_rows import Way


def check_transfer(event: PastEvent, data: Event, way: Way | None, *, is_used: bool) -> None:
    """Check that an event is the next step of its transfer.

    Args:
        event: The event; one that does not belong to a transfer is none of this.
        data: What it says.
        way: How far its transfer is, if it was sent.
        is_used: Whether another event's command has the id of the transfer.

    Raises:
        InputError: it is not.
    """
    match data:
        case TransferSent():
            _check_sent(event, data, way, is_used=is_used)
        case TransferReceived():
            _check_step(event, data, _sent_to(data, way))
        case TransferReturned():
            if way is None or way.sent is None or way.received is not None:
                raise _refusal(f"the transfer {data.transfer} was received, and cannot come back.")
            _check_step(event, data, way.sent)
        case TransferSettled():
            if way is None or way.received is None:
                raise _refusal(f"the transfer {data.transfer} was not received.")
            _check_step(event, data, way.received)


def _check_sent(event: PastEvent, data: TransferSent, way: Way | None, *, is_used: bool) -> None:
    if event.command_id not in {None, data.transfer}:
        raise _refusal("a transfer is named after its command, and this one is not.")
    if way is not None or (event.command_id is None and is_used):
        raise _refusal(f"the transfer id {data.transfer} was used before.")


def _sent_to(data: TransferReceived, way: Way | None) -> str:
    """The id of the event by which it was sent."""
    if way is None or way.sent is None or way.recipient != data.wallet:
        raise _refusal(f"the transfer {data.transfer} was not sent to {data.wallet}.")
    if (way.sender, way.amount, way.currency, way.note) != (
        data.sender,
        data.amount,
        data.currency,
        data.note,
    ):
        raise _refusal(f"what was sent as {data.transfer} is not what was received.")
    if way.ended:
        raise _refusal(f"the transfer {data.transfer} is over.")
    return way.sent


def _check_step(event: PastEvent, data: Event, cause: str) -> None:
    """The ids of what the process does follow from the event that calls for it: else it would do it again."""
    if event.causation_id not in {None, cause}:
        raise InputError(f"what calls for it is the event {cause}, not {event.causation_id}.", "bad_cause")
    command_id = step_id(data, cause)
    if event.command_id not in {None, command_id}:
        raise InputError(
            f"the commandid is {event.command_id}, and can only be {command_id}.", "bad_command_id"
        )


def _refusal(reason: str) -> InputError:
    return InputError(reason, "bad_transfer")
