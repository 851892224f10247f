"""A scenario is played headless in virtual time, and says itself whether it went as it should."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.integration.scenarios import run, scenario
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import Command
from tui_ledger.errors import StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.runner import run_in_memory, run_on_ledger
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.testing import VirtualClock

CREATE = 'at = 0\ndo = "create ann"'
LATE = 'at = 0\ndo = "delay balances 3"'


async def test_what_is_expected_and_true_is_no_failure() -> None:
    result = await run(CREATE + "\nexpect = '''balances/ann.available == \"0.00\"'''")
    assert result.ok
    assert result.expectations == 1


async def test_a_failure_names_step_expectation_and_what_was_found() -> None:
    result = await run(
        CREATE,
        """at = 1
do = "deposit ann 300"
expect = ['balances/ann.available == "500.00"', "log.head == 2", "log.head > 2"]""",
    )
    assert not result.ok
    assert result.failures == (
        'step 2 (line 7): expected balances/ann.available == "500.00", found "300.00"',
        "step 2 (line 7): expected log.head > 2, found 2",
    )


async def test_a_document_or_a_field_that_is_missing_is_null() -> None:
    expect = """at = 1
expect = ["balances/bob == null", "balances/bob.available == null", "balances/ann != null",
  "truth/bob.state == null", "spending/2026/USD.categories.food == null"]"""
    assert (await run(CREATE, expect, views=("balances", "spending"))).failures == ()


async def test_an_expectation_about_a_view_that_is_off_says_so() -> None:
    result = await run(
        'at = 0\ndo = ["create ann", "view drop balances"]\nexpect = "balances/ann == null"',
        views=("balances", "books"),
    )
    [failure] = result.failures
    assert "expected balances/ann == null. There is no view balances" in failure


async def test_a_command_that_is_refused_is_a_failure() -> None:
    result = await run(CREATE, 'at = 1\ndo = "withdraw ann 5"\nexpect = "log.head == 1"')
    [failure] = result.failures
    assert failure.startswith("step 2 (line 7): withdraw ann was refused: ")


async def test_of_many_refusals_the_first_is_said_and_the_others_counted() -> None:
    result = await run(CREATE, 'at = 1\ndo = "withdraw ann 5"\ntimes = 4')
    [failure] = result.failures
    assert failure.endswith("(3 more were, too.)")


@pytest.mark.parametrize(
    "expect", ['receipt.code == "insufficient_funds"', "receipts.refused == 1", "receipt.version == null"]
)
async def test_a_refusal_that_is_expected_is_none(expect: str) -> None:
    assert (await run(CREATE, f"at = 1\ndo = 'withdraw ann 5'\nexpect = '{expect}'")).ok


async def test_what_customers_are_refused_is_part_of_what_they_do() -> None:
    result = await run('at = 0\ndo = "traffic 200"\nexpect = ["log.head > 100", "verify.ok == true"]')
    assert result.failures == ()


async def test_an_expectation_waits_until_a_view_that_is_late_has_caught_up() -> None:
    ends: list[float] = []
    result = await run(
        LATE,
        CREATE,
        """at = 10\ndo = "deposit ann 5"\nexpect = '''balances/ann.available == "5.00"'''""",
        on_step=lambda step: ends.append(step.at),
    )
    assert result.ok
    assert ends == [0, 0, pytest.approx(13)]


@pytest.mark.parametrize(("within", "ok"), [(0, False), (2.9, False), (3.1, True), (60, True)])
async def test_within_says_by_when_it_has_to_be_true(within: float, ok: bool) -> None:
    result = await run(
        LATE,
        CREATE,
        f"at = 10\ndo = 'deposit ann 5'\nwithin = {within}\nexpect = 'balances/ann.available == \"5.00\"'",
    )
    assert result.ok is ok


async def test_what_is_true_at_once_is_seen_before_the_view_knows() -> None:
    result = await run(
        LATE,
        CREATE,
        """at = 10
do = "deposit ann 5"
within = 0
expect = ['balances/ann.available == "0.00"', 'truth/ann.available == "5.00"', "status/balances.lag == 1"]""",
    )
    assert result.failures == ()


async def test_time_passes_between_steps_as_it_would() -> None:
    result = await run(
        LATE,
        CREATE,
        "at = 2\nwithin = 0\nexpect = 'balances/ann == null'",
        "at = 4\nwithin = 0\nexpect = 'balances/ann != null'",
    )
    assert result.failures == ()


async def test_a_view_that_is_paused_failed_or_crashed_holds_up_nothing() -> None:
    ends: list[float] = []
    result = await run(
        'at = 0\ndo = ["view pause balances", "view crash books"]',
        CREATE,
        'at = 1\nexpect = ["status/balances.lag == 1"]',
        "at = 2\nwithin = 0\nexpect = 'status/books.state == \"crashed\"'",
        "at = 20\nexpect = 'status/books.state == \"live\"'",
        views=("balances", "books"),
        on_step=lambda step: ends.append(step.at),
    )
    assert result.failures == ()
    assert ends == [0, 0, 1, 2, 20]


async def test_lines_of_one_step_are_sent_at_the_same_moment() -> None:
    result = await run(
        CREATE,
        """at = 1
do = ["deposit ann 5 expect=1", "deposit ann 7 expect=1"]
expect = ["receipt/1.accepted == true", 'receipt/2.code == "conflict"', "receipts.accepted == 1"]""",
    )
    assert result.failures == ()


async def test_no_line_of_a_step_waits_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    execute = Ledger.execute

    async def noted(ledger: Ledger, command: Command) -> Receipt:
        order.append(f"{command.wallet} begins")
        await asyncio.sleep(0)  # in memory nothing else would keep it from ending at once
        receipt = await execute(ledger, command)
        order.append(f"{command.wallet} ends")
        return receipt

    monkeypatch.setattr(Ledger, "execute", noted)
    await run('at = 0\ndo = ["create ann", "create bob"]')
    assert order[:2] == ["ann begins", "bob begins"]


async def test_time_stands_until_the_last_line_of_a_step_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[float] = []
    execute = Ledger.execute

    async def slow_for_ann(ledger: Ledger, command: Command) -> Receipt:
        if command.wallet == "ann":
            await asyncio.to_thread(time.sleep, 0.05)
        return await execute(ledger, command)

    monkeypatch.setattr(Ledger, "execute", slow_for_ann)
    await run('at = 0\ndo = ["create ann", "create bob"]', on_step=lambda step: ends.append(step.at))
    assert ends == [0]


async def test_a_step_can_be_done_many_times() -> None:
    result = await run(
        CREATE,
        """at = 1
do = "deposit ann {n} id=a-{n}"
times = 10
expect = ['balances/ann.available == "55.00"', "receipts.accepted == 10", "receipt.version == 11"]""",
    )
    assert result.failures == ()


async def test_what_a_worker_refuses_is_a_failure_of_the_step_and_the_play_goes_on() -> None:
    result = await run('at = 0\ndo = "view park balances"', CREATE + '\nexpect = "log.head == 1"')
    [failure] = result.failures
    assert failure.startswith("step 1 (line 4): balances: ")


async def test_a_scenario_inside_another_is_done_at_once() -> None:
    result = await run(
        'at = 0\ndo = "load moyin"\nexpect = ["log.head == 4", "status/balances.delay == 1.5"]',
        views=("balances", "statement"),
    )
    assert result.failures == ()


async def test_a_data_set_is_taken_in() -> None:
    result = await run('at = 0\ndo = "load evolve"\nexpect = ["log.head == 18", "status/balances.lag == 0"]')
    assert result.failures == ()


async def test_a_file_that_cannot_be_taken_in_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("no event\n", encoding="utf-8")
    file = tmp_path / "it.toml"
    step = '[[step]]\nat = 0\ndo = "load bad.jsonl"\nexpect = "log.head == 0"\n'
    file.write_text(f'title = "Bad"\n{step}', encoding="utf-8")
    [failure] = (await run_in_memory(load_scenario(file))).failures
    assert failure.startswith("step 1 (line 2): bad.jsonl, line 1: ")


async def test_views_are_added_and_dropped_while_it_plays() -> None:
    result = await run(
        'at = 0\ndo = ["create ann", "deposit ann 9"]',
        "at = 1\ndo = 'view add books'\nexpect = 'books/USD/wallet/ann.balance != null'",
        'at = 2\ndo = "view drop books"',
        "at = 3\ndo = 'view add books'\nexpect = ['status/books.checkpoint == 2', 'verify.ok == true']",
    )
    assert result.failures == ()


async def test_every_control_of_a_worker_can_be_used() -> None:
    result = await run(
        'at = 0\ndo = ["create ann", "deposit ann 9", "deposit ann 1"]',
        'at = 1\ndo = "view seek balances 1"\nexpect = "status/balances.checkpoint == 1"',
        'at = 2\ndo = "view step balances"\nexpect = "status/balances.checkpoint == 2"',
        "at = 3\ndo = 'view resume balances'\nexpect = 'status/balances.state == \"live\"'",
        'at = 4\ndo = "view rebuild balances"\nexpect = "status/balances.lag == 0"',
        'at = 5\ndo = "view apart balances on"',
        'at = 6\ndo = "view crash balances after"',
        'at = 7\ndo = "deposit ann 5"',
        "at = 8\ndo = 'view restart balances'\nexpect = ['verify.ok == false', 'log.head == 4']",
        'at = 9\ndo = "view apart balances off"',
        'at = 10\ndo = "view rebuild balances"\nexpect = "verify.ok == true"',
    )
    assert result.failures == ()


async def test_the_dials_of_the_bus_do_what_they_say() -> None:
    result = await run(
        'at = 0\ndo = "bus drop 1"',
        'at = 1\ndo = ["create ann"]\nwithin = 0\nexpect = ["status/balances.lag == 1", "bus.dropped == 1"]',
        'at = 2\ndo = "bus calm"\nexpect = "status/balances.lag == 0"',
    )
    assert result.failures == ()


async def test_the_same_scenario_is_the_same_each_time_and_another_seed_is_another_one() -> None:
    played = scenario(
        'at = 0\ndo = ["bus drop 0.5", "bus jitter 1"]',
        'at = 1\ndo = "traffic 40"\nwithin = 0.2\nexpect = ["log.head < 0", "bus.dropped < 0"]',
        "at = 2\nexpect = ['truth/ann.available == \"\"', 'balances/zoe.available == \"\"']",
    )
    first, again, other = [await run_in_memory(played, seed=seed) for seed in (None, 1, 2)]
    assert len(first.failures) == 4  # each says what was found
    assert first.failures == again.failures
    assert first.failures != other.failures


async def test_what_is_recorded_is_the_same_each_time_down_to_its_ids(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[list[str]] = []
    execute = Ledger.execute

    async def noted(ledger: Ledger, command: Command) -> Receipt:
        receipt = await execute(ledger, command)
        made[-1] += [event.hash for event in await ledger.read()]
        return receipt

    monkeypatch.setattr(Ledger, "execute", noted)
    for _ in range(2):
        made.append([])
        await run(CREATE, 'at = 5\ndo = "deposit ann 5"')
    assert len(made[0]) == 3
    assert made[0] == made[1]


async def test_moments_can_be_nearer_than_the_clock_can_tell() -> None:
    late = "within = 1e-11\nexpect = 'balances/ann != null'"
    result = await run(LATE, CREATE, f"at = 1e-11\n{late}", f"at = 0.30000000000000004\n{late}")
    assert len(result.failures) == 2


async def test_a_day_of_a_scenario_takes_no_real_time() -> None:
    began = time.monotonic()
    await run(CREATE, 'at = 86400\ndo = "deposit ann 1"', views=("balances", "statement", "books"))
    assert time.monotonic() - began < 5


async def test_a_thousand_steps_are_no_work() -> None:
    steps = [f"at = {n}\ndo = 'deposit ann 1'\nexpect = 'log.head == {n + 1}'" for n in range(1, 301)]
    began = time.process_time()
    assert (await run(CREATE, *steps)).ok
    assert time.process_time() - began < 3  # a tenth of that, on a machine that has nothing else to do


async def test_a_ledger_that_fails_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(Ledger, "execute", fail)
    with pytest.raises(StorageError, match="the disk is full"):
        await run(CREATE)


async def test_a_run_that_is_cancelled_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    running = asyncio.create_task(run(CREATE, *(f'at = {n}\ndo = "deposit ann 1"' for n in range(1, 500))))
    for _ in range(200):
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == before


async def test_on_a_ledger_it_makes_what_is_missing_and_puts_back_what_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    played = scenario(
        'at = 0\ndo = ["delay balances 0.5", "create ann", "view pause returns"]',
        "at = 1\nexpect = ['balances/ann != null', 'status/returns.state == \"paused\"']",
        views=("balances", "returns"),
    )
    result = await run_on_ledger(played, path)
    assert result.failures == ()
    async with Ledger.open(path, clock=VirtualClock()) as ledger:
        views = {view.view: view for view in (await ledger.status()).views}
        assert views["balances"].delay == 0
        assert views["returns"].state != "paused"
        assert set(views) == {"balances", "returns"}
        assert [event.type for event in await ledger.read()] == ["UserCreated"]


async def test_on_a_ledger_with_a_history_what_is_expected_can_be_false(tmp_path: Path) -> None:
    played = scenario(CREATE, 'at = 1\nexpect = "log.head == 1"')
    assert (await run_on_ledger(played, tmp_path / "ledger")).ok
    again = await run_on_ledger(played, tmp_path / "ledger")
    assert [failure.split(":")[0] for failure in again.failures] == ["step 1 (line 4)"]


async def test_on_a_ledger_a_setting_that_was_there_before_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True, run_views=False) as ledger:
        await ledger.worker("balances").delay(0.25, 0.125)
        await ledger.worker("books").pause()
    played = scenario(
        'at = 0\ndo = ["delay balances 1", "view resume books"]\nexpect = "log.head == 0"',
        views=("balances", "books"),
    )
    result = await run_on_ledger(played, path)
    assert result.failures == ()
    async with Ledger.open(path, run_views=False) as ledger:
        views = {view.view: view for view in (await ledger.status()).views}
    assert (views["balances"].delay, views["balances"].jitter) == (0.25, 0.125)
    assert views["books"].state == "paused"


async def test_a_scenario_with_a_start_begins_then() -> None:
    begun = 'at = 1\ndo = "create ann at=2030-05-01T00:00:01Z"\nexpect = "receipt.accepted == true"'
    early = 'at = 1\ndo = "create bob at=2030-05-01T00:00:09Z"\nexpect = "receipt.accepted == false"'
    played = replace(scenario(begun, early), start=datetime(2030, 5, 1, tzinfo=UTC))
    assert (await run_in_memory(played)).failures == ()
