"""Folding one event into a view's documents, by whoever does it: a worker, or a traveller in time."""

from collections.abc import MutableMapping, Sequence

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.query_side.view import Document, View


def fold_event(
    view: View, event: RecordedEvent, keys: Sequence[str], documents: MutableMapping[str, Document | None]
) -> dict[str, Document | None]:
    """Fold `event` into `documents`: wholly, or, where it raises, not at all.

    Args:
        view: Whose fold it is.
        event: The event.
        keys: What the view's `keys` say of it.
        documents: Has each of `keys`; None where there is no document.

    Returns:
        What changed.

    Raises:
        LookupError: the view wrote a document that its keys do not name.
        Exception: whatever the view raises, which may be anybody's code.
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
