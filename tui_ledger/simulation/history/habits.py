"""When people do what: by the month, the day of the week, and the time of day."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from tui_ledger.simulation.history.quantiles import spread
from tui_ledger.simulation.history.wares import WARES

SEND: Final = 200
TAKE_BACK: Final = 201
PAY_IN: Final = 202
PAY_OUT: Final = 203
"""What else people do than buy. Below these is the number of the ware that is bought."""

_OFTEN: Final = {SEND: 62, TAKE_BACK: 26, PAY_IN: 40, PAY_OUT: 24}
_WEEKEND: Final = (5, 6)

# How often something is bought on such a day, in hundredths of the usual.
_BY_MONTH: Final[Mapping[str, tuple[int, ...]]] = {
    "gifts": (40, 70, 70, 80, 90, 80, 70, 70, 80, 90, 300, 1100),
    "travel": (60, 70, 90, 110, 110, 150, 270, 250, 90, 80, 60, 100),
}
_BY_WEEKDAY: Final[Mapping[str, tuple[int, ...]]] = {
    "groceries": (85, 90, 90, 100, 130, 210, 15),
    "morning": (130, 130, 130, 130, 120, 50, 30),
    "noon": (130, 130, 130, 130, 130, 50, 40),
    "evening": (60, 70, 80, 100, 180, 190, 80),
    "shopping": (70, 70, 80, 90, 120, 230, 20),
    "weekend": (30, 30, 40, 40, 70, 250, 260),
}

# Of each hour how likely it is, on working days and at weekends.
_HOURS: Final[Mapping[str, tuple[Mapping[int, int], Mapping[int, int]]]] = {
    "groceries": (
        {8: 4, 12: 10, 16: 12, 17: 30, 18: 38, 19: 24, 20: 8},
        {9: 20, 10: 30, 11: 28, 14: 10, 16: 8},
    ),
    "morning": ({7: 34, 8: 40, 9: 16, 10: 6}, {8: 14, 9: 30, 10: 34, 11: 16}),
    "noon": ({11: 12, 12: 50, 13: 34}, {12: 30, 13: 30, 14: 14}),
    "evening": (
        {17: 6, 18: 20, 19: 34, 20: 30, 21: 16, 22: 4},
        {16: 8, 18: 20, 19: 34, 20: 34, 21: 24, 22: 10},
    ),
    "shopping": (
        {9: 4, 12: 16, 16: 12, 17: 24, 18: 24, 20: 8},
        {10: 20, 11: 30, 13: 20, 14: 26, 15: 24, 16: 14},
    ),
    "weekend": ({16: 10, 17: 20, 18: 16}, {10: 20, 11: 22, 14: 26, 15: 22, 16: 10}),
    "any": (
        {9: 10, 11: 10, 13: 10, 16: 14, 18: 20, 20: 20, 21: 10},
        {10: 16, 12: 16, 15: 16, 18: 20, 20: 16},
    ),
}
_QUARTER: Final = 15 * 60_000


KINDS: Final = 1024
"""How many entries a table of `what_is_done` has: some things are rare."""


@cache
def what_is_done(month: int, weekday: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """A table of what people do on such a day: the number of a ware, or `SEND` and so on, and when.

    When that is, is itself a table: quarters of an hour, each as milliseconds after midnight.

    Args:
        month: 1 to 12.
        weekday: 0 is Monday.
    """
    weights = {number: _weight(number, month, weekday) for number in range(len(WARES))}
    total = sum(weights.values())
    usual = sum(ware.often for ware in WARES) * 100
    weights |= {kind: often * 100 * total // usual for kind, often in _OFTEN.items()}
    return tuple((kind, _quarters_of_day(kind, weekday)) for kind in spread(weights, KINDS))


@cache
def _quarters_of_day(kind: int, weekday: int) -> tuple[int, ...]:
    habit = WARES[kind].habit if kind < len(WARES) else "any"
    hours = _HOURS[habit][weekday in _WEEKEND]
    return spread({(hour * 4 + part) * _QUARTER: often for hour, often in hours.items() for part in range(4)})


def _weight(number: int, month: int, weekday: int) -> int:
    ware = WARES[number]
    of_month = _BY_MONTH.get(ware.category, (100,) * 12)[month - 1]
    return ware.often * of_month * _BY_WEEKDAY[ware.habit][weekday] // 100
