"""Documents in memory, for tests and throwaway ledgers. They keep every promise but durability."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from itertools import islice

import msgspec

from tui_ledger.query_side.documents.codec import decode_document, encode_document
from tui_ledger.query_side.documents.port import Lease, State
from tui_ledger.query_side.view import Document


class MemoryDocuments:
    """See `Documents`. They are kept as text, so that nobody's object is anybody else's."""

    def __init__(self) -> None:
        self._state = State()
        self._bodies: dict[str, str] = {}
        self._keys: list[str] = []

    async def state(self) -> State:
        return self._state

    async def read(self, key: str) -> tuple[State, Document | None]:
        body = self._bodies.get(key)
        return self._state, None if body is None else decode_document(body)

    async def scan(
        self, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> tuple[State, list[tuple[str, Document]]]:
        keys = self._matching(prefix)
        chosen = islice(reversed(keys) if newest_first else keys, limit)
        return self._state, [(key, decode_document(self._bodies[key])) for key in chosen]

    async def open(self) -> None:
        """Nothing needs opening."""

    async def discard(self) -> None:
        self._state = State()
        self._bodies = {}
        self._keys = []

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        if generation != self._state.generation:
            return {}
        return {key: decode_document(self._bodies[key]) for key in keys if key in self._bodies}

    async def commit(
        self, holder: str, before: State, after: State, documents: Mapping[str, Document | None]
    ) -> bool:
        bodies = {key: None if body is None else encode_document(body) for key, body in documents.items()}
        if not self._may_write(holder, before):
            return False
        for key, body in bodies.items():
            self._put(key, body)
        self._state = msgspec.structs.replace(
            self._state,
            checkpoint=after.checkpoint,
            anchor=after.anchor,
            failed_at=after.failed_at,
            reason=after.reason,
        )
        return True

    async def begin_anew(self, holder: str, before: State, view: str, version: int) -> bool:
        if not self._may_write(holder, before):
            return False
        self._state = State(
            view=view, version=version, generation=before.generation + 1, lease=self._state.lease
        )
        self._bodies = {}
        self._keys = []
        return True

    async def claim(self, lease: Lease, instead_of: Lease | None) -> bool:
        if self._state.lease != instead_of:
            return False
        self._state = msgspec.structs.replace(self._state, lease=lease)
        return True

    async def beat(self, holder: str, heartbeat: float) -> bool:
        lease = self._state.lease
        if lease is None or lease.holder != holder:
            return False
        lease = msgspec.structs.replace(lease, heartbeat=heartbeat)
        self._state = msgspec.structs.replace(self._state, lease=lease)
        return True

    async def release(self, holder: str) -> None:
        if self._state.lease is not None and self._state.lease.holder == holder:
            self._state = msgspec.structs.replace(self._state, lease=None)

    async def close(self) -> None:
        """Nothing needs closing."""

    def _may_write(self, holder: str, before: State) -> bool:
        now = self._state
        return (
            now.lease is not None
            and now.lease.holder == holder
            and (now.generation, now.checkpoint) == (before.generation, before.checkpoint)
        )

    def _put(self, key: str, body: str | None) -> None:
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
