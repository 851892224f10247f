"""How far behind a read model was, as little bars."""

from tui_ledger.query_side.status import ViewStatus
from tui_ledger.ui.lag_history import BUCKET, KEPT, LagHistory


def status(lag: int, view: str = "balances") -> ViewStatus:
    return ViewStatus(view, 0, lag, "live", None, None, 0.0, 0.0)


def noted(*lags: int) -> LagHistory:
    """A bucket for each lag."""
    history = LagHistory()
    for number, lag in enumerate(lags):
        history.note(number * BUCKET, [status(lag)])
    return history


def test_a_view_that_was_never_behind_has_no_bars() -> None:
    assert noted(0, 0, 0).bars("balances") == ""
    assert noted(1).bars("books") == ""


def test_the_longest_lag_is_the_highest_bar_and_the_last_one_stands_on_the_right() -> None:
    assert noted(0, 1, 7, 3, 0).bars("balances") == "▁▁▂█▄▁"


def test_a_lag_that_was_over_within_a_bucket_is_seen_all_the_same() -> None:
    history = LagHistory()
    for moment, lag in ((0.0, 0), (BUCKET / 4, 7), (BUCKET / 2, 0)):
        history.note(moment, [status(lag)])
    assert history.bars("balances")[-1] == "█"


def test_a_single_event_is_a_low_bar() -> None:
    assert noted(0, 1, 0).bars("balances") == "▁▁▂▁"


def test_the_smallest_lag_is_more_than_none() -> None:
    assert noted(1000, 1).bars("balances")[-1] != "▁"


def test_what_is_long_ago_is_forgotten() -> None:
    assert len(noted(*[9] * 100).bars("balances")) == KEPT
    assert noted(9, *[0] * KEPT).bars("balances") == ""
