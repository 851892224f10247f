"""What history is wanted."""

from typing import Final

import msgspec

from tui_ledger.errors import InputError
from tui_ledger.simulation.history.calendar import period

YEARS: Final = 10
"""How many years a history covers, unless it is said."""

_EVENTS_PER_WALLET: Final = 125
_WALLETS: Final = 1000  # the most that there are unless more are asked for
_LEAST_PER_WALLET: Final = 5
_MONTHLY_PER_HOUSEHOLD: Final = 8


class Plan(msgspec.Struct, frozen=True):
    """A history of exactly so many events. The same plan makes the same history, always and everywhere."""

    events: int
    wallets: int
    years: int = YEARS
    seed: int = 1

    @property
    def households(self) -> int:
        """How many wallets get a salary and pay a rent each month.

        Where there are few events for many wallets, few do; else nothing but salaries and rents would happen.
        """
        monthly = self.events // (12 * self.years)
        return min(monthly // _MONTHLY_PER_HOUSEHOLD, self.wallets * 3 // 4)


def plan_history(events: int, *, wallets: int | None = None, years: int = YEARS, seed: int = 1) -> Plan:
    """The plan of a history, with a number of wallets that fits where none is given.

    Raises:
        InputError: so few events are too few for so many wallets.
    """
    if wallets is None:
        wallets = min(max(events // _EVENTS_PER_WALLET, 1), _WALLETS)
    least = wallets * _LEAST_PER_WALLET
    if events < least:
        raise InputError(
            f"A history of {wallets:,} wallet{'s' * (wallets > 1)} has at least {least:,} events, and "
            f"{events:,} are too few; ask for more events, or fewer wallets."
        )
    return Plan(events, wallets, years, seed)


def period_text(plan: Plan) -> tuple[str, str]:
    """The first and the last day, as `2016-01-01`."""
    first, last = period(plan.years)
    return first.isoformat(), last.isoformat()
