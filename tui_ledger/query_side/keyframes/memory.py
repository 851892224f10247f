"""Keyframes in memory: of a ledger in memory, and where the disk cannot have any."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head
from tui_ledger.query_side.keyframes.port import BOUNDS, Bounds, KeyframeGone, Span


class MemoryKeyframes:
    """See `Keyframes`."""

    def __init__(self, bounds: Bounds = BOUNDS) -> None:
        self._bounds = bounds
        self._spacing = bounds.spacing
        self._frames: list[Head] = []
        self._bodies: dict[str, list[tuple[int, str | None]]] = {}
        self._size = 0

    async def around(self, position: int) -> Span:
        number = bisect_right(self._frames, position, key=_position)
        before = self._frames[number - 1] if number else GENESIS
        return Span(before, self._last(), self._spacing)

    async def load(self, at: Head, keys: Collection[str]) -> dict[str, str]:
        self._check(at)
        found = ((key, self._at(key, at)) for key in keys)
        return {key: body for key, body in found if body is not None}

    async def scan(self, at: Head, prefix: str) -> dict[str, str]:
        return await self.load(at, list(filter(below(prefix), self._bodies)))

    async def add(self, span: Span, after: Head, changed: Mapping[str, str | None]) -> bool:
        if (span.last, span.spacing) != (self._last(), self._spacing):
            return False
        for key, body in changed.items():
            self._bodies.setdefault(key, []).append((after.position, body))
            self._size += len(body or "")
        self._frames.append(after)
        while self._bounds.exceeded(len(self._frames), self._size, after.position):
            self._thin()
        return True

    async def discard(self) -> None:
        self._spacing = self._bounds.spacing
        self._frames.clear()
        self._bodies.clear()
        self._size = 0

    async def close(self) -> None:
        pass

    def _thin(self) -> None:
        self._spacing *= 2
        self._frames = [frame for frame in self._frames if frame.position % self._spacing == 0]
        self._size = 0
        for key, bodies in self._bodies.items():
            # Of those between two keyframes the last one stays, wherever it is.
            kept = {-(-position // self._spacing): (position, body) for position, body in bodies}
            self._bodies[key] = list(kept.values())
            self._size += sum(len(body or "") for _, body in kept.values())

    def _last(self) -> Head:
        return self._frames[-1] if self._frames else GENESIS

    def _check(self, at: Head) -> None:
        if at != GENESIS and at not in self._frames:
            raise KeyframeGone

    def _at(self, key: str, at: Head) -> str | None:
        bodies = self._bodies.get(key, [])
        number = bisect_right(bodies, at.position, key=lambda one: one[0])
        return bodies[number - 1][1] if number else None


def below(prefix: str) -> Callable[[str], bool]:
    """Whether a key is `prefix` or begins with `prefix/`; every key is below an empty one."""
    return lambda key: not prefix or key == prefix or key.startswith(f"{prefix}/")


def _position(head: Head) -> int:
    return head.position
