"""A history, day by day."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain, islice
from typing import Final

from tui_ledger.event_store.port import PastEvent
from tui_ledger.simulation.history.agenda import (
    CLOSE,
    EARN,
    KIND,
    NUMBER,
    NUMBERS,
    OPEN,
    PAY_RENT,
    SPLURGE,
    TIME,
    Agenda,
)
from tui_ledger.simulation.history.calendar import Day, days
from tui_ledger.simulation.history.deeds import CLOSING_EVENTS, TRANSFER_EVENTS, Deeds
from tui_ledger.simulation.history.habits import KINDS, what_is_done
from tui_ledger.simulation.history.noise import numbers
from tui_ledger.simulation.history.people import person
from tui_ledger.simulation.history.plan import Plan
from tui_ledger.simulation.history.recorder import Recorder
from tui_ledger.simulation.history.town import Town
from tui_ledger.simulation.history.wares import WARES, in_currency

_QUARTER: Final = 15 * 60_000
_DAYS_KEPT: Final = 40  # about as long a purchase may be paid back
_RECENT: Final = 2000  # purchases at most
_FEWER: Final = 90  # in hundredths: some of what people do makes more than one event

# Cents of a euro.
_SALARIES: Final = (98_000, 124_000, 151_000, 176_000, 203_000, 238_000, 274_000, 345_000)
_RENT_PART: Final = 12  # in hundredths of the salary: most share a flat,
_OWNERS: Final = 3  # and one household in so many pays no rent
_FORGED: Final = 487_000

_LUXURIES: Final = [n for n, ware in enumerate(WARES) if ware.item in {"laptop", "flight", "furniture"}]


class History:
    """Makes the events of a plan, once.

    Attributes:
        plan: What was asked for.
        recorder: Has the totals, complete when all events are made.
    """

    def __init__(self, plan: Plan, forged_on: tuple[date, ...] = ()) -> None:
        self.plan = plan
        self.recorder = Recorder(plan.seed)
        self._numbers = numbers(plan.seed, "days")
        self._agenda = Agenda(plan, forged_on)
        self._town = Town(plan.households)
        daily = plan.events // (365 * plan.years) + 1
        self._deeds = Deeds(plan.seed, self.recorder, self._town, min(daily * _DAYS_KEPT, _RECENT))

    def events(self, progress: Callable[[int], None] | None = None) -> Iterator[PastEvent]:
        """All events, in order; `progress` is told how many are made."""
        return chain.from_iterable(self._days(progress))

    def _days(self, progress: Callable[[int], None] | None) -> Iterator[list[PastEvent]]:
        recorder = self.recorder
        for day in days(self.plan.years, self.plan.events):
            recorder.begin(day)
            certain = list(self._agenda.of(day))
            missing = day.up_to - recorder.written - len(certain)
            last = day.up_to == self.plan.events
            others = self._chances(day, missing if last else missing * _FEWER // 100)
            self._live(sorted([*certain, *others]))
            yield recorder.taken()
            if progress is not None:
                progress(recorder.written)
        recorder.end_year()

    def _chances(self, day: Day, count: int) -> list[int]:
        """So many things that people do on such a day, and when."""
        table = what_is_done(day.date.month, day.date.weekday())
        return [
            # Somewhere in that quarter of an hour: 20 bits of noise times its length. The rest is `planned`.
            quarters[number >> 10 & 255] + ((number >> 32 & 0xFFFFF) * _QUARTER >> 20) << TIME | kind
            for number in islice(self._numbers, max(count, 0))
            for kind, quarters in (table[number & KINDS - 1],)
        ]

    def _live(self, happenings: list[int]) -> None:
        recorder, deeds, limit = self.recorder, self._deeds, self.plan.events
        for happening in happenings:
            if recorder.written == limit:
                return
            at, kind = happening >> TIME, happening & KIND
            if kind < len(WARES):
                deeds.buy(at, kind)
            elif kind < OPEN:
                deeds.do(at, kind, alone=limit - recorder.written < TRANSFER_EVENTS)
            else:
                self._keep(at, kind, happening >> NUMBER & NUMBERS)

    def _keep(self, at: int, kind: int, number: int) -> None:
        """What was certain comes to be."""
        recorder, town = self.recorder, self._town
        if kind == OPEN:
            self._open(at, number)
            return
        if kind == SPLURGE:
            self._deeds.splurge(at, town.everybody[0], _LUXURIES[number % len(_LUXURIES)])
            return
        if number >= len(town.everybody):
            return  # who is not here yet
        wallet = town.everybody[number]
        if kind == CLOSE:
            if self.plan.events - recorder.written >= CLOSING_EVENTS:
                self._deeds.leave(at, wallet)
        elif kind == EARN:
            recorder.deposit(at, wallet, wallet.salary, "salary")
        elif kind == PAY_RENT:
            if wallet.rent is not None and wallet.rent.prices[0] <= wallet.balance:
                recorder.purchase(at, wallet, wallet.rent, 0)
        else:
            recorder.forge(at, wallet, in_currency(_FORGED, wallet.currency), "bank account")

    def _open(self, at: int, number: int) -> None:
        wallet = self.recorder.create(at, person(number))
        if number < self.plan.households:
            cents = _SALARIES[next(self._numbers) % len(_SALARIES)]
            wallet.salary = in_currency(cents, wallet.currency)
            if number % _OWNERS != _OWNERS - 1:
                wallet.rent = wallet.market.rent(cents * _RENT_PART // 100 // 500 * 500)
        self._town.move_in(wallet)
