"""The command handler: load, decide, append, and again if somebody was faster.

Commands on one wallet are decided in the order in which they came, each on the tentative state that its
predecessors leave, without waiting for the disk: a hundred deposits into one wallet go into one batch.
Each append names the event that it was decided after, so that if a predecessor is not stored, none of
those that counted on it are either; they are decided again, still in that order.
"""

import asyncio
from typing import Final

import msgspec

from tui_ledger.clock import Clock, parse_timestamp, timestamp
from tui_ledger.command_side.command_times import CommandTimes
from tui_ledger.command_side.histories import History, Wallet, Wallets
from tui_ledger.command_side.purchase_reference import purchase_event_id
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.command_side.snapshots import Snapshots
from tui_ledger.command_side.streams import stream_of
from tui_ledger.command_side.submission import Submission
from tui_ledger.domain.commands import Command, RefundPurchase, SendMoney
from tui_ledger.domain.events import Event
from tui_ledger.domain.rejections import Rejected
from tui_ledger.domain.wallet import decide, fold
from tui_ledger.errors import CommandIdReused
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.port import (
    Append,
    Appended,
    CommandRecord,
    EventStore,
    NewEvent,
    WrongExpectedVersion,
)
from tui_ledger.ids import IdSource

RETRIES: Final = 3
"""How often a command is decided again when another process has changed the wallet in between."""


class Cause(msgspec.Struct, frozen=True, gc=False):
    """Where a command comes from.

    Attributes:
        command_id: Its id. Where an event calls for it, the id follows from the event's, so that the
            command is executed once, however often it is given.
        correlation_id: The id of the first command of the journey that this one belongs to.
        causation_id: The id of the event that called for it; None for a person's command.
    """

    command_id: str
    correlation_id: str
    causation_id: str | None = None


class _Order(msgspec.Struct):
    """A command on its way. Only one of a known id can have been executed before."""

    command: Command
    cause: Cause
    repeatable: bool
    attempts: int = 0


class CommandHandler:
    """Executes commands on the wallets of one event store."""

    def __init__(
        self,
        store: EventStore,
        clock: Clock,
        new_id: IdSource,
        snapshots: Snapshots | None = None,
        times: CommandTimes | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._times = times
        self._wallets = Wallets(store, snapshots)
        self._in_flight: dict[str, asyncio.Event] = {}

    async def execute(self, command: Command, cause: Cause | None = None) -> Receipt:
        """Execute `command`; when this returns, its events are durable.

        A caller that is cancelled may leave the command executed or not; its id tells the truth.

        Args:
            command: What is asked for.
            cause: What called for it, for a command that no person gave.

        Raises:
            LockedError: another process held the log for too long; nothing happened.
            StorageError: the log cannot be written.
        """
        if cause is None:
            if command.id is None:
                return await self._execute(_Order(command, _asked(self._new_id()), repeatable=False))
            cause = _asked(command.id)
        while (other := self._in_flight.get(cause.command_id)) is not None:
            await other.wait()
        done = self._in_flight[cause.command_id] = asyncio.Event()
        try:
            return await self._execute(_Order(command, cause, repeatable=True))
        finally:
            del self._in_flight[cause.command_id]
            done.set()

    async def _execute(self, order: _Order) -> Receipt:
        if self._times is not None:
            self._times.received(order.cause.command_id)
        wallet = self._wallets[order.command.wallet]
        ticket = wallet.turns.enter()
        try:
            while True:
                order.attempts += 1
                try:
                    submission = await self._in_turn(order, wallet, ticket)
                    if isinstance(submission, CommandRecord):
                        return _duplicate(order, submission)
                    return _accepted(order, await submission.appended())
                except Rejected as refusal:
                    return _refused(order, refusal)
                except WrongExpectedVersion as conflict:
                    if order.attempts > RETRIES:
                        return _refused(order, _conflict(order.command, conflict))
                except CommandIdReused as reused:
                    return _reused(order, reused)
        finally:
            wallet.turns.leave(ticket)

    async def _in_turn(self, order: _Order, wallet: Wallet, ticket: int) -> Submission | CommandRecord:
        """Decide the command when everything older on the wallet is decided, and submit its events."""
        if not order.repeatable and wallet.history is not None and wallet.turns.is_next(ticket):
            # What nearly every command meets: nothing has to be waited for.
            submission = self._decide_at_once(order, wallet, wallet.history)
            if submission is not None:
                wallet.turns.decided(ticket)
                return submission
        async with wallet.turns.turn(ticket):
            return await self._decide_and_submit(order, wallet)

    def _decide_at_once(self, order: _Order, wallet: Wallet, history: History) -> Submission | None:
        if isinstance(order.command, RefundPurchase):
            return None
        try:
            events = self._decide(order.command, order, history)
        except Rejected:  # which may not be the last word
            return None
        return self._submit(order, events, wallet, history)

    async def _decide_and_submit(self, order: _Order, wallet: Wallet) -> Submission | CommandRecord:
        while True:
            # In this order: a command that the history shows the effect of is on record by then.
            history = await wallet.load()
            if order.repeatable:
                record = await self._store.find_command(order.cause.command_id)
                if record is not None:
                    return record
            try:
                events = self._decide(await self._resolved(order.command), order, history)
            except Rejected:
                # A refusal holds only if what it was decided on is stored, and nothing beyond it.
                if await wallet.renew():
                    continue
                raise
            if wallet.history is history:  # else what it was decided on has become void
                return self._submit(order, events, wallet, history)

    async def _resolved(self, command: Command) -> Command:
        """`command` in the log's own words: a purchase is named by its event id."""
        if not isinstance(command, RefundPurchase):
            return command
        purchase = await purchase_event_id(command.purchase, stream_of(command.wallet), self._store)
        return command.model_copy(update={"purchase": purchase})

    def _decide(self, command: Command, order: _Order, history: History) -> list[Event]:
        if command.expect is not None and command.expect != history.version:
            raise _conflict(command, WrongExpectedVersion(command.wallet, command.expect, history.version))
        if command.at is not None and parse_timestamp(command.at) > self._clock.now():
            raise Rejected("in_the_future", at=command.at)
        if isinstance(command, SendMoney):
            command = command.model_copy(update={"id": order.cause.command_id})
        return decide(command, history.state)

    def _submit(self, order: _Order, events: list[Event], wallet: Wallet, history: History) -> Submission:
        """Put the events in their turn, and go on from the state that they leave."""
        command, cause = order.command, order.cause
        moment = self._clock.now() if command.at is None else parse_timestamp(command.at)
        occurred_at = timestamp(moment)
        facts = [_Fact(self._new_id(), occurred_at, event) for event in events]
        append = Append(
            stream=wallet.stream,
            expected=history.version,
            after=history.last_id,
            events=tuple([fact.written() for fact in facts]),
            command_id=cause.command_id,
            content=command.content(),
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
            again=order.attempts <= RETRIES and command.expect is None,
        )
        submission = Submission()
        ahead = History(history.version + len(facts), facts[-1].id, fold(facts, history.state), submission)
        if self._times is not None:
            self._times.decided(cause.command_id)
        wallet.submit(append, ahead, submission)
        return submission


def _asked(command_id: str) -> Cause:
    """The cause of a command that a person gave: it begins a journey of its own."""
    return Cause(command_id, command_id)


class _Fact(msgspec.Struct, frozen=True, gc=False):
    """An event that is about to be stored."""

    id: str
    occurred_at: str
    data: Event

    def written(self) -> NewEvent:
        return NewEvent(
            self.id, type(self.data).__name__, self.data.schema, encode(self.data), self.occurred_at
        )


def _conflict(command: Command, conflict: WrongExpectedVersion) -> Rejected:
    return Rejected(
        "conflict", wallet=command.wallet, expected=str(conflict.expected), actual=str(conflict.actual)
    )


def _accepted(order: _Order, appended: Appended) -> Receipt:
    return Receipt(
        command=order.command.verb,
        wallet=order.command.wallet,
        command_id=order.cause.command_id,
        accepted=True,
        first=appended.first,
        last=appended.last,
        version=appended.version,
        attempts=order.attempts,
        duplicate=appended.duplicate,
    )


def _duplicate(order: _Order, record: CommandRecord) -> Receipt:
    if record.content != order.command.content():
        return _reused(order, CommandIdReused(record.id))
    order.attempts = 1
    return _accepted(order, Appended(record.first, record.last, record.version, duplicate=True))


def _refused(order: _Order, refusal: Rejected) -> Receipt:
    return Receipt(
        command=order.command.verb,
        wallet=order.command.wallet,
        command_id=order.cause.command_id,
        accepted=False,
        attempts=order.attempts,
        code=refusal.code,
        message=str(refusal),
        details=refusal.details,
    )


def _reused(order: _Order, reused: CommandIdReused) -> Receipt:
    return Receipt(
        command=order.command.verb,
        wallet=order.command.wallet,
        command_id=reused.command_id,
        accepted=False,
        code="command_id_reused",
        message=str(reused),
        details={"command_id": reused.command_id},
    )
