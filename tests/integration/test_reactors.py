"""The mailer: each mail is sent once, wherever it crashes and however often the log is replayed.

And what becomes of mails without its two guards.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec
import pytest

from tests.integration.projecting import CREATED, World, deposit
from tui_ledger.domain.events import Event, ItemPurchased
from tui_ledger.errors import StorageError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Documents, Generation, Lease
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.worker import Worker
from tui_ledger.reactors.mailer import Mailer
from tui_ledger.reactors.outbox import MemoryOutbox, Outbox
from tui_ledger.reactors.outgoing import OutgoingDocuments
from tui_ledger.reactors.reactor import Mail, Reactor, ReactorView
from tui_ledger.testing.clock import breathe

TESTER = Lease(holder="tester", host="", pid=0, heartbeat=0.0)
MAILER = Mailer()
UNGUARDED = Mailer("mailer-unguarded", guarded=False)
EITHER = pytest.mark.parametrize("reactor", [MAILER, UNGUARDED], ids=lambda reactor: reactor.name)


def bought(item: str) -> ItemPurchased:
    """Something for 2.00 USD."""
    return ItemPurchased("moyin", item, 200, "USD", "", "")


class BreakingOutbox(MemoryOutbox):
    """Raises at the mail about `item`, the first time: before it is sent, or after."""

    def __init__(self, item: str, *, sent: bool) -> None:
        super().__init__()
        self._item = item
        self._after = sent

    async def send(self, mail_id: str | None, reactor: str, position: int, mail: Mail) -> bool:
        breaks = f" {self._item} " in mail.text
        if breaks:
            self._item = "nothing any more"
        if breaks and not self._after:
            raise StorageError("The mail server does not answer.")
        taken = await super().send(mail_id, reactor, position, mail)
        if breaks:
            raise StorageError("The mail server's answer got lost.")
        return taken


class BreakingCheckpoint(MemoryDocuments):
    """Raises at the next `times` checkpoints above `above`: before they are written, or after."""

    def __init__(self, *, written: bool, above: int = 0, times: int = 1) -> None:
        super().__init__()
        self._written = written
        self._above = above
        self._times = times

    async def commit(
        self,
        holder: str,
        before: Generation,
        after: Generation,
        documents: Mapping[str, Document | None],
        *,
        serve: bool = False,
    ) -> bool:
        if self._times == 0 or after.checkpoint <= self._above:
            return await super().commit(holder, before, after, documents, serve=serve)
        self._times -= 1
        if self._written:
            await super().commit(holder, before, after, documents, serve=serve)
        raise StorageError("The disk is full.")


class Office:
    """A log, and a reactor that can be started and stopped over it."""

    def __init__(self, reactor: Reactor = MAILER, outbox: Outbox | None = None) -> None:
        self.world = World()
        self.reactor = reactor
        self.outbox = outbox or MemoryOutbox()
        self.checkpoint: Documents = MemoryDocuments()

    def worker(self, after: int | None = None) -> Worker:
        """A worker for the reactor, as a new process would have one; it is not started."""
        world = self.world
        documents = OutgoingDocuments(self.reactor, self.checkpoint, self.outbox, world.store, after)
        return Worker(ReactorView(self.reactor), documents, world.store, world.bus, world.clock)

    @asynccontextmanager
    async def at_work(self, after: int | None = None) -> AsyncIterator[Worker]:
        """The reactor runs."""
        worker = self.worker(after)
        worker.start()
        await worker.opened()
        try:
            yield worker
        finally:
            await worker.stop()

    async def work(self, *events: Event, after: int | None = None) -> None:
        """The reactor runs until it has taken in everything, `events` included."""
        async with self.at_work(after) as worker:
            if events:
                await self.world.record(*events)
            await self.caught_up(worker)

    async def caught_up(self, worker: Worker) -> None:
        """Let time pass until the reactor has taken in everything."""
        head = await self.world.store.poll()
        await self.world.until(lambda: worker.checkpoint == head)

    async def mailed(self) -> list[str]:
        """What the mails are about, in the order in which they were sent."""
        return [one.mail.text.split()[2] for one in await self.outbox.sent()]

    async def rebuild(self) -> None:
        """Begin anew at position 1, as a rebuild of a view does, while nobody is at work."""
        documents = self.worker().documents
        await documents.open()
        state = await documents.state()
        assert await documents.claim(TESTER, None)
        new = Generation(view=self.reactor.name, version=1)
        assert await documents.begin(TESTER.holder, state, new, beside=False)
        await documents.release(TESTER.holder)

    async def seek(self, position: int) -> None:
        """Put the checkpoint elsewhere, as a seek of a view does, while nobody is at work."""
        state = await self.checkpoint.state()
        there = msgspec.structs.replace(state, checkpoint=position, anchor=GENESIS.hash)
        if position > 0:
            [at] = await self.world.store.read(position - 1, limit=1)
            there = msgspec.structs.replace(there, anchor=at.hash)
        assert await self.checkpoint.claim(TESTER, None)
        assert await self.checkpoint.commit(TESTER.holder, state, there, {})
        await self.checkpoint.release(TESTER.holder)


@pytest.fixture
def office() -> Office:
    return Office()


# What is sent


async def test_who_buys_something_gets_a_mail(office: Office) -> None:
    await office.work(CREATED, deposit(1000), bought("sword"))
    [sent] = await office.outbox.sent()
    assert (sent.reactor, sent.position) == ("mailer", 3)
    assert sent.mail == Mail("moyin", "moyin bought sword for 2.00 USD.")


async def test_mails_go_out_in_the_order_of_their_events(office: Office) -> None:
    await office.work(CREATED, *(bought(item) for item in "abcdefgh"))
    assert await office.mailed() == list("abcdefgh")


@EITHER
async def test_a_reactor_goes_on_where_it_was(reactor: Reactor) -> None:
    office = Office(reactor)
    await office.work(CREATED, bought("sword"))
    await office.work(bought("shield"))
    await office.work()
    assert await office.mailed() == ["sword", "shield"]


async def test_what_happens_while_it_is_away_is_mailed_when_it_is_back(office: Office) -> None:
    await office.work(CREATED, bought("sword"))
    await office.world.record(bought("shield"))
    await office.work()
    assert await office.mailed() == ["sword", "shield"]


async def test_an_event_that_cannot_be_stops_the_reactor_and_nothing_else(office: Office) -> None:
    async with office.at_work() as worker:
        await office.world.record(
            CREATED, bought("sword"), ItemPurchased("moyin", "x", 1, "QQQ", "", ""), bought("shield")
        )
        await office.world.until(lambda: worker.status().state == "failed")
        assert (worker.checkpoint, worker.status().failed_at) == (2, 3)
        assert worker.status().reason == "there is no currency QQQ"
    assert await office.mailed() == ["sword"]


# Where it crashes

SHOPPING = (CREATED, bought("sword"), bought("shield"), bought("helmet"))


@pytest.mark.parametrize(
    ("sent", "unguarded"),
    [
        (False, ["sword", "sword", "shield", "helmet"]),
        (True, ["sword", "shield", "sword", "shield", "helmet"]),
    ],
    ids=["before it is sent", "after it is sent"],
)
@EITHER
async def test_a_crash_while_a_mail_is_sent(reactor: Mailer, sent: bool, unguarded: list[str]) -> None:
    office = Office(reactor, BreakingOutbox("shield", sent=sent))
    await office.work(*SHOPPING)
    assert await office.mailed() == (["sword", "shield", "helmet"] if reactor.guarded else unguarded)


@EITHER
async def test_a_crash_after_the_mails_are_sent_and_before_the_checkpoint(reactor: Mailer) -> None:
    office = Office(reactor)
    office.checkpoint = BreakingCheckpoint(written=False)
    await office.work(*SHOPPING)
    once = ["sword", "shield", "helmet"]
    assert await office.mailed() == (once if reactor.guarded else once + once)


@EITHER
async def test_a_crash_after_the_checkpoint_is_harmless_in_any_case(reactor: Mailer) -> None:
    office = Office(reactor)
    office.checkpoint = BreakingCheckpoint(written=True)
    await office.work(*SHOPPING)
    assert await office.mailed() == ["sword", "shield", "helmet"]


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("position", range(3, 7))
async def test_a_crash_at_each_checkpoint(position: int, written: bool) -> None:
    office = Office()
    office.checkpoint = BreakingCheckpoint(written=written, above=position - 1, times=3)
    async with office.at_work() as worker:
        for event in (*SHOPPING, bought("boots"), bought("rope"), bought("lamp")):
            await office.world.record(event)
            await breathe()
        await office.caught_up(worker)
    assert await office.mailed() == ["sword", "shield", "helmet", "boots", "rope", "lamp"]


@pytest.mark.parametrize("turns", range(0, 60, 2))
async def test_a_reactor_that_is_killed_anywhere_sends_each_mail_once(turns: int) -> None:
    office = Office()
    items = [f"item{number}" for number in range(10)]
    await office.work(CREATED)
    async with office.at_work() as worker:
        for item in items[:5]:
            await office.world.record(bought(item))
        await breathe(turns)
        task = worker._task
        assert task is not None
        task.cancel()
    await office.work(*map(bought, items[5:]))
    assert await office.mailed() == items


async def test_two_at_work_on_the_same_log_send_each_mail_once(office: Office) -> None:
    async with office.at_work(), office.at_work() as other:
        for item in "abcdef":
            await office.world.record(bought(item))
            await office.world.clock.advance(0.3)
        await office.caught_up(other)
    assert await office.mailed() == list("abcdef")


async def test_one_that_lost_its_lease_without_noticing_sends_nothing_a_second_time(office: Office) -> None:
    await office.work(CREATED)
    stale = office.worker().documents
    await stale.open()
    before = await stale.state()
    await office.work(bought("sword"))
    [sent] = await office.outbox.sent()
    letter = {"position": sent.position, "to": sent.mail.to, "text": sent.mail.text}
    assert not await stale.commit("stale", before, before, {sent.id: letter})
    assert await office.mailed() == ["sword"]


async def test_whatever_the_bus_does_each_mail_is_sent_once(office: Office) -> None:
    faults = office.world.bus.faults
    faults.double, faults.drop, faults.reorder, faults.jitter = 0.5, 0.3, 0.3, 0.2
    items = [f"item{number}" for number in range(30)]
    async with office.at_work() as worker:
        for item in items:
            await office.world.record(bought(item))
            await office.world.clock.advance(0.03)
        await office.caught_up(worker)
    assert await office.mailed() == items


# Replays

OLD = (CREATED, bought("castle"), bought("horse"))


@pytest.mark.parametrize("how", ["checkpoint lost", "rebuilt", "sought back", "sought back to its first day"])
@EITHER
async def test_a_replay_sends_nothing_again_unless_it_is_unguarded(reactor: Mailer, how: str) -> None:
    office = Office(reactor)
    await office.world.record(*OLD)
    await office.work(bought("sword"), bought("shield"))
    match how:
        case "checkpoint lost":
            office.checkpoint = MemoryDocuments()
        case "rebuilt":
            await office.rebuild()
        case "sought back":
            await office.seek(0)
        case "sought back to its first day":
            await office.seek(3)
    await office.work(bought("helmet"))
    once = ["sword", "shield", "helmet"]
    flood = [] if "first day" in how else ["castle", "horse"]
    assert await office.mailed() == (once if reactor.guarded else ["sword", "shield", *flood, *once])


async def test_what_was_not_mailed_yet_is_mailed_also_when_the_checkpoint_is_lost(office: Office) -> None:
    await office.work(*OLD)
    await office.world.record(bought("sword"))
    office.checkpoint = MemoryDocuments()
    await office.work()
    assert await office.mailed() == ["castle", "horse", "sword"]


@pytest.mark.parametrize(
    ("after", "mailed"),
    [
        (None, ["sword"]),
        (0, ["castle", "horse", "sword"]),
        (2, ["horse", "sword"]),
        (3, ["sword"]),
        (1000, ["sword"]),
    ],
)
@EITHER
async def test_one_that_is_new_to_an_old_ledger_begins_at_the_head_unless_told(
    reactor: Mailer, after: int | None, mailed: list[str]
) -> None:
    office = Office(reactor)
    await office.world.record(*OLD)
    await office.work(after=after)
    await office.work(bought("sword"), after=0)  # which is too late to say
    assert await office.mailed() == mailed


async def test_a_new_one_does_not_read_what_calls_for_no_mail(office: Office) -> None:
    await office.world.record(*OLD)
    async with office.at_work():
        await breathe()
        assert (await office.checkpoint.state()).checkpoint == 3


# What is lost


async def test_a_lost_outbox_is_not_filled_again(office: Office) -> None:
    await office.work(*OLD)
    await office.world.record(bought("sword"))
    office.outbox = MemoryOutbox()
    await office.work(bought("shield"))
    await office.rebuild()
    await office.work()
    assert await office.mailed() == ["sword", "shield"]


async def test_who_loses_outbox_and_checkpoint_begins_at_the_head(office: Office) -> None:
    await office.work(*OLD)
    office.outbox, office.checkpoint = MemoryOutbox(), MemoryDocuments()
    await office.work(bought("sword"))
    assert await office.mailed() == ["sword"]


@pytest.mark.parametrize("lost", ["nothing", "the checkpoint", "the outbox"])
async def test_in_another_log_it_begins_at_the_head(lost: str) -> None:
    office = Office()
    await office.world.record(CREATED)
    await office.work(bought("sword"))
    other = World()
    await other.record(deposit(1), bought("castle"), bought("horse"), bought("crown"))
    office.world = other
    if lost == "the checkpoint":
        office.checkpoint = MemoryDocuments()
    elif lost == "the outbox":
        office.outbox = MemoryOutbox()
    await office.work(bought("shield"))
    assert (await office.mailed())[-1] == "shield"
    assert len(await office.mailed()) == (1 if lost == "the outbox" else 2)


async def test_a_checkpoint_tells_another_log_also_when_the_reactor_is_as_old_as_its_own(
    office: Office,
) -> None:
    await office.work(CREATED, bought("sword"))
    office.world = World()
    await office.world.record(deposit(1), deposit(2), bought("castle"))
    await office.work(bought("shield"))
    assert await office.mailed() == ["sword", "shield"]


async def test_a_log_that_was_put_back_to_an_older_copy_gets_its_new_mails(office: Office) -> None:
    await office.world.record(*OLD)
    await office.work(bought("sword"))
    office.world, office.checkpoint = World(), MemoryDocuments()
    await office.world.record(*OLD[:2])
    await office.work(bought("shield"))
    assert await office.mailed() == ["sword", "shield"]
