"""What is certain: who comes, who leaves, when salaries come and rents are due."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from tui_ledger.simulation.history.calendar import Day, pay_day, period
from tui_ledger.simulation.history.plan import Plan

OPEN: Final = 300
CLOSE: Final = 301
EARN: Final = 302
PAY_RENT: Final = 303
FORGE: Final = 304
SPLURGE: Final = 305
"""Kinds of what is certain. All are above those of `habits`. With each comes the number of a wallet, and with
`SPLURGE` how often there has been one; what is forged, and spent then, is that of the wallet 0."""

KIND: Final = 0x3FF
"""The bits of what is planned in which its kind is."""

NUMBER: Final = 10
NUMBERS: Final = 0xFFFF_FFFF
"""Where in there the number of a wallet begins, and its bits from there on."""

TIME: Final = 42
"""Where in there the time begins."""

_MINUTE: Final = 60_000
_TOGETHER: Final = 20 * _MINUTE
_EARLY: Final = 6 * 60 * _MINUTE  # before anything else happens on a day
_PAY_TIME: Final = 6 * 60 * _MINUTE + 40 * _MINUTE
_RENT_TIME: Final = 7 * 60 * _MINUTE
_FORGING_TIME: Final = 18 * 60 * _MINUTE + 3_157_418
_SHOPPING_TIME: Final = 17 * 60 * _MINUTE + 1_503_291
_CLOSING_TIME: Final = 15 * 60 * _MINUTE

_AT_ONCE: Final = (
    4  # one wallet in so many is there in the first month, and the first of all on the first day
)
_OPENED_BY: Final = 80  # when the last of the others is, in hundredths of the period
_CLOSING: Final = 8  # one wallet in so many is closed,
_CLOSED_FROM: Final = 55  # in this part of the period
_CLOSED_UP_TO: Final = 95


class Agenda:
    """The certain things of a history.

    Args:
        plan: The history.
        forged_on: The day on which somebody puts a deposit into the log that no command caused, and the days
            on which that money is spent.
    """

    def __init__(self, plan: Plan, forged_on: tuple[date, ...] = ()) -> None:
        self._plan = plan
        self._forged_on = forged_on
        first, last = period(plan.years)
        self._moves: defaultdict[int, list[int]] = defaultdict(list)
        days = (last - first).days
        for number in range(plan.wallets):
            self._moves[_opening(number, plan.wallets, days)].append(self._planned(_EARLY, OPEN, number))
        for number in range(plan.wallets // _CLOSING):
            share = number * (_CLOSED_UP_TO - _CLOSED_FROM) // (plan.wallets // _CLOSING)
            # The ones that came early; a household stays.
            leaving = plan.households + number
            self._moves[days * (_CLOSED_FROM + share) // 100].append(
                self._planned(_CLOSING_TIME, CLOSE, leaving)
            )

    def of(self, day: Day) -> Iterator[int]:
        """What is certain on that day: what is `planned`."""
        yield from self._moves.get(day.number, ())
        if day.date == pay_day(day.date.year, day.date.month):
            yield from (self._planned(_PAY_TIME, EARN, number) for number in range(self._plan.households))
        if day.date.day == 1:
            yield from (
                self._planned(_RENT_TIME, PAY_RENT, number) for number in range(self._plan.households)
            )
        if day.date in self._forged_on:
            since = self._forged_on.index(day.date)
            yield (
                self._planned(_SHOPPING_TIME, SPLURGE, since)
                if since
                else self._planned(_FORGING_TIME, FORGE, 0)
            )

    def _planned(self, at: int, kind: int, number: int) -> int:
        # One comes after the other, within twenty minutes, in the order of their numbers.
        return planned(at + number * _TOGETHER // self._plan.wallets, kind, number)


def planned(at: int, kind: int, number: int = 0) -> int:
    """Something to happen `at` so many milliseconds after midnight, as a number that sorts by the time."""
    return at << TIME | number << NUMBER | kind


def _opening(number: int, wallets: int, days: int) -> int:
    at_once = max(wallets // _AT_ONCE, 1)
    if number < at_once:
        return number * 30 // at_once
    return 30 + (days * _OPENED_BY // 100 - 30) * (number - at_once + 1) // (wallets - at_once)
