"""The lease on a view: of all the workers that could write it, in any process, one does."""

import os
import secrets
import socket
from typing import Final

from tui_ledger.clock import GLANCE, Clock, next_beat
from tui_ledger.query_side.documents.port import Documents, Lease, State

BEAT: Final = 8 * GLANCE
"""Seconds between two heartbeats, at most: they fall together with the glances."""

EXPIRY: Final = 2.0
"""Seconds after which a lease without a heartbeat is anybody's."""


class LeaseLost(Exception):
    """Another worker holds the lease now."""


def is_held(lease: Lease | None, now: float) -> bool:
    """Whether the holder of `lease` lives, as far as can be told at `now`, in seconds since the epoch.

    A process of this machine that is gone does not. Else the heartbeat tells, in either direction of time:
    one that lies in the future was written before the clock was set back, and says nothing.
    """
    return lease is not None and abs(now - lease.heartbeat) < EXPIRY and not _is_gone(lease)


class LeaseKeeper:
    """One worker's side of the lease."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self.holder: Final = secrets.token_hex(8)
        self._documents = documents
        self._clock = clock

    async def claim(self, state: State) -> bool:
        """Take the lease if nobody holds it; `state` is what was read of the view just now."""
        now = self._now()
        if is_held(state.lease, now):
            return False
        mine = Lease(self.holder, socket.gethostname(), os.getpid(), now)
        return await self._documents.claim(mine, state.lease)

    async def keep(self) -> None:
        """Say at every beat that the holder lives.

        Raises:
            LeaseLost: the lease is another's.
        """
        while await self._documents.beat(self.holder, self._now()):
            await next_beat(self._clock, BEAT)
        raise LeaseLost

    async def release(self, crash: str | None = None) -> None:
        """Let another worker have the lease at once, and say why if it is because of a crash."""
        await self._documents.release(self.holder, crash)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _is_gone(lease: Lease) -> bool:
    """Whether the process is known to have ended. A process id says nothing about another machine."""
    if os.name != "posix" or lease.host != socket.gethostname():
        return False
    try:
        os.kill(lease.pid, 0)
    except ProcessLookupError:
        return True
    except (OverflowError, PermissionError):
        return False
    return False
