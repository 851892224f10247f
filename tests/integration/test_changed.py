"""What a scenario has changed in a ledger's machinery can be put back as it was."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tui_ledger.errors import LockedError
from tui_ledger.ledger import Ledger
from tui_ledger.query_side.control import WorkerControl
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.simulation.actions import Load, Surroundings, parse_action
from tui_ledger.simulation.performer import Performer
from tui_ledger.simulation.scenario import Step
from tui_ledger.testing import VirtualClock

VIEWS = ("balances", "books", "returns")
AROUND = Surroundings(views=VIEWS, addable=VIEWS, load=lambda word: Load(Path(word)))


@pytest.fixture
async def ledger(clock: VirtualClock) -> AsyncIterator[Ledger]:
    async with Ledger.in_memory(views=VIEWS, clock=clock) as opened:
        yield opened


@pytest.fixture
def performer(ledger: Ledger, clock: VirtualClock) -> Performer:
    return Performer(ledger, 1, clock)


async def do(performer: Performer, *lines: str) -> None:
    """Do what these lines say, one after the other."""
    for line in lines:
        await performer.perform(Step(number=1, at=0, actions=(parse_action(line, AROUND),)))


async def view(ledger: Ledger, name: str) -> ViewStatus:
    return next(one for one in (await ledger.status()).views if one.view == name)


async def test_settings_of_views_are_as_they_were_before_the_first_change(
    ledger: Ledger, performer: Performer
) -> None:
    await ledger.worker("balances").delay(0.5, 0.25)
    await ledger.worker("books").pause()
    before = [await view(ledger, name) for name in VIEWS]
    await do(performer, "delay balances 2", "delay balances 3", "view resume books", "view pause balances")
    await do(performer, "view apart returns on", "view repair returns", "view pause returns")
    assert [await view(ledger, name) for name in VIEWS] != before
    await performer.changed.put_back()
    assert [await view(ledger, name) for name in VIEWS] == before


async def test_what_somebody_has_set_by_hand_meanwhile_is_left_alone(
    ledger: Ledger, performer: Performer
) -> None:
    await do(performer, "bus drop 0.3", "delay balances 2", "delay books 2")
    performer.changed.leave(None)
    performer.changed.leave("balances")
    await performer.changed.put_back()
    assert ledger.faults.drop == 0.3
    assert (await view(ledger, "balances")).delay == 2
    assert (await view(ledger, "books")).delay == 0


async def test_the_dials_of_the_bus_are_as_they_were(ledger: Ledger, performer: Performer) -> None:
    ledger.faults.double = 0.5
    await do(performer, "bus drop 0.3", "bus calm", "bus delay 1")
    assert (ledger.faults.double, ledger.faults.drop, ledger.faults.delay) == (0, 0, 1)
    await performer.changed.put_back()
    assert (ledger.faults.double, ledger.faults.drop, ledger.faults.delay) == (0.5, 0, 0)


async def test_what_was_never_changed_is_left_as_a_person_has_set_it_meanwhile(
    ledger: Ledger, performer: Performer
) -> None:
    await do(performer, "delay balances 2")
    await ledger.worker("books").delay(1)
    ledger.faults.drop = 0.5
    await performer.changed.put_back()
    assert (await view(ledger, "books")).delay == 1
    assert ledger.faults.drop == 0.5


async def test_put_back_once_it_is_forgotten(ledger: Ledger, performer: Performer) -> None:
    await do(performer, "delay balances 2", "bus drop 0.5")
    await performer.changed.put_back()
    await ledger.worker("balances").delay(1)
    ledger.faults.drop = 0.25
    await performer.changed.put_back()
    assert (await view(ledger, "balances")).delay == 1
    assert ledger.faults.drop == 0.25


async def test_a_view_that_is_gone_is_not_put_back(ledger: Ledger, performer: Performer) -> None:
    await do(performer, "delay balances 2", "delay books 2", "view drop balances")
    await performer.changed.put_back()
    assert (await view(ledger, "books")).delay == 0


async def test_a_view_that_does_not_answer_keeps_no_other_from_being_put_back(
    ledger: Ledger, performer: Performer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await do(performer, "delay balances 2", "view pause books")

    async def refuse(*_: object) -> None:
        raise LockedError("it does not answer")

    monkeypatch.setattr(WorkerControl, "delay", refuse)
    with pytest.raises(LockedError, match="it does not answer"):
        await performer.changed.put_back()
    assert (await view(ledger, "books")).state == "live"
