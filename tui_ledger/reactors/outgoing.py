"""Where a reactor's documents go: out of the house, and no further than once."""

from collections.abc import Iterable, Mapping

import msgspec

from tui_ledger.event_store.anchor import is_in
from tui_ledger.event_store.port import EventStore, Head
from tui_ledger.query_side.documents.port import Documents, Generation, Lease, State
from tui_ledger.query_side.projection import is_of_this_log
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.wishes import AnyWish, Change, WishOnRecord
from tui_ledger.reactors.outbox import Outbox
from tui_ledger.reactors.reactor import Mail, Reactor


class OutgoingDocuments:
    """See `Documents`: a place for a view's documents that sends each as a mail, and keeps only a checkpoint.

    The outside world takes no part in our transactions. So the mails of a batch go first, and then the
    checkpoint: after a crash between them they are sent again. Two guards make nothing of that:

    - A mail's id follows from its event, and the outbox refuses an id that it has.
    - What happened before the reactor was put to work is never mailed; since when that was, the outbox knows.

    With them the checkpoint only saves work. It may be lost at any time and is kept among what is derived,
    and a replay from position 1 sends nothing that was sent. Lost is no mail either: whoever loses the
    outbox as well begins at the head, and without it at the checkpoint.

    A reactor that is not guarded does without both, and sends everything again whenever it is replayed.

    Args:
        reactor: Whose documents they are.
        checkpoint: Keeps lease and checkpoint.
        outbox: Where the mails go.
        store: The log.
        after: Where a reactor begins that the outbox does not know: after this position, but not beyond
            the head; None for the head.

    Attributes:
        accepted: How many mails the outbox has taken from here.
        refused: How many it had already.
    """

    def __init__(
        self, reactor: Reactor, checkpoint: Documents, outbox: Outbox, store: EventStore, after: int | None
    ) -> None:
        self.accepted = 0
        self.refused = 0
        self._reactor = reactor
        self._inner = checkpoint
        self._outbox = outbox
        self._store = store
        self._after = after
        self._since = Head(0, State().anchor)
        self._new = False

    async def open(self) -> None:
        await self._inner.open()
        await self._outbox.open()
        state = await self._inner.state()
        continues = state.checkpoint > 0 and await is_of_this_log(state, self._store)
        since = await self._outbox.since(self._reactor.name)
        if since is None or not await self._is_of_this_log(since, state):
            since = Head(state.checkpoint, state.anchor) if continues else await self._beginning()
            await self._outbox.register(self._reactor.name, since)
            self._new = not continues
        self._since = since

    async def commit(
        self,
        holder: str,
        before: Generation,
        after: Generation,
        documents: Mapping[str, Document | None],
        *,
        serve: bool = False,
    ) -> bool:
        for key, document in documents.items():
            if document is not None:
                await self._send(key, document)
        return await self._inner.commit(holder, before, after, {}, serve=serve)

    async def begin(self, holder: str, before: State, new: Generation, *, beside: bool) -> bool:
        if self._reactor.guarded or self._new:
            # What comes before calls for no mail. To pass over it in one step only saves time.
            since = self._since
            new = msgspec.structs.replace(new, checkpoint=since.position, anchor=since.hash)
        if not await self._inner.begin(holder, before, new, beside=False):
            return False
        self._new = False
        return True

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        return {}  # what has left the house is not read again

    async def state(self) -> State:
        return await self._inner.state()

    async def read(self, key: str) -> tuple[State, Document | None]:
        return await self._inner.read(key)

    async def keys(self, beginning: str, limit: int) -> list[str]:
        return await self._inner.keys(beginning, limit)

    async def scan(
        self, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> tuple[State, list[tuple[str, Document]]]:
        return await self._inner.scan(prefix, limit=limit, newest_first=newest_first)

    async def discard(self) -> None:
        """Throw the checkpoint away. The outbox is not ours to throw away."""
        await self._inner.discard()

    async def claim(self, lease: Lease, instead_of: Lease | None) -> bool:
        return await self._inner.claim(lease, instead_of)

    async def beat(self, holder: str, heartbeat: float) -> bool:
        return await self._inner.beat(holder, heartbeat)

    async def release(self, holder: str, crash: str | None = None) -> None:
        await self._inner.release(holder, crash)

    async def sweep(self) -> bool:
        return await self._inner.sweep()

    async def change(self, change: Change) -> None:
        await self._inner.change(change)

    async def wish(self, wish: AnyWish, made_at: float) -> int:
        return await self._inner.wish(wish, made_at)

    async def wishes(self) -> list[WishOnRecord]:
        return await self._inner.wishes()

    async def answer(self, wish_id: int, refusal: str = "") -> None:
        await self._inner.answer(wish_id, refusal)

    async def answered(self, wish_id: int) -> str | None:
        return await self._inner.answered(wish_id)

    async def withdraw(self, wish_id: int) -> None:
        await self._inner.withdraw(wish_id)

    async def touched(self) -> bool:
        return await self._inner.touched()

    async def close(self) -> None:
        """Let go of the checkpoint's file. The outbox may be in use by others."""
        await self._inner.close()

    async def _send(self, key: str, document: Document) -> None:
        guarded = self._reactor.guarded
        position = document["position"]
        if guarded and position <= self._since.position:
            return
        mail = Mail(document["to"], document["text"])
        if await self._outbox.send(key if guarded else None, self._reactor.name, position, mail):
            self.accepted += 1
        else:
            self.refused += 1

    async def _is_of_this_log(self, since: Head, state: State) -> bool:
        """Whether neither outbox nor checkpoint says that the reactor was put to work on another log."""
        return await is_in(since, self._store) and await is_of_this_log(state, self._store)

    async def _beginning(self) -> Head:
        head = await self._store.head()
        if self._after is None or self._after >= head.position:
            return head
        if self._after == 0:
            return Head(0, State().anchor)
        [at] = await self._store.read(self._after - 1, limit=1)
        return Head(at.position, at.hash)
