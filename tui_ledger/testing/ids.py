"""Ids that are the same in every run."""

from tui_ledger.ids import uuid7


class CountingIds:
    """UUIDs of version 7 that count up from 1: 00000000-0000-7001-8000-000000000000 is the first."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self) -> str:
        """The next one."""
        self._count += 1
        return uuid7(self._count, bytes(8))
