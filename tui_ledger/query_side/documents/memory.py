"""Documents in memory, for tests and throwaway ledgers. They keep every promise but durability."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from itertools import islice

import msgspec

from tui_ledger.query_side.documents.codec import decode_document, encode_document
from tui_ledger.query_side.documents.port import Generation, Lease, State
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.wishes import AnyWish, Change, WishOnRecord


class MemoryDocuments:
    """See `Documents`. They are kept as text, so that nobody's object is anybody else's."""

    def __init__(self) -> None:
        self._state = State()
        self._last = 0
        self._crashed: str | None = None
        self._touched = False
        self._kept = {0: _Kept()}
        self._wishes: dict[int, WishOnRecord] = {}
        self._answers: dict[int, str] = {}

    async def state(self) -> State:
        return self._state

    async def read(self, key: str) -> tuple[State, Document | None]:
        return self._state, self._served.read(key)

    async def scan(
        self, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> tuple[State, list[tuple[str, Document]]]:
        return self._state, self._served.scan(prefix, limit, newest_first)

    async def keys(self, beginning: str, limit: int) -> list[str]:
        return self._served.beginning(beginning)[:limit]

    async def open(self) -> None:
        """Nothing needs opening."""

    async def discard(self) -> None:
        self._state = State()
        self._kept = {0: _Kept()}

    async def sweep(self) -> bool:
        return False

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        kept = self._kept.get(generation)
        return {} if kept is None else kept.load(keys)

    async def commit(
        self,
        holder: str,
        before: Generation,
        after: Generation,
        documents: Mapping[str, Document | None],
        *,
        serve: bool = False,
    ) -> bool:
        bodies = {key: None if body is None else encode_document(body) for key, body in documents.items()}
        now = next((one for one in (self._state, self._state.building) if _is(one, before)), None)
        if now is None or not self._holds(holder):
            return False
        for key, body in bodies.items():
            self._kept[before.generation].put(key, body)
        done = msgspec.structs.replace(
            now,
            checkpoint=after.checkpoint,
            anchor=after.anchor,
            failed_at=after.failed_at,
            reason=after.reason,
            parked=after.parked,
        )
        if serve:
            self._serve(done)
        elif isinstance(done, State):
            self._state = done
        else:
            self._state = msgspec.structs.replace(self._state, building=done)
        return True

    async def begin(self, holder: str, before: State, new: Generation, *, beside: bool) -> bool:
        if not self._holds(holder) or not _is(self._state, before):
            return False
        self._last = max(self._last, self._state.generation) + 1
        begun = msgspec.structs.replace(new, generation=self._last, failed_at=None, reason=None)
        self._kept = {self._state.generation: self._served, self._last: _Kept()}
        if beside:
            self._state = msgspec.structs.replace(self._state, building=begun)
        else:
            self._serve(begun)
        return True

    async def claim(self, lease: Lease, instead_of: Lease | None) -> bool:
        if self._state.lease != instead_of:
            return False
        self._crashed = None
        self._state = msgspec.structs.replace(self._state, lease=lease, crash=None)
        return True

    async def beat(self, holder: str, heartbeat: float) -> bool:
        lease = self._state.lease
        if lease is None or lease.holder != holder:
            return False
        lease = msgspec.structs.replace(lease, heartbeat=heartbeat)
        self._state = msgspec.structs.replace(self._state, lease=lease)
        return True

    async def release(self, holder: str, crash: str | None = None) -> None:
        if self._holds(holder) or self._crashed == holder:
            self._crashed = holder if crash is not None else None
            self._state = msgspec.structs.replace(self._state, lease=None, crash=crash)

    async def change(self, change: Change) -> None:
        settings = self._state.settings.changed(change)
        self._state = msgspec.structs.replace(self._state, settings=settings)

    async def wish(self, wish: AnyWish, made_at: float) -> int:
        number = len(self._wishes) + len(self._answers) + 1
        self._wishes[number] = WishOnRecord(number, wish, made_at)
        self._touched = True
        return number

    async def wishes(self) -> list[WishOnRecord]:
        return list(self._wishes.values())

    async def answer(self, wish_id: int, refusal: str = "") -> None:
        if self._wishes.pop(wish_id, None) is not None:
            self._answers[wish_id] = refusal

    async def answered(self, wish_id: int) -> str | None:
        return self._answers.get(wish_id)

    async def withdraw(self, wish_id: int) -> None:
        await self.answer(wish_id, "It was taken back.")

    async def touched(self) -> bool:
        touched, self._touched = self._touched, False
        return touched

    async def close(self) -> None:
        """Nothing needs closing."""

    @property
    def _served(self) -> "_Kept":
        return self._kept[self._state.generation]

    def _serve(self, generation: Generation) -> None:
        self._state = self._state.moved(generation, serve=True)
        self._kept = {generation.generation: self._kept[generation.generation]}

    def _holds(self, holder: str) -> bool:
        return self._state.lease is not None and self._state.lease.holder == holder


class _Kept:
    """The documents of one generation."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._keys: list[str] = []

    def read(self, key: str) -> Document | None:
        body = self._bodies.get(key)
        return None if body is None else decode_document(body)

    def scan(self, prefix: str, limit: int | None, newest_first: bool) -> list[tuple[str, Document]]:
        keys = self._matching(prefix)
        chosen = islice(reversed(keys) if newest_first else keys, limit)
        return [(key, decode_document(self._bodies[key])) for key in chosen]

    def beginning(self, text: str) -> list[str]:
        after = bisect_left(self._keys, f"{text}{chr(0x10FFFF)}")
        return self._keys[bisect_left(self._keys, text) : after]

    def load(self, keys: Iterable[str]) -> dict[str, Document]:
        return {key: decode_document(self._bodies[key]) for key in keys if key in self._bodies}

    def put(self, key: str, body: str | None) -> None:
        if body is not None:
            if key not in self._bodies:
                insort(self._keys, key)
            self._bodies[key] = body
        elif self._bodies.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def _matching(self, prefix: str) -> list[str]:
        if not prefix:
            return self._keys
        exact = [prefix] if prefix in self._bodies else []
        below = slice(bisect_left(self._keys, f"{prefix}/"), bisect_left(self._keys, f"{prefix}0"))
        return exact + self._keys[below]


def _is(now: Generation | None, before: Generation) -> bool:
    return now is not None and (now.generation, now.checkpoint) == (before.generation, before.checkpoint)
