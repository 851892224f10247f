"""What can be asked of a ledger. Nothing here changes anything."""

from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import datetime

from tui_ledger.clock import timestamp
from tui_ledger.command_side.truth import ReplayStep, Truth, replay, states_as_of
from tui_ledger.composition import Parts
from tui_ledger.domain.wallet import WalletState
from tui_ledger.errors import InputError, LedgerError
from tui_ledger.event_store.port import CommandRecord, Head, StoredEvent
from tui_ledger.exchange.exported import exported
from tui_ledger.hops import Hops
from tui_ledger.journey import Journey, trace
from tui_ledger.query_side.answer import Answer
from tui_ledger.reactors.outbox import SentMail
from tui_ledger.snapshot import Snapshot
from tui_ledger.verification import Verification, parse_anchor, verify
from tui_ledger.when import When


class LedgerReading:
    """The reading half of `Ledger`: the log, the truth, the views and how they do."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._truth = Truth(parts.store)

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        """At most `limit` events with positions above `after`, in order."""
        return await self._parts.store.read(after, limit)

    async def events(self, after: int = 0, *, follow: bool = True) -> AsyncGenerator[StoredEvent, None]:
        """The events above `after`, one by one; with `follow`, also those to come, without end."""
        if follow:
            async with self._parts.bus.subscribe(after=after, name="events") as batches:
                async for batch in batches:
                    for event in batch:
                        yield event
        else:
            while page := await self._parts.store.read(after):
                for event in page:
                    yield event
                after = page[-1].position

    def export_events(self, after: int = 0) -> AsyncGenerator[bytes, None]:
        """The events above `after` as lines of CloudEvents 1.0 in JSON; see `exported`."""
        return exported(self._parts.store, after)

    async def head(self) -> Head:
        """Where the log ends; an anchor, if it is kept elsewhere."""
        return await self._parts.store.head()

    async def find_command(self, command_id: str) -> CommandRecord | None:
        """What is on record of an accepted command."""
        return await self._parts.store.find_command(command_id)

    async def position_of(self, when: When) -> int:
        """The position that `when` means.

        Of a time, that is the last one up to which no event occurred after it. Events may be recorded long
        after they occurred, so that later ones in the log can be from before that time, too.

        Raises:
            InputError: there is no such position yet.
            ValueError: `when` is a time without a zone.
        """
        if isinstance(when, datetime):
            if when.tzinfo is None:
                raise ValueError("A time in a ledger's history needs a zone; add tzinfo=UTC.")
            return await self._parts.store.position_at(timestamp(when))
        head = (await self._parts.store.head()).position
        if not 0 <= when <= head:
            raise InputError(f"There is no event #{when}: the head is #{head}.", "bad_position")
        return when

    async def truth(self, wallets: Iterable[str], *, as_of: When | None = None) -> dict[str, WalletState]:
        """Each wallet's state by a fold, whatever the views say: at the head of the log, or as of `as_of`.

        Raises:
            InputError: there is no such position yet.
        """
        if as_of is not None:
            return await states_as_of(wallets, self._parts.store, await self.position_of(as_of))
        return await self._truth.states(wallets)

    async def replay(self, wallet: str, *, as_of: When | None = None) -> list[ReplayStep]:
        """The fold of a wallet, step by step, up to the head of the log or to `as_of`.

        Raises:
            InputError: there is no such wallet, or was none then; or there is no such position yet.
        """
        position = None if as_of is None else await self.position_of(as_of)
        return await replay(wallet, self._parts.store, position)

    async def trace(self, position: int) -> Journey:
        """All that belongs to the event at `position`: who asked, what it led to, and which views know of it.

        Raises:
            InputError: the log has no such position.
        """
        return await trace(self._parts.store, self._parts.views, position)

    def hops(self, position: int) -> Hops | None:
        """When the command whose event is at `position` got where, from memory, for a screen.

        None if that is not known: it is not one of the last 10,000 commands that were accepted here, was
        executed by another process, or no views run. The log then knows one time only, `recorded_at`.
        """
        return self._parts.times.find(position, self._parts.views) if self._parts.times is not None else None

    async def query(
        self,
        view: str,
        key: str,
        *,
        at_least: int | None = None,
        timeout: float = 2.0,
        as_of: When | None = None,
    ) -> Answer:
        """A document of a view as it is, with how old that is; or as it was.

        Args:
            view: The view's name.
            key: The document's key.
            at_least: Wait until the view has come to this position, `timeout` seconds at most; after
                that the answer is stale and says so.
            timeout: Seconds.
            as_of: What it said as of a position, 0 for the beginning, or of a time with its zone. The view
                need not be on. The first such question folds the log up to there.

        Raises:
            InputError: there is no such view, or no such position yet.
            IntegrityError: the view could not fold an event up to `as_of`.
            NewerVersionError: only a newer version of this program can read one.
            ValueError: `at_least` and `as_of` are both given, or `as_of` is a time without a zone.
        """
        if as_of is not None:
            if at_least is not None:
                raise ValueError("What is asked as of a position is not waited for: give no at_least.")
            return await self._parts.travel.query(view, key, await self.position_of(as_of))
        return await self._parts.views.query(view, key, at_least=at_least, timeout=timeout)

    async def documents(
        self,
        view: str,
        prefix: str = "",
        *,
        limit: int | None = None,
        newest_first: bool = False,
        as_of: When | None = None,
    ) -> list[Answer]:
        """The documents of a view whose keys are `prefix`, or begin with it and a `/`; all if it is empty.

        They are of one moment, and with `as_of` of that one, see `query`.
        """
        if as_of is not None:
            position = await self.position_of(as_of)
            return await self._parts.travel.documents(
                view, prefix, position, limit=limit, newest_first=newest_first
            )
        return await self._parts.views.documents(view, prefix, limit=limit, newest_first=newest_first)

    async def keys(self, view: str, beginning: str, limit: int) -> list[str]:
        """The first keys of a view that begin so, at most `limit`, in the order of their code points.

        For completing what somebody types: however many keys there are, only these are read.

        Raises:
            InputError: there is no such view.
        """
        return await self._parts.views.keys(view, beginning, limit)

    async def make_keyframes(self, view: str, up_to: int, progress: Callable[[int], None]) -> None:
        """Make what answers as of a position begin with; else the first question does, and says nothing.

        Args:
            view: The view's name.
            up_to: The position.
            progress: Told from time to time up to which position they are made.

        Raises:
            LedgerError: as `query`.
        """
        await self._parts.travel.prepare(view, await self.position_of(up_to), progress)

    async def outbox(self) -> list[SentMail]:
        """Every mail that reactors have sent, in order."""
        return await self._parts.reactors.sent()

    async def status(self) -> Snapshot:
        """How things stand, read from the files."""
        views = await self._parts.views.status()
        head = (await self._parts.store.head()).position
        return Snapshot(
            head,
            tuple(views),
            self._parts.transfers.status(),
            self._parts.reactors.snapshot(),
            self._trouble(),
        )

    def snapshot(self) -> Snapshot:
        """How things stand, from memory: for a screen that asks ten times a second."""
        views, reactors = self._parts.views.snapshot(), self._parts.reactors.snapshot()
        return Snapshot(
            self._parts.bus.head, views, self._parts.transfers.status(), reactors, self._trouble()
        )

    async def verify(self, anchor: str | None = None) -> Verification:
        """Check positions, links, hashes, books, snapshots, and each view against a fold at its checkpoint.

        Args:
            anchor: `N:HASH`, a head that was kept elsewhere.

        Raises:
            InputError: `anchor` is none.
            NewerVersionError: the log has events that only a newer version of this program can read.
        """
        head = parse_anchor(anchor) if anchor else None
        return await verify(self._parts.store, self._parts.views, self._parts.snapshots, head)

    def _trouble(self) -> LedgerError | None:
        return self._parts.switching.trouble if self._parts.switching is not None else None
