"""Tests of decisions in the form of a sentence: given these events, when this is asked, then that happens.

    given(UserCreated("moyin", "", "USD")).when(DepositMoney(wallet="moyin", amount="5")).then(
        MoneyDeposited("moyin", 500, "USD", "")
    )

The form is Greg Young's: a test of an event-sourced model needs nothing but events and commands.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from tui_ledger.domain.commands import Command
from tui_ledger.domain.events import Event
from tui_ledger.domain.rejections import Rejected
from tui_ledger.domain.wallet import WalletState, decide, evolve, fold

OCCURRED_AT: Final = "2026-01-01T00:00:00.000000Z"
"""When every given event happened."""


class Given(msgspec.Struct, frozen=True):
    """The state that the events left, and how many there were."""

    state: WalletState
    count: int

    def when(self, command: Command) -> "When":
        """Decide `command` on that state."""
        try:
            return When(self, tuple(decide(command, self.state)), None)
        except Rejected as rejection:
            return When(self, (), rejection)


class When(msgspec.Struct, frozen=True):
    """What came of a command: events, or a rejection."""

    given: Given
    events: tuple[Event, ...]
    rejection: Rejected | None

    def then(self, *events: Event) -> None:
        """Check that exactly `events` happened, and that they can follow those given.

        Raises:
            AssertionError: something else happened.
        """
        if self.rejection is not None:
            raise AssertionError(f"rejected with {self.rejection.code}: {self.rejection}")
        if self.events != events:
            raise AssertionError(f"what happened is {self.events}, and not {events}")
        state = self.given.state
        for number, event in enumerate(events, self.given.count + 1):
            state = evolve(state, _Happened(str(number), OCCURRED_AT, event))

    def then_rejected(self, code: str, **details: str) -> None:
        """Check that the command was refused with `code`, and the details that are named.

        Raises:
            AssertionError: it was accepted, or refused for another reason.
        """
        if self.rejection is None:
            raise AssertionError(f"not rejected: what happened is {self.events}")
        if self.rejection.code != code:
            raise AssertionError(f"rejected with {self.rejection.code}, and not {code}: {self.rejection}")
        found = {name: self.rejection.details.get(name) for name in details}
        if found != details:
            raise AssertionError(f"the details are {found}, and not {details}")


def given(*events: Event | Iterable[Event]) -> Given:
    """The state of a wallet after `events`, one by one or as lists.

    Their ids are `1`, `2`, `3` ..., so that `RefundPurchase(wallet="moyin", purchase="3")` refunds the
    third of them.
    """
    flat: list[Event] = []
    for each in events:
        if isinstance(each, Iterable):
            flat += each
        else:
            flat.append(each)
    happened = [_Happened(str(number), OCCURRED_AT, event) for number, event in enumerate(flat, 1)]
    return Given(fold(happened), len(flat))


class _Happened(msgspec.Struct, frozen=True):
    id: str
    occurred_at: str
    data: Event
