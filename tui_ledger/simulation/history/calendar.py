"""The days of a history, and how much happens on each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

LAST_YEAR: Final = 2025
"""The year with which every history ends."""

_SATURDAY: Final = 5

# How much happens, January to December: a quiet new year, the summer, and the gifts of December.
_MONTHS: Final = (84, 86, 95, 96, 100, 104, 116, 112, 96, 98, 108, 140)
_WEEKDAYS: Final = (92, 90, 94, 98, 118, 132, 76)  # Monday to Sunday
_FIRST_YEAR_WEIGHT: Final = 80  # each year there is a little more of everything
_MORE_EACH_YEAR: Final = 4


class Day(msgspec.Struct, frozen=True, gc=False):
    """A day, in UTC.

    Attributes:
        date: Which one.
        number: Counted from 0.
        midnight: When it begins, in milliseconds since 1970.
        up_to: How many events of the history there should be when it ends.
    """

    date: date
    number: int
    midnight: int
    up_to: int


def period(years: int) -> tuple[date, date]:
    """The first and the last day of so many years."""
    return date(LAST_YEAR - years + 1, 1, 1), date(LAST_YEAR, 12, 31)


def days(years: int, events: int) -> Iterator[Day]:
    """Every day of the period, with `events` spread over them by what usually happens on such a day."""
    first, last = period(years)
    count = (last - first).days + 1
    dates = [first + timedelta(number) for number in range(count)]
    weights = [_weight(day, first.year) for day in dates]
    total, reached = sum(weights), 0
    midnight = int(datetime(first.year, 1, 1, tzinfo=UTC).timestamp()) * 1000
    for number, (day, weight) in enumerate(zip(dates, weights, strict=True)):
        reached += weight
        yield Day(day, number, midnight + number * 86_400_000, events * reached // total)


def pay_day(year: int, month: int) -> date:
    """When salaries come: on the 25th, or on the Friday before if that is no working day."""
    day = date(year, month, 25)
    return day - timedelta(max(day.weekday() - _SATURDAY + 1, 0))


def _weight(day: date, first_year: int) -> int:
    year = _FIRST_YEAR_WEIGHT + _MORE_EACH_YEAR * (day.year - first_year)
    return year * _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()]
