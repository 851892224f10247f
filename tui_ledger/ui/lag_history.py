"""How far behind each read model was in the last seconds, for a line of little bars."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus

BUCKET: Final = 0.5
"""Over how long a bar shows the longest lag, in seconds."""

KEPT: Final = 12
"""How many bars there are."""

_BARS: Final = "▁▂▃▄▅▆▇█"


class LagHistory:
    """The longest lag, in events, of each view in each of the last `KEPT` buckets."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._lags: dict[str, deque[int]] = {}

    def note(self, now: float, views: Iterable[ViewStatus]) -> bool:
        """Take in how far behind `views` are at `now`, in seconds; whether there are other bars now."""
        moved = False
        new = self._begun is None or now - self._begun >= BUCKET
        if new:
            self._begun = now
        for view in views:
            lags = self._lags.setdefault(view.view, deque([0], maxlen=KEPT))
            if new:
                moved |= any(lags) or view.lag > 0
                lags.append(view.lag)
            elif view.lag > lags[-1]:
                moved = True
                lags[-1] = view.lag
        return moved

    def bars(self, view: str) -> str:
        """A character a bucket, the last one on the right; empty if the view was at the head all the time."""
        lags = self._lags.get(view, ())
        if not any(lags):
            return ""
        most = max(*lags, len(_BARS) - 1)  # a lag of one event is never a high bar
        return "".join(_BARS[-(-lag * 7 // most)] for lag in lags)
