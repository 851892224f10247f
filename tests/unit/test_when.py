"""A point in history as people name it."""

from datetime import UTC, datetime

import pytest

from tui_ledger.errors import InputError
from tui_ledger.when import parse_when


@pytest.mark.parametrize(
    ("text", "position"), [("0", 0), ("4", 4), ("007", 7), ("9223372036854775807", 2**63 - 1)]
)
def test_digits_are_a_position(text: str, position: int) -> None:
    assert parse_when(text) == position


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00.000001", datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC)),
        ("2026-01-31T12:00:00+09:00", datetime(2026, 1, 31, 3, tzinfo=UTC)),
    ],
)
def test_a_time_is_in_utc_unless_it_says_otherwise(text: str, moment: datetime) -> None:
    assert parse_when(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "-1", "4.5", "yesterday", "٤", "+4", "1" * 21, "1" * 60, "2026-13-01", "0001-01-01T00:00:00+09:00"],
)
def test_anything_else_is_bad_input_with_a_sentence(text: str) -> None:
    with pytest.raises(
        InputError, match=r"is neither a position such as 4 nor a time such as 2026-01-31"
    ) as caught:
        parse_when(text)
    assert len(str(caught.value)) < 160
