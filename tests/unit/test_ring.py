"""The ring of the yearly pie: which half of which cell belongs to which slice."""

from collections import Counter

import pytest

from tui_ledger.ui.charts.ring import ring


def pixels(shares: tuple[int, ...], height: int) -> list[list[int | None]]:
    """The rows of half cells."""
    rows = []
    for cells in ring(shares, height):
        rows += [[upper for upper, _ in cells], [lower for _, lower in cells]]
    return rows


@pytest.mark.parametrize("height", [1, 4, 8, 10])
def test_it_is_as_high_as_asked_and_twice_as_wide(height: int) -> None:
    rows = ring((1, 2, 3), height)
    assert len(rows) == height
    assert {len(row) for row in rows} == {2 * height}


def test_the_slices_take_as_much_of_it_as_their_shares() -> None:
    counted = Counter(one for row in pixels((50, 30, 20), 20) for one in row if one is not None)
    whole = sum(counted.values())
    assert [round(counted[index] / whole, 2) for index in range(3)] == pytest.approx(
        [0.5, 0.3, 0.2], abs=0.01
    )


def test_the_first_slice_begins_at_twelve_o_clock_and_they_go_round_clockwise() -> None:
    rows = pixels((1, 1, 1, 1), 8)
    right_above, right_below, left_below, left_above = rows[1][10], rows[14][10], rows[14][5], rows[1][5]
    assert [right_above, right_below, left_below, left_above] == [0, 1, 2, 3]


def test_the_middle_and_the_corners_are_empty() -> None:
    rows = pixels((1, 1), 8)
    assert [rows[8][8], rows[0][0], rows[15][15]] == [None, None, None]


@pytest.mark.parametrize("shares", [(), (0,), (0, 0)])
def test_nothing_has_no_slices(shares: tuple[int, ...]) -> None:
    assert {one for row in pixels(shares, 6) for one in row} == {None}


def test_a_slice_without_a_share_is_not_there() -> None:
    assert {one for row in pixels((1, 0, 1), 8) for one in row} == {None, 0, 2}
