"""The command handler: load, decide, append, and again if somebody was faster.

Commands on one wallet are decided in the order in which they came, each on the tentative state that its
predecessors leave, without waiting for the disk: a hundred deposits into one wallet go into one batch.
Each append names the event that it was decided after, so that if a predecessor is not stored, none of
those that counted on it are either; they are decided again, still in that order.
"""

import asyncio
import itertools
from typing import Final

import msgspec

from tui_ledger.clock import Clock, parse_timestamp, timestamp
from tui_ledger.command_side.histories import History, Wallet, Wallets, stream_of
from tui_ledger.command_side.purchase_reference import purchase_event_id
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import Command, RefundPurchase
from tui_ledger.domain.events import SCHEMA, Event
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


class CommandHandler:
    """Executes commands on the wallets of one event store."""

    def __init__(self, store: EventStore, clock: Clock, new_id: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._wallets = Wallets()
        self._in_flight: dict[str, asyncio.Event] = {}

    async def execute(self, command: Command) -> Receipt:
        """Execute `command`; when this returns, its events are durable.

        A caller that is cancelled may leave the command executed or not; its id tells the truth.

        Raises:
            LockedError: another process held the log for too long; nothing happened.
            StorageError: the log cannot be written.
        """
        if command.id is None:
            return await self._execute(command, self._new_id())
        while (other := self._in_flight.get(command.id)) is not None:
            await other.wait()
        done = self._in_flight[command.id] = asyncio.Event()
        try:
            return await self._execute(command, command.id)
        finally:
            del self._in_flight[command.id]
            done.set()

    async def _execute(self, command: Command, command_id: str) -> Receipt:
        wallet = self._wallets[command.wallet]
        with wallet.turns.ticket() as ticket:
            for attempt in itertools.count(1):
                async with wallet.turns.turn(ticket):
                    try:
                        appended = await self._decide_and_append(command, command_id, wallet)
                    except Rejected as refusal:
                        return _refused(command, command_id, refusal, attempt)
                if isinstance(appended, CommandRecord):
                    return _duplicate(command, appended)
                try:
                    return _accepted(command, command_id, await asyncio.shield(appended), attempt)
                except WrongExpectedVersion as conflict:
                    if attempt > RETRIES:
                        return _refused(command, command_id, _conflict(command, conflict), attempt)
                except CommandIdReused as reused:
                    return _reused(command, reused)
        raise RuntimeError("unreachable: the attempts are counted without end")

    async def _decide_and_append(
        self, command: Command, command_id: str, wallet: Wallet
    ) -> asyncio.Future[Appended] | CommandRecord:
        while True:
            # In this order: a command that the history shows the effect of is on record by then.
            history = await wallet.load(self._store)
            record = await self._store.find_command(command.id) if command.id is not None else None
            if record is not None:
                return record
            try:
                events = await self._decide(command, history)
            except Rejected:
                # A refusal holds only if what it was decided on is stored, and nothing beyond it.
                if await wallet.renew(self._store):
                    continue
                raise
            if wallet.history is history:  # else what it was decided on has become void
                return self._append(command, command_id, events, wallet, history)

    async def _decide(self, command: Command, history: History) -> list[Event]:
        if command.expect is not None and command.expect != history.version:
            raise _conflict(command, WrongExpectedVersion(command.wallet, command.expect, history.version))
        if command.at is not None and parse_timestamp(command.at) > self._clock.now():
            raise Rejected("in_the_future", at=command.at)
        if isinstance(command, RefundPurchase):
            purchase = await purchase_event_id(command.purchase, stream_of(command.wallet), self._store)
            return decide(command.model_copy(update={"purchase": purchase}), history.state)
        return decide(command, history.state)

    def _append(
        self, command: Command, command_id: str, events: list[Event], wallet: Wallet, history: History
    ) -> asyncio.Future[Appended]:
        """Put the events in their turn, and go on from the state that they leave."""
        moment = self._clock.now() if command.at is None else parse_timestamp(command.at)
        facts = [_Fact(self._new_id(), timestamp(moment), event) for event in events]
        state = fold(facts, history.state)
        appended = self._store.append(
            Append(
                stream=wallet.stream,
                expected=history.version,
                after=history.last_id,
                events=tuple(fact.written() for fact in facts),
                command_id=command_id,
                content=command.content(),
                correlation_id=command_id,
            )
        )
        wallet.follow(History(history.version + len(facts), facts[-1].id, state, appended), appended)
        return appended


class _Fact(msgspec.Struct, frozen=True):
    """An event that is about to be stored."""

    id: str
    occurred_at: str
    data: Event

    def written(self) -> NewEvent:
        return NewEvent(self.id, type(self.data).__name__, SCHEMA, encode(self.data), self.occurred_at)


def _conflict(command: Command, conflict: WrongExpectedVersion) -> Rejected:
    return Rejected(
        "conflict", wallet=command.wallet, expected=str(conflict.expected), actual=str(conflict.actual)
    )


def _accepted(command: Command, command_id: str, appended: Appended, attempts: int) -> Receipt:
    return Receipt(
        command=command.verb,
        wallet=command.wallet,
        command_id=command_id,
        accepted=True,
        first=appended.first,
        last=appended.last,
        version=appended.version,
        attempts=attempts,
        duplicate=appended.duplicate,
    )


def _duplicate(command: Command, record: CommandRecord) -> Receipt:
    if record.content != command.content():
        return _reused(command, CommandIdReused(record.id))
    first = Appended(record.first, record.last, record.version, duplicate=True)
    return _accepted(command, record.id, first, 1)


def _refused(command: Command, command_id: str, refusal: Rejected, attempts: int) -> Receipt:
    return Receipt(
        command=command.verb,
        wallet=command.wallet,
        command_id=command_id,
        accepted=False,
        attempts=attempts,
        code=refusal.code,
        message=str(refusal),
        details=refusal.details,
    )


def _reused(command: Command, reused: CommandIdReused) -> Receipt:
    return Receipt(
        command=command.verb,
        wallet=command.wallet,
        command_id=reused.command_id,
        accepted=False,
        code="command_id_reused",
        message=str(reused),
    )
