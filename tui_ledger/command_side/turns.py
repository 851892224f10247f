"""Whose turn it is: the commands on one wallet are decided in the order in which they came."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Gives the turn to the oldest command that is not decided, also when that is the second time.

    A lock would not do: a command whose append failed would queue up behind commands that came after it,
    and a later deposit could make room for an earlier withdrawal.
    """

    def __init__(self) -> None:
        self._tickets = itertools.count()
        self._undecided: set[int] = set()
        self._decided: set[int] = set()
        self._order: list[int] = []  # a heap of the undecided, with some that have left
        self._wakers: dict[int, asyncio.Future[None]] = {}
        self._taken = False

    @property
    def idle(self) -> bool:
        """Whether nobody is in line."""
        return not self._undecided and not self._decided

    def enter(self) -> int:
        """A place in line, undecided, until it leaves."""
        ticket = next(self._tickets)
        self._line_up(ticket)
        return ticket

    def leave(self, ticket: int) -> None:
        """The command is settled, or nobody wants it any more."""
        self._undecided.discard(ticket)
        self._decided.discard(ticket)
        self._wake()

    def is_next(self, ticket: int) -> bool:
        """Whether everything older is decided, and nobody is deciding."""
        return not self._taken and self._first() == ticket

    def decided(self, ticket: int) -> None:
        """`ticket` is decided, and whoever comes after it may go on."""
        self._undecided.discard(ticket)
        self._decided.add(ticket)
        self._wake()

    @asynccontextmanager
    async def turn(self, ticket: int) -> AsyncIterator[None]:
        """Wait until everything older is decided; at the end `ticket` is decided too."""
        if ticket not in self._undecided:
            self._decided.discard(ticket)
            self._line_up(ticket)
        while not self.is_next(ticket):
            waker = self._wakers[ticket] = asyncio.get_running_loop().create_future()
            try:
                await waker
            finally:
                del self._wakers[ticket]
        self._taken = True
        try:
            yield
        finally:
            self._taken = False
            self.decided(ticket)

    def decide_again(self) -> None:
        """What was decided and is not settled yet is void: each of those commands comes back for its turn."""
        again, self._decided = self._decided, set()
        for ticket in again:
            self._line_up(ticket)

    def _line_up(self, ticket: int) -> None:
        self._undecided.add(ticket)
        heapq.heappush(self._order, ticket)

    def _first(self) -> int | None:
        while self._order and self._order[0] not in self._undecided:
            heapq.heappop(self._order)
        return self._order[0] if self._order else None

    def _wake(self) -> None:
        if not self._wakers or self._taken:
            return
        first = self._first()
        waker = None if first is None else self._wakers.get(first)
        if waker is not None and not waker.done():
            waker.set_result(None)
