"""Folding one event into documents in memory."""

from collections.abc import Sequence

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.query_side.view import Document, View


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
    before = {key: document for key in keys if (document := documents[key]) is not None}
    after = dict(before)
    view.fold(event, after)
    unnamed = after.keys() - set(keys)
    if unnamed:
        raise LookupError(f"the view wrote {min(unnamed)}, which its keys do not name")
    changed = {key: after.get(key) for key in keys if after.get(key) is not before.get(key)}
    documents.update(changed)
    return changed
