"""Tests of decisions in the form of a sentence: given these events, when this is asked, then that happens.

    given(UserCreated("moyin", "", "USD")).when(DepositMoney(wallet="moyin", amount="5")).then(
        MoneyDeposited("moyin", 500, "USD", "")
    )

The form is Greg Young's: a test of an event-sourced model needs nothing but events and commands.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from tui_ledger.domain.commands import Command, SendMoney
from tui_ledger.domain.events import Event, RecordedEvent
from tui_ledger.domain.rejections import Rejected
from tui_ledger.domain.wallet import (
    Happened,
    ImpossibleEvent,
    WalletState,
    decide,
    evolve,
    initial_state,
)
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import StoredEvent

OCCURRED_AT: Final = "2026-01-01T00:00:00.000000Z"
"""When every event happened that does not say it itself."""

Past = Event | RecordedEvent | StoredEvent
"""What can be given: an event alone, or as a ledger has it, with its own id and time."""


class Given(msgspec.Struct, frozen=True):
    """The wallet that some events left.

    Attributes:
        state: What `evolve` made of them.
        count: How many there were.
        wallet: Whose they were; None if there were none.
    """

    state: WalletState
    count: int
    wallet: str | None

    def when(self, command: Command) -> "When":
        """Decide `command` on that state.

        A `SendMoney` without an id gets one, since a transfer is named after it: `command-4`, if the event
        that comes of it is the fourth.

        Raises:
            ValueError: it is about another wallet, or has an `expect` or `at`: these are no matter of events,
                and only a whole ledger looks at them.
        """
        if self.wallet is not None and command.wallet != self.wallet:
            raise ValueError(f"the command is about {command.wallet}, and the events are of {self.wallet}")
        if command.expect is not None or command.at is not None:
            raise ValueError("expect and at are checked by a ledger, and not by what is tested here")
        if isinstance(command, SendMoney) and command.id is None:
            command = command.model_copy(update={"id": f"command-{self.count + 1}"})
        try:
            return When(self, tuple(decide(command, self.state)), None)
        except Rejected as rejection:
            return When(self, (), rejection)


class When(msgspec.Struct, frozen=True):
    """What came of a command: events, or a rejection."""

    given: Given
    events: tuple[Event, ...]
    rejection: Rejected | None

    def then(self, *events: Event) -> Given:
        """Check that exactly `events` happened, and that they can follow those given.

        Returns:
            The wallet after them: the test may go on with another `when`.

        Raises:
            AssertionError: something else happened.
        """
        __tracebackhide__ = True  # pytest then points at the line of the test
        if self.rejection is not None:
            raise AssertionError(
                f"rejected with {self.rejection.code}: {self.rejection}\nexpected was:{_listed(events)}"
            )
        if self.events != events:
            raise AssertionError(
                f"something else happened (+) than expected (-):{_diff(events, self.events)}"
            )
        return _followed_by(events, self.given)

    def then_rejected(self, code: str, **details: str) -> Given:
        """Check that the command was refused with `code`, and the details that are named.

        Returns:
            The wallet as it was: the test may go on with another `when`.

        Raises:
            AssertionError: it was accepted, or refused for another reason.
        """
        __tracebackhide__ = True
        if self.rejection is None:
            raise AssertionError(f"not rejected with {code}; what happened is:{_listed(self.events)}")
        if self.rejection.code != code:
            raise AssertionError(f"rejected with {self.rejection.code}, and not {code}: {self.rejection}")
        found = {name: self.rejection.details.get(name) for name in details}
        if found != details:
            raise AssertionError(f"rejected with {code}, but the details are {found}, and not {details}")
        return self.given


def given(*events: Past | Iterable[Past]) -> Given:
    """A wallet after `events`, one by one or in lists, all of them its own.

    Events that stand alone have the ids `1`, `2`, `3` ..., so that `RefundPurchase(wallet="moyin",
    purchase="3")` refunds the third of them, and they happened at `OCCURRED_AT`. What comes from a ledger,
    as `Ledger.read` returns it, keeps its id and its time.

    Raises:
        ImpossibleEvent: one of them does not fit what was before it.
        ValueError: they are of different wallets.
        TypeError: one of them is no event.
    """
    return _followed_by(_one_by_one(events), Given(initial_state(), 0, None))


class _Happened(msgspec.Struct, frozen=True):
    id: str
    occurred_at: str
    data: Event


def _one_by_one(events: Iterable[object]) -> Iterator[object]:
    for each in events:
        if isinstance(each, Iterable) and not isinstance(each, Command):  # whose fields can be iterated
            yield from each
        else:
            yield each


def _followed_by(events: Iterable[object], before: Given) -> Given:
    state, count, wallet = before.state, before.count, before.wallet
    for count, event in enumerate(events, before.count + 1):
        happened = _happened(event, count)
        if wallet is not None and happened.data.wallet != wallet:
            raise ValueError(f"event {count} is of {happened.data.wallet}, and those before of {wallet}")
        wallet = happened.data.wallet
        try:
            state = evolve(state, happened)
        except ImpossibleEvent as error:
            error.add_note(f"This is event {count}: {happened.data}")
            raise
    return Given(state, count, wallet)


def _happened(event: object, number: int) -> Happened:
    if isinstance(event, StoredEvent):
        return decode(event)
    if isinstance(event, RecordedEvent):
        return event
    if isinstance(event, Event):
        return _Happened(str(number), OCCURRED_AT, event)
    raise TypeError(f"events can be given, and this is {event!r}")


def _listed(events: Iterable[Event]) -> str:
    return "".join(f"\n  {event}" for event in events) or " nothing"


def _diff(expected: Iterable[Event], happened: Iterable[Event]) -> str:
    lines = difflib.ndiff([repr(event) for event in expected], [repr(event) for event in happened])
    return "".join(f"\n  {line.rstrip()}" for line in lines)
