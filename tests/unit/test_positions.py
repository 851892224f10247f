"""A position is understood as a person writes it, and what is none is answered with a sentence."""

import pytest

from tui_ledger.errors import InputError
from tui_ledger.ui.positions import parse_position


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("41002", 41_002),
        ("#41,002", 41_002),
        (" # 41 002 ", 41_002),
        ("41'002", 41_002),
        ("0", 0),
        ("-100", 40_900),
        ("−100", 40_900),
        ("-1,000", 40_000),
        ("+5", 41_005),
        ("+ 5", 41_005),
        ("-41,000", 0),
        ("#50,000", 50_000),
    ],
)
def test_a_number_and_a_way_from_here_are_positions(text: str, position: int) -> None:
    assert parse_position(text, here=41_000, head=50_000) == position


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("yesterday", "yesterday is no event. Give its number, such as 41,002, or -100 for"),
        ("41,02", "41,02 is no event."),
        ("4.5", "4.5 is no event."),
        ("--5", "--5 is no event."),
        ("٣", "٣ is no event."),
        ("9" * 20, "99999999999999999999 is no event."),
        ("50,001", "There is no event #50,001 yet: the log ends at #50,000."),
        ("+9,001", "There is no event #50,001 yet: the log ends at #50,000."),
        ("-41,001", "So far back there is nothing: it is at #41,000."),
    ],
)
def test_what_is_no_position_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_position(text, here=41_000, head=50_000)
    assert str(caught.value).startswith(sentence)
