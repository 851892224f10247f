"""Checking a view against the log that it was made from."""

from collections.abc import Mapping

from tui_ledger.event_store.port import EventStore
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import DamagedDocuments, Documents, Generation, Lease
from tui_ledger.query_side.projection import Projection, is_of_this_log
from tui_ledger.query_side.view import Document, View, as_repaired

_AUDITOR = Lease(holder="auditor", host="", pid=0, heartbeat=0.0)


async def audit_view(view: View, documents: Documents, store: EventStore) -> str | None:
    """What is wrong with the documents, compared with a fresh fold up to their own checkpoint.

    To lag is no problem, nor is a file that a worker is going to make anew because it is missing or of
    another version of the view.
    """
    try:
        state, found = await documents.scan()
    except DamagedDocuments as error:
        return f"{view.name}: {error}"
    if (state.view, state.version) != (view.name, view.version):
        return None
    if not await is_of_this_log(state, store):
        return f"{view.name} was made from another log: event #{state.checkpoint} is not this log's."
    fresh = MemoryDocuments()
    stopped = await _refold(as_repaired(view, state.settings.repaired), fresh, store, state)
    if stopped.failed_at is not None:
        return f"{view.name}: event #{stopped.failed_at} cannot be folded: {stopped.reason}"
    _, expected = await fresh.scan()
    return _compare(view.name, dict(found), dict(expected))


async def _refold(view: View, documents: Documents, store: EventStore, audited: Generation) -> Generation:
    """Fold what the audited documents were made of: up to their checkpoint, and without what is parked."""
    await documents.claim(_AUDITOR, None)
    parked = Generation(view=view.name, version=view.version, parked=audited.parked)
    await documents.begin(_AUDITOR.holder, await documents.state(), parked, beside=False)
    projection = Projection(view, documents, _AUDITOR.holder)
    await projection.begin(store)
    up_to = audited.checkpoint
    while projection.state.checkpoint < up_to and projection.state.failed_at is None:
        done = projection.state.checkpoint
        await projection.apply(await store.read(done, limit=min(1000, up_to - done)))
    return projection.state


def _compare(view: str, found: Mapping[str, Document], expected: Mapping[str, Document]) -> str | None:
    for key in sorted(found.keys() | expected.keys()):
        if key not in found:
            return f"{view}: {key} is missing."
        if key not in expected:
            return f"{view}: {key} is there, and no event made it."
        here, there = found[key], expected[key]
        for field in sorted(here.keys() | there.keys()):
            if here.get(field) != there.get(field):
                said, true = here.get(field), there.get(field)
                return f"{view}: {key} says {field} {said}; the log says {true}."
    return None
