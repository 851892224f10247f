"""The steps of one transfer, from wherever it is to its end."""

import asyncio

from tui_ledger.command_side.handler import Cause, CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.command_side.streams import stream_of
from tui_ledger.domain.events import (
    RecordedEvent,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.domain.transfer import (
    TransferCommand,
    give_back,
    outcome_id,
    receive,
    settle,
    settle_id,
)
from tui_ledger.errors import IntegrityError, explain
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, StoredEvent

_ENDS = (TransferSettled.__name__, TransferReturned.__name__)


class TransferStuck(IntegrityError):
    """A transfer that cannot end, because the log holds something that this program does not write."""

    def __init__(self, sent: RecordedEvent | StoredEvent, reason: str) -> None:
        super().__init__(f"The transfer of event #{sent.position} cannot end: {reason}")


class TransferSteps:
    """Takes the steps that a transfer still needs.

    Any number of these may be at work on one transfer, in any number of processes: whoever comes second to
    a step finds what the first one did, and goes on from there.
    """

    def __init__(self, handler: CommandHandler, store: EventStore) -> None:
        self._handler = handler
        self._store = store

    async def complete(self, stored: StoredEvent) -> None:
        """See the transfer that begins with `stored`, a TransferSent, to its end: settled, or returned.

        Raises:
            LockedError: another process held the log for too long.
            StorageError: the log cannot be read or written.
            NewerVersionError: something in one of the two wallets is not known to this program.
            TransferStuck: it cannot end as things are.
        """
        try:
            await self._complete(decode(stored))
        except TransferStuck:
            raise
        except (IntegrityError, ValueError, LookupError) as error:  # forged events can break anything
            raise TransferStuck(stored, explain(error)) from error

    async def _complete(self, sent: RecordedEvent) -> None:
        if not isinstance(sent.data, TransferSent):
            raise TransferStuck(sent, f"it is {sent.type}, and no transfer begins so.")
        if sent.stream != stream_of(sent.data.wallet):
            raise TransferStuck(sent, f"it is about {sent.data.wallet}, and stands in {sent.stream}.")
        if await self._is_over(sent, sent.data):
            return
        received = await self._receive_or_return(sent, sent.data)
        if received is not None:
            await self._settle(sent, received)

    async def _is_over(self, sent: RecordedEvent, data: TransferSent) -> bool:
        """Whether the sender knows its end. To look is cheaper than to have the commands find out."""
        for stored in await self._store.read_stream(sent.stream, after=sent.version):
            if stored.type in _ENDS:
                match decode(stored).data:
                    case TransferSettled(transfer=data.transfer) | TransferReturned(transfer=data.transfer):
                        return True
        return False

    async def _receive_or_return(self, sent: RecordedEvent, data: TransferSent) -> RecordedEvent | None:
        """Have it received, or, if it is refused, returned.

        Returns:
            The TransferReceived, also if it was there already; None if the transfer is over.
        """
        receipt = await self._execute(receive(data), outcome_id(sent), sent, sent)
        if receipt.accepted:
            return await self._event_at(receipt.position)
        if receipt.code == "command_id_reused":
            return await self._outcome_on_record(sent, data)
        if receipt.code == "transfer_known":
            received = await self._received_before(sent, data)
            if received is not None:
                return received
        returned = await self._execute(give_back(data, str(receipt.code)), outcome_id(sent), sent, sent)
        if returned.accepted or returned.code == "transfer_over":
            return None
        if returned.code == "command_id_reused":
            return await self._outcome_on_record(sent, data)
        raise TransferStuck(sent, f"{receipt.message} And it cannot come back: {returned.message}")

    async def _settle(self, sent: RecordedEvent, received: RecordedEvent) -> None:
        if not isinstance(received.data, TransferReceived):
            raise TransferStuck(sent, f"event #{received.position} stands where its receipt would.")
        receipt = await self._execute(settle(received.data), settle_id(received), sent, received)
        if not receipt.accepted and receipt.code != "transfer_over":
            raise TransferStuck(sent, str(receipt.message))

    async def _execute(
        self, command: TransferCommand, command_id: str, sent: RecordedEvent, caused_by: RecordedEvent
    ) -> Receipt:
        """Have a step taken that `caused_by` calls for, as part of the journey that `sent` belongs to."""
        journey = sent.correlation_id or sent.command_id or command.transfer
        cause = Cause(command_id, journey, caused_by.id)
        while True:
            receipt = await self._handler.execute(command, cause)
            if receipt.code != "conflict":
                return receipt
            await asyncio.sleep(0)  # many are at work on this wallet; sooner or later it is its turn

    async def _event_at(self, position: int) -> RecordedEvent:
        [stored] = await self._store.read(position - 1, limit=1)
        return decode(stored)

    async def _outcome_on_record(self, sent: RecordedEvent, data: TransferSent) -> RecordedEvent | None:
        """What the command is on record for that received or returned it: see `_receive_or_return`."""
        record = await self._store.find_command(outcome_id(sent))
        if record is not None:
            outcome = await self._event_at(record.first)
            match outcome.data:
                case TransferReceived(transfer=data.transfer):
                    return outcome
                case TransferReturned(transfer=data.transfer):
                    return None
        raise TransferStuck(sent, f"the command id {outcome_id(sent)} was used for something else.")

    async def _received_before(self, sent: RecordedEvent, data: TransferSent) -> RecordedEvent | None:
        """The event by which the other wallet knows it, on record under no command or another one.

        None if what it knows came from elsewhere, or earlier, and only has the same name.
        """
        for stored in await self._store.read_stream(stream_of(data.to)):
            if stored.position > sent.position and stored.type == TransferReceived.__name__:
                event = decode(stored)
                match event.data:
                    case TransferReceived(transfer=data.transfer, sender=data.wallet):
                        return event
        return None
