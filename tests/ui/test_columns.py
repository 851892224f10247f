"""Columns are straight on terminals that measure emoji and vowel signs in one way or in another."""

import pytest
from rich.cells import cell_len

from tests.reliability.screen_model import Screen, Width, by_cluster, one_by_one
from tui_ledger.ui.cells import fit
from tui_ledger.ui.columns import straightened

DISPUTED = ("👩\u200d💻", "❤\ufe0f", "👩🏽", "1\ufe0f\u20e3", "हिन्दी", "ක්\u200dය", "தமிழ்")
TEXTS = (*DISPUTED, "🇩🇪🇯🇵", "\u1112\u1161\u11ab", "می\u200cخواهم", "葛\U000e0100")


@pytest.mark.parametrize("width", [one_by_one, by_cluster])
@pytest.mark.parametrize("text", TEXTS)
def test_what_follows_stands_in_its_column(text: str, width: Width) -> None:
    cell = fit(text, 14)
    frame = f"\x1b[3;5H\x1b[31m│\x1b[0m\x1b[1m{cell}\x1b[0m│\n"
    screen = Screen(40, 10, width)
    screen.feed(f"\x1b[3;1H{'#' * 40}{straightened(frame)}")
    line = screen.rows[2]
    assert (line[4], line[4 + 1 + 14], cell_len(cell)) == ("│", "│", 14)
    drawn = "".join(line[5:19]).rstrip()
    assert "#" not in drawn, "nothing of what was there before is left"
    assert drawn == text


@pytest.mark.parametrize("width", [one_by_one, by_cluster])
@pytest.mark.parametrize("text", TEXTS)
def test_what_is_typed_behind_it_can_be_read_and_a_full_line_stays_in_its_frame(
    text: str, width: Width
) -> None:
    line = f"{text}{text}typed"
    cells = cell_len(line)
    screen = Screen(60, 1, width)
    screen.feed(f"\x1b[1;1H{'#' * 60}\x1b[1;{cells + 2}H│")
    screen.feed(straightened(f"\x1b[1;1H\x1b[1m{line}\x1b[0m "))
    row = screen.rows[0]
    assert "".join(row[cells - 5 : cells]) == "typed"
    assert (row[cells], row[cells + 1]) == (" ", "│")


@pytest.mark.parametrize("text", DISPUTED)
def test_without_that_some_terminal_draws_it_elsewhere(text: str) -> None:
    screens = [Screen(40, 3, width) for width in (one_by_one, by_cluster)]
    for screen in screens:
        screen.feed(f"\x1b[1;1H{fit(text, 14)}│")
    places = [screen.rows[0].index("│") for screen in screens]
    assert places != [14, 14]


def test_a_frame_of_what_all_terminals_measure_alike_is_left_as_it_is() -> None:
    frame = "\x1b[1;1H╭─ ❯ ▶ ✓ ✗ ≠ ◑ ↻ ‖ ○ ■ ● … · − ← → ↑ ▁▂▃ ⏎ 剣 盾 データ é ─╮\x1b[0m"
    assert straightened(frame) is frame


@pytest.mark.parametrize("rest", [" \u200d💻", "\ufe0f\u200d🌈", "\U0001f3fd", "👨\u200d"])
def test_what_is_left_of_an_emoji_is_drawn_onto_nothing(rest: str) -> None:
    screen = Screen(20, 1, one_by_one)
    screen.feed(straightened(f"\x1b[1;1H│\x1b[1m{rest} \x1b[0m"))
    assert screen.rows[0][0] == "│"
    assert not screen.refused


def test_where_the_cursor_is_not_known_nothing_is_moved() -> None:
    text = "\x1b]0;👩\u200d💻\x07\x1b[6n👩\u200d💻"
    assert straightened(text) == text
