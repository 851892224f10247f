"""Reading one view as of any position: from the last keyframe before it, and the events since then."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from tui_ledger.errors import IntegrityError, StorageError, explain
from tui_ledger.event_store.anchor import is_in
from tui_ledger.event_store.port import EventStore, Head
from tui_ledger.query_side.documents.codec import decode_document, encode_document
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.keyframes.memory import MemoryKeyframes, below
from tui_ledger.query_side.keyframes.port import KeyframeGone, Keyframes, Span
from tui_ledger.query_side.slices import Slices
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.way import Step, connected, fold_step, read_way

T = TypeVar("T")

Progress = Callable[[int], None]
"""Told up to which position the keyframes are made."""

_TRIES: Final = 3


class Traveller:
    """Tells what the documents of a view were. Neither the view's file nor its worker has a part in it.

    Keyframes are made on the way, by whoever first goes so far. They change how long an answer takes, and
    never what it says: whatever is wrong with them, they are made again, or done without.

    Args:
        view: The view.
        keyframes: Where its keyframes are.
        store: The log.
        timer: Seconds, by which long work is cut into slices.
    """

    def __init__(
        self,
        view: View,
        keyframes: Keyframes,
        store: EventStore,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._view = view
        self._keyframes = keyframes
        self._store = store
        self._slices = Slices(timer)
        self._turn = asyncio.Lock()

    async def read(self, position: int, key: str) -> Document | None:
        """The document under `key` after the event at `position`, which must exist; 0 is the beginning.

        Raises:
            IntegrityError: the view cannot fold an event up to there.
            NewerVersionError: only a newer version of this program can read one.
            LedgerError: the log cannot be read, or another process holds the keyframes for too long.
        """

        async def look(keyframes: Keyframes) -> dict[str, Document]:
            span = await self._made(keyframes, position)
            before = await keyframes.load(span.before, [key])
            return await self._since(keyframes, span, position, before, key.__eq__)

        return (await self._retrying(look)).get(key)

    async def scan(self, position: int, prefix: str) -> dict[str, Document]:
        """The documents whose key is `prefix` or begins with `prefix/`, by key; all for an empty one.

        Raises:
            LedgerError: as `read`.
        """

        async def look(keyframes: Keyframes) -> dict[str, Document]:
            span = await self._made(keyframes, position)
            before = await keyframes.scan(span.before, prefix)
            return await self._since(keyframes, span, position, before, below(prefix))

        return await self._retrying(look)

    async def prepare(self, position: int, progress: Progress) -> None:
        """Make the keyframes that reading at `position` needs.

        Raises:
            LedgerError: as `read`.
        """
        await self._retrying(lambda keyframes: self._made(keyframes, position, progress))

    async def close(self) -> None:
        """Let go of the files."""
        await self._keyframes.close()

    async def _retrying(self, look: Callable[[Keyframes], Awaitable[T]]) -> T:
        damages = 0
        while True:
            keyframes = self._keyframes
            try:
                return await look(keyframes)
            except KeyframeGone:
                continue
            except DamagedDocuments:
                damages += 1
                await self._start_over(keyframes, again=damages < _TRIES)
            except StorageError:
                if isinstance(keyframes, MemoryKeyframes):
                    raise  # it is the log that cannot be read
                await self._start_over(keyframes, again=False)

    async def _start_over(self, keyframes: Keyframes, *, again: bool) -> None:
        """Throw the keyframes away, and make do with memory where that does not help."""
        if again:
            try:
                await keyframes.discard()
            except StorageError:
                again = False
        if not again and self._keyframes is keyframes:
            self._keyframes = MemoryKeyframes()
            await keyframes.close()

    async def _made(self, keyframes: Keyframes, position: int, progress: Progress | None = None) -> Span:
        """Where `position` lies, once there is every keyframe up to it."""
        span = await keyframes.around(position)
        if _has_all(span, position):
            return span
        async with self._turn:  # no event is folded twice for it
            while not _has_all(span := await keyframes.around(position), position):
                if progress is not None:
                    progress(span.last.position)
                await self._make_next(keyframes, span)
        return span

    async def _make_next(self, keyframes: Keyframes, span: Span) -> None:
        await self._check(span.last)
        way = await read_way(
            self._view, self._store, span.last, span.last.position + span.spacing, self._slices
        )
        changed = await self._fold(keyframes, span.last, way.steps)
        if way.failure is not None:
            raise way.failure
        bodies = {}
        for key, document in changed.items():
            bodies[key] = None if document is None else self._encoded(key, document)
            if self._slices.over():
                await self._slices.rest()
        await keyframes.add(span, way.end, bodies)  # if another was faster, the next look shows it

    async def _since(
        self,
        keyframes: Keyframes,
        span: Span,
        position: int,
        before: Mapping[str, str],
        wanted: Callable[[str], bool],
    ) -> dict[str, Document]:
        """The wanted documents at `position`: those `before`, and what has become of them since."""
        await self._check(span.before)
        way = await read_way(self._view, self._store, span.before, position, self._slices)
        steps: Sequence[Step] = way.steps
        if position <= span.last.position:
            # Every event is one that the view can fold: who made the keyframes has. Beyond them, whether
            # an answer can be given must not depend on the key that is asked for.
            steps = await connected(steps, wanted, self._slices)
        changed = await self._fold(keyframes, span.before, steps)
        if way.failure is not None:
            raise way.failure
        found = dict(before)
        for key, document in changed.items():
            if not wanted(key):
                continue
            if document is None:
                found.pop(key, None)
            else:
                found[key] = self._encoded(key, document)
        return await self._decoded(found)

    async def _fold(
        self, keyframes: Keyframes, base: Head, steps: Iterable[Step]
    ) -> dict[str, Document | None]:
        """What the steps have changed since the keyframe `base`."""
        keys = dict.fromkeys(key for step in steps for key in step.keys)
        loaded = await keyframes.load(base, keys)
        documents: dict[str, Document | None] = dict.fromkeys(keys)
        documents.update(await self._decoded(loaded))
        changed: dict[str, Document | None] = {}
        for step in steps:
            changed |= fold_step(self._view, step, documents)
            if self._slices.over():
                await self._slices.rest()
        return changed

    async def _decoded(self, bodies: Mapping[str, str]) -> dict[str, Document]:
        documents = {}
        for key, body in bodies.items():
            documents[key] = decode_document(body)
            if self._slices.over():
                await self._slices.rest()
        return documents

    async def _check(self, keyframe: Head) -> None:
        if not await is_in(keyframe, self._store):
            raise DamagedDocuments(f"The keyframes of {self._view.name} were made from another log.")

    def _encoded(self, key: str, document: Document) -> str:
        try:
            return encode_document(document)
        except Exception as error:  # a view may be anybody's code
            raise IntegrityError(
                f"The document {key} of {self._view.name} cannot be kept: {explain(error)}"
            ) from error


def _has_all(span: Span, position: int) -> bool:
    return position < span.last.position + span.spacing
