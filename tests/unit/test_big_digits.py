"""Numbers in large type."""

import pytest

from tui_ledger.ui.charts.big_digits import SIZES, Size, big_digits, fitting, width_of

NUMBERS = ("0123456789", "#48,213", "−300.00", "+1000.00", "≠", "=", "")


@pytest.mark.parametrize("size", SIZES)
def test_every_number_is_as_large_as_it_says(size: Size) -> None:
    for text in NUMBERS:
        lines = big_digits(text, size)
        assert len(lines) == size.rows
        assert {len(line) for line in lines} == {width_of(text, size)}


@pytest.mark.parametrize("size", SIZES)
def test_no_two_characters_look_alike(size: Size) -> None:
    drawn = [big_digits(character, size) for character in "0123456789#=≠+−"]
    assert len(set(drawn)) == len(drawn)


def test_a_digit_is_drawn_in_seven_segments() -> None:
    assert big_digits("2", Size(5, 8, 1)) == ("▀▀▀▀█", "▄▄▄▄█", "█    ", "█▄▄▄▄")


def test_the_largest_size_is_taken_at_which_all_fit() -> None:
    best = fitting(("#7", "1000.00"), 52, 6)
    assert best is not None
    assert width_of("1000.00", best) <= 52
    larger = SIZES[: SIZES.index(best)]
    assert all(size.rows > 6 or width_of("1000.00", size) > 52 for size in larger)


def test_what_does_not_fit_or_is_no_number_has_no_size() -> None:
    assert fitting(("1000.00",), 12, 6) is None
    assert fitting(("1",), 80, 2) is None
    assert fitting(("none",), 200, 6) is None
