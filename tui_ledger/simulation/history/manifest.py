"""What is known of a history beforehand: the oracle that whatever reads its events is measured by."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from tui_ledger.event_store.port import Head
from tui_ledger.simulation.history.history import History
from tui_ledger.simulation.history.plan import period_text

FORMAT: Final = 1
"""How it is written."""

GENERATOR: Final = 1
"""Which histories there are. It changes whenever the same plan would make other events."""


def manifest_of(history: History, head: Head) -> dict[str, Any]:
    """The manifest of a history whose events are all made, and end in a log at `head`."""
    plan, totals = history.plan, history.recorder.totals
    first, last = period_text(plan)
    forged = history.recorder.forged
    origin = {
        "format": FORMAT,
        "generator": GENERATOR,
        "seed": plan.seed,
        "events": plan.events,
        "wallets": plan.wallets,
        "years": plan.years,
        "first_day": first,
        "last_day": last,
        "head": str(head),
    }
    if forged is not None:
        names = ("position", "event", "wallet", "amount", "occurred_at")
        origin["forged"] = {name: getattr(forged, name) for name in names}
    return origin | {
        "types": totals.by_type(),
        "currencies": totals.currencies(),
        "balances": totals.balances(),
        "spending": totals.spending(),
        "top_items": totals.items(),
        "books": totals.books(),
    }


def described(lines: Iterable[bytes]) -> dict[str, Any]:
    """What a manifest says of a file of these lines, uncompressed."""
    digest, size = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        size += len(line)
    return {"bytes": size, "sha256": digest.hexdigest()}


def written(manifest: dict[str, Any]) -> bytes:
    """The manifest as a file: JSON for people, always the same bytes."""
    return f"{json.dumps(manifest, ensure_ascii=False, indent=1)}\n".encode()
