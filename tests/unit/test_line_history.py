"""Going back to lines that were sent."""

from tui_ledger.ui.line_history import KEPT, LineHistory


def test_the_line_that_is_being_typed_comes_behind_the_last_one() -> None:
    history = LineHistory()
    history.add("one")
    history.add("two")
    assert [history.earlier("thr"), history.earlier("two"), history.earlier("one")] == ["two", "one", "one"]
    assert [history.later("one"), history.later("two"), history.later("thr")] == ["two", "thr", "thr"]


def test_the_same_line_twice_in_a_row_is_kept_once() -> None:
    history = LineHistory()
    for line in ("one", "one", "two"):
        history.add(line)
    assert [history.earlier(""), history.earlier("")] == ["two", "one"]


def test_an_empty_history_gives_back_what_was_typed() -> None:
    assert LineHistory().earlier("half") == "half"


def test_the_oldest_lines_are_forgotten() -> None:
    history = LineHistory()
    for number in range(KEPT + 5):
        history.add(f"{number}")
    seen = {history.earlier("") for _ in range(KEPT + 9)}
    assert len(seen) == KEPT
    assert "4" not in seen
