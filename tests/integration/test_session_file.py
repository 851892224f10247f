"""A session that was saved as a scenario ends as the session did, whatever was done in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_ledger.domain.command_language import format_command, parse
from tui_ledger.domain.commands import Command, DepositMoney, PurchaseItem, SendMoney
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import PastEvent
from tui_ledger.ledger import Ledger
from tui_ledger.safe_text import safe_text
from tui_ledger.simulation import session
from tui_ledger.simulation.runner import RunResult, run_in_memory
from tui_ledger.simulation.scenario import Scenario, load_scenario
from tui_ledger.simulation.session import Moment, record
from tui_ledger.simulation.session_file import SessionFile, write_session
from tui_ledger.testing import VirtualClock


class Room:
    """Where a session takes place, which notes what the app would know of it."""

    def __init__(self, ledger: Ledger, clock: VirtualClock) -> None:
        self.ledger = ledger
        self.clock = clock
        self.moments: list[Moment] = []

    async def type(self, *lines: str) -> None:
        for line in lines:
            await self.execute(parse(line))

    async def execute(self, command: Command) -> None:
        receipt = await self.ledger.execute(command)
        await self.clock.advance(1)
        if not receipt.accepted:
            after = (await self.ledger.head()).position
            line = format_command(command)
            self.moments.append(Moment(after=after, at=self.clock.now(), line=line, code=receipt.code))

    async def save(self, title: str = "A session") -> SessionFile:
        return write_session(await record(self.ledger, self.moments, title))


@pytest.fixture
async def room(clock: VirtualClock) -> Any:
    async with Ledger.in_memory(clock=clock) as ledger:
        yield Room(ledger, clock)


def loaded(saved: SessionFile, folder: Path) -> Scenario:
    file = folder / "session.toml"
    file.write_text(saved.text, encoding="utf-8")
    return load_scenario(file)


async def run(saved: SessionFile, folder: Path) -> RunResult:
    return await run_in_memory(loaded(saved, folder))


def expectations(scenario: Scenario) -> Sequence[str]:
    return [one.text for one in scenario.steps[-1].expect]


async def test_a_session_is_its_commands_with_their_ids_and_how_the_wallets_are_at_its_end(
    room: Room, tmp_path: Path
) -> None:
    await room.type("create ann id=a-1", "deposit ann 50 id=a-2", "withdraw ann 70", "buy ann tea 3 id=a-3")
    saved = await room.save()
    scenario = loaded(saved, tmp_path)
    assert [step.do for step in scenario.steps] == [
        ("create ann id=a-1",),
        ("deposit ann 50 id=a-2",),
        ("withdraw ann 70",),
        ("buy ann tea 3 id=a-3",),
        (),
    ]
    assert [one.text for one in scenario.steps[2].expect] == ['receipt.code == "insufficient_funds"']
    assert expectations(scenario) == [
        'balances/ann.available == "47.00"',
        'balances/ann.state == "open"',
        "log.head == 3",
        "verify.ok == true",
    ]
    assert saved.steps == 4
    assert scenario.views == ("balances", "statement", "spending", "top_items", "books")
    assert (await run(saved, tmp_path)).failures == ()


async def test_it_is_the_ending_that_is_checked(room: Room, tmp_path: Path) -> None:
    await room.type("create ann", "deposit ann 50")
    saved = await room.save()
    wrong = SessionFile(saved.text.replace("50.00", "51.00"), saved.steps)
    [failure] = (await run(wrong, tmp_path)).failures
    assert 'found "50.00"' in failure


async def test_a_transfer_is_one_step_and_arrives_by_itself(room: Room, tmp_path: Path) -> None:
    await room.type("create ann", "create bob", "deposit ann 50", "send ann bob 20", "send ann zoe 10")
    await room.ledger.settle()
    await room.type("buy bob tea 20")
    saved = await room.save()
    assert saved.steps == 6
    assert "log.head == 9" in saved.text
    assert (await run(saved, tmp_path)).failures == ()


async def test_a_refund_names_its_purchase_by_its_command(room: Room, tmp_path: Path) -> None:
    await room.type("create ann", "deposit ann 50", "buy ann tea 20 id=tea-1", "refund ann 3 amount=5")
    await room.type("refund ann 3 amount=50", "refund ann tea-1", "refund ann 99", "refund ann 2")
    saved = await room.save()
    assert "refund ann tea-1 amount=5" in saved.text
    assert "refund ann 3" not in saved.text
    assert (await run(saved, tmp_path)).failures == ()


async def test_times_that_were_given_stay_and_are_no_future(tmp_path: Path) -> None:
    clock = VirtualClock(datetime(2027, 5, 1, tzinfo=UTC))
    async with Ledger.in_memory(clock=clock) as ledger:
        room = Room(ledger, clock)
        await room.type("create ann at=2026-05-01", "deposit ann 5 at=2027-04-01T12:00:00Z")
        await room.type("deposit ann 5 at=2999-01-01")
        saved = await room.save()
    assert saved.text.count("at=20") == 2
    assert (await run(saved, tmp_path)).failures == ()


async def test_the_time_between_steps_is_cut_to_what_somebody_can_follow(room: Room, tmp_path: Path) -> None:
    await room.ledger.execute(parse("create ann"))
    await room.ledger.execute(parse("deposit ann 1"))
    await room.clock.advance(2.5)
    await room.ledger.execute(parse("deposit ann 1"))
    await room.clock.advance(30)
    await room.ledger.execute(parse("deposit ann 1"))
    scenario = loaded(await room.save(), tmp_path)
    assert [step.at for step in scenario.steps] == [0, 0.5, 3.0, 8.0, 8.5]


async def test_a_delay_is_a_step_if_its_view_is_on(room: Room, tmp_path: Path) -> None:
    await room.type("create ann")
    now = room.clock.now()
    room.moments += [
        Moment(after=1, at=now, line="delay balances 2", view="balances"),
        Moment(after=1, at=now, line="delay returns 2", view="returns"),
        Moment(after=1, at=now, line="bus drop 0.5"),
    ]
    await room.type("deposit ann 5")
    saved = await room.save()
    assert [step.do for step in loaded(saved, tmp_path).steps][1:3] == [
        ("delay balances 2",),
        ("bus drop 0.5",),
    ]
    assert (await run(saved, tmp_path)).failures == ()


async def test_what_no_command_caused_cannot_be_done_again_and_the_file_says_so(
    room: Room, tmp_path: Path
) -> None:
    await room.type("create ann", "create bob", "create cy", "deposit cy 5")
    [event] = await room.ledger.read(after=3, limit=1)
    forged = PastEvent(
        stream="wallet/ann",
        id="01890000-0000-7000-8000-000000000001",
        type="MoneyDeposited",
        schema=1,
        data=event.data.replace('"cy"', '"ann"').replace("500", "90000"),
        content=None,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        command_id=None,
        correlation_id=None,
        causation_id=None,
    )
    await room.ledger._parts.store.restore([forged], await room.ledger.head())
    await room.ledger.settle()
    await room.type("send ann bob 50", "buy bob tea 50")
    await room.ledger.settle()
    saved = await room.save()
    assert "# Nothing is known of a command that caused #5," in saved.text
    scenario = loaded(saved, tmp_path)
    assert expectations(scenario) == [
        'balances/cy.available == "5.00"',
        'balances/cy.state == "open"',
        "verify.ok == true",
    ]
    assert (await run(saved, tmp_path)).failures == ()


async def test_nothing_is_expected_of_wallets_between_which_something_is_on_its_way(
    clock: VirtualClock, tmp_path: Path
) -> None:
    async with Ledger.in_memory(clock=clock, run_views=False) as ledger:
        room = Room(ledger, clock)
        await room.type("create ann", "create bob", "create cy", "deposit ann 9", "send ann bob 5")
        saved = await room.save()
    assert expectations(loaded(saved, tmp_path)) == [
        'truth/cy.available == "0.00"',
        'truth/cy.state == "open"',
        "verify.ok == true",
    ]
    assert (await run(saved, tmp_path)).failures == ()


async def test_a_view_that_is_not_up_to_date_is_not_asked_how_it_ends(room: Room, tmp_path: Path) -> None:
    await room.ledger.worker("balances").pause()
    await room.type("create ann")
    assert expectations(loaded(await room.save(), tmp_path))[0] == 'truth/ann.available == "0.00"'


async def test_a_session_without_a_command_cannot_be_saved(room: Room) -> None:
    with pytest.raises(InputError, match="There is nothing to save yet"):
        await room.save()


async def test_a_ledger_that_is_too_long_cannot_be_saved(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "STEPS", 3)
    await room.type("create ann", "deposit ann 5", "deposit ann 5")
    await room.save()
    await room.type("deposit ann 5")
    with pytest.raises(InputError, match="This ledger has more than 3 events"):
        await room.save()


async def test_a_command_too_long_for_a_line_is_left_out(room: Room, tmp_path: Path) -> None:
    long = '"' * 200
    await room.type("create ann", "deposit ann 50", "create bob")
    await room.execute(PurchaseItem(wallet="ann", item=long, price="3", category=long, merchant=long))
    saved = await room.save()
    assert "caused #4, or it does not fit into a step" in saved.text
    assert not any("ann" in one for one in expectations(loaded(saved, tmp_path)))
    assert (await run(saved, tmp_path)).failures == ()


async def test_nothing_in_a_saved_session_acts_on_a_terminal(room: Room, tmp_path: Path) -> None:
    hostile = "\x1b[2J\x7f \u202e ' \" \\ \n\t # ]] {n} = 剣 \U0001f600"
    await room.type("create ann", "deposit ann 50")
    await room.execute(PurchaseItem(wallet="ann", item=hostile, price="3"))
    saved = await room.save(title=hostile)
    assert all(safe_text(line) == line for line in saved.text.split("\n"))
    scenario = loaded(saved, tmp_path)
    assert scenario.title == hostile
    assert [command.item for command in scenario.commands if isinstance(command, PurchaseItem)] == [hostile]
    assert (await run(saved, tmp_path)).failures == ()


WALLETS = st.sampled_from(["ann", "bob", "zoe"])
AMOUNTS = st.sampled_from(["1", "2.50", "7", "40"])
TEXTS = st.one_of(st.just(""), st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8))
COMMANDS = st.one_of(
    WALLETS.map(lambda wallet: parse(f"create {wallet}")),
    st.builds(DepositMoney, wallet=WALLETS, amount=AMOUNTS, source=TEXTS),
    st.builds(
        PurchaseItem,
        wallet=WALLETS,
        item=TEXTS.filter(lambda text: bool(text.strip())),
        price=AMOUNTS,
        merchant=TEXTS,
    ),
    st.builds(SendMoney, wallet=WALLETS, to=WALLETS, amount=AMOUNTS, note=TEXTS),
    st.builds(lambda wallet, number: parse(f"refund {wallet} {number}"), WALLETS, st.integers(1, 12)),
    WALLETS.map(lambda wallet: parse(f"close {wallet}")),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=1, max_size=14))
async def test_any_session_ends_again_as_it_did(commands: list[Command], tmp_path: Path) -> None:
    clock = VirtualClock()
    async with Ledger.in_memory(clock=clock) as ledger:
        room = Room(ledger, clock)
        for command in commands:
            await room.execute(command)
        await ledger.settle()
        saved = await room.save()
    assert (await run(saved, tmp_path)).failures == ()
