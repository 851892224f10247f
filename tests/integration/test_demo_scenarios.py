"""Every scenario that comes along expects something; it is true, and could be false."""

import json
import textwrap
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from tui_ledger.content import say
from tui_ledger.simulation.demo_data import demo_data_file
from tui_ledger.simulation.expectations import Expectation
from tui_ledger.simulation.runner import run_in_memory, run_on_ledger
from tui_ledger.simulation.scenario import Step, load_scenario, scenario_names

LONG: Final = frozenset({"hot", "decade"})
"""Those that take longer to play than a plain test may."""

SCENARIOS: Final = [
    pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in scenario_names()
]
OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def turned(expectation: Expectation) -> Expectation:
    """The opposite of `expectation`."""
    if expectation.operator == "contains":
        return replace(expectation, literal="what nobody says")
    return replace(expectation, operator=OPPOSITE[expectation.operator])


def with_everything_turned(step: Step) -> Step:
    """`step`, with the opposite of what it expects."""
    return replace(step, expect=tuple(map(turned, step.expect)))


@pytest.mark.parametrize("name", SCENARIOS)
async def test_everything_that_a_scenario_expects_is_true(name: str) -> None:
    played = load_scenario(name)
    result = await run_in_memory(played)
    assert result.failures == ()
    assert result.expectations > len(played.steps) / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", scenario_names())
@pytest.mark.timeout(300)
async def test_it_is_true_on_a_ledger_in_a_folder_too(name: str, tmp_path: Path) -> None:
    assert (await run_on_ledger(load_scenario(name), tmp_path / "ledger")).failures == ()


@pytest.mark.parametrize("name", SCENARIOS)
async def test_it_is_noticed_when_anything_that_a_scenario_expects_is_not_true(name: str) -> None:
    played = load_scenario(name)
    steps = tuple(map(with_everything_turned, played.steps))
    result = await run_in_memory(replace(played, steps=steps))
    # A moment within some time at which everything has its opposite may come, or not.
    expected = sum(len(step.expect) for step in steps if not step.within)
    assert sum(": expected " in failure for failure in result.failures) >= expected


def test_the_ten_years_are_those_of_the_generators_own_ledger() -> None:
    oracle = json.loads(demo_data_file("decade.manifest.json").read_text(encoding="utf-8"))["spending"]
    expected = {
        one.path.key: one.literal
        for step in load_scenario("decade").steps
        for one in step.expect
        if one.path.root == "spending" and one.path.fields == ("total",)
    }
    assert {key.split("/")[0] for key in expected} == {str(year) for year in range(2016, 2026)}
    assert expected == {key: oracle[key]["total"] for key in expected}


@pytest.mark.parametrize("name", scenario_names())
def test_what_a_scenario_says_fits_into_two_lines_of_78_columns(name: str) -> None:
    for step in load_scenario(name).steps:
        if step.say is not None:
            assert len(textwrap.wrap(say(step.say), 78)) <= 2, step.say
