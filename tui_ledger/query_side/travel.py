"""Time travel: what any view said, as of any position, whether or not it is switched on."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tui_ledger.event_store.port import EventStore
from tui_ledger.query_side.answer import Answer
from tui_ledger.query_side.document_keys import storable
from tui_ledger.query_side.keyframes.memory import MemoryKeyframes
from tui_ledger.query_side.keyframes.port import Keyframes
from tui_ledger.query_side.keyframes.sqlite import SqliteKeyframes
from tui_ledger.query_side.traveller import Progress, Traveller
from tui_ledger.query_side.view import View


class TimeTravel:
    """A traveller for each view that anybody asks about.

    Args:
        store: The log.
        folder: Where the files with keyframes are; None keeps them in memory.
        views: Views that are known already.
        find: Finds any other by its name; raises InputError if there is none.
    """

    def __init__(
        self, store: EventStore, folder: Path | None, views: Sequence[View], find: Callable[[str], View]
    ) -> None:
        self._store = store
        self._folder = folder
        self._views = {view.name: view for view in views}
        self._find = find
        self._travellers: dict[str, Traveller] = {}

    async def query(self, view: str, key: str, position: int) -> Answer:
        """The document under `key` after the event at `position`, which must exist; 0 is the beginning.

        Raises:
            InputError: there is no such view, or `key` can be none.
            IntegrityError: the view cannot fold an event up to there.
            NewerVersionError: only a newer version of this program can read one.
        """
        traveller = self._traveller(view)
        document = await traveller.read(position, storable(key))
        return Answer(view, key, position, await self._head(), document)

    async def documents(
        self,
        view: str,
        prefix: str,
        position: int,
        *,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Answer]:
        """The documents whose key is `prefix` or begins with `prefix/`, in the order of their keys.

        Raises:
            LedgerError: as `query`.
        """
        traveller = self._traveller(view)
        found = await traveller.scan(position, storable(prefix))
        head = await self._head()
        keys = sorted(found, reverse=newest_first)[: None if limit is None else max(limit, 0)]
        return [Answer(view, key, position, head, found[key]) for key in keys]

    async def prepare(self, view: str, position: int, progress: Progress) -> None:
        """Make what answers as of `position` begin with, which the first of them would do otherwise.

        Raises:
            LedgerError: as `query`.
        """
        traveller = self._traveller(view)
        await traveller.prepare(position, progress)

    async def close(self) -> None:
        """Let go of the files."""
        async with AsyncExitStack() as stack:
            for traveller in self._travellers.values():
                stack.push_async_callback(traveller.close)

    def _traveller(self, name: str) -> Traveller:
        traveller = self._travellers.get(name)
        if traveller is None:
            view = self._views[name] if name in self._views else self._find(name)
            traveller = self._travellers[name] = Traveller(view, self._keyframes(view), self._store)
        return traveller

    def _keyframes(self, view: View) -> Keyframes:
        if self._folder is None:
            return MemoryKeyframes()
        return SqliteKeyframes(self._folder / f"keyframes-{view.name}.db", view)

    async def _head(self) -> int:
        return (await self._store.head()).position
