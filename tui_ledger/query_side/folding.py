"""Folding events into documents in memory: one by one, or many at once where a view can do that."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.event_store.port import FactPage, Head
from tui_ledger.query_side.slices import Slices
from tui_ledger.query_side.view import Document, Gatherer, Gathering, View

_TOGETHER: Final = 500  # events that are gathered between two looks at the clock
_ENOUGH: Final = 2500  # documents: the more there are, the longer all else waits for them to be encoded


class Gathered:
    """What the events up to a position do to the documents of a view.

    Attributes:
        end: Position and hash of the last of these events.
        keys: The key of each document that changes.
    """

    def __init__(self, gathering: Gathering, end: Head, keys: Sequence[str]) -> None:
        self.end = end
        self.keys = keys
        self._gathering = gathering

    async def fold(self, documents: Mapping[str, Document | None]) -> dict[str, Document | None]:
        """The documents that change, as they then are; `documents` has them as they were.

        Raises:
            Exception: the events must be folded one by one.
        """
        slices = Slices()
        changed: dict[str, Document | None] = {}
        for key in self.keys:
            changed[key] = self._gathering.fold(key, documents[key])
            if slices.over():
                await slices.rest()
        return changed


async def gather(view: Gatherer, pages: AsyncIterator[FactPage]) -> Gathered | None:
    """Gather what comes from `pages`, until they end, or that is enough.

    Returns:
        None if nothing came.

    Raises:
        Exception: the events must be folded one by one.
    """
    gathering, slices = view.gather(), Slices()
    end: Head | None = None
    async for page in pages:
        for start in range(0, len(page.facts), _TOGETHER):
            gathering.add(page.facts[start : start + _TOGETHER])
            if slices.over():
                await slices.rest()
        end = page.head
        if len(gathering) >= _ENOUGH:
            break
    if end is None:
        return None
    keys = []
    for key in gathering.keys():  # noqa: SIM118 - it is no mapping
        keys.append(key)
        if slices.over():
            await slices.rest()
    return Gathered(gathering, end, keys)


def fold(
    view: View, event: RecordedEvent, keys: Sequence[str], documents: dict[str, Document | None]
) -> dict[str, Document | None]:
    """Fold one event into `documents`: wholly, or, where it raises, not at all.

    Args:
        keys: Those that the view names for the event; each is in `documents`, None where there is none.

    Returns:
        What changed.
    """
    if not keys:
        return {}
    after = {key: document for key in keys if (document := documents[key]) is not None}
    view.fold(event, after)
    if not after.keys() <= set(keys):
        unnamed = after.keys() - set(keys)
        raise LookupError(f"the view wrote {min(unnamed)}, which its keys do not name")
    changed = {key: document for key in keys if (document := after.get(key)) is not documents[key]}
    documents.update(changed)
    return changed
