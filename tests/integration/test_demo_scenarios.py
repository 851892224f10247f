"""Every scenario that comes along expects something; it is true, and could be false."""

import textwrap
from typing import Final

import pytest
from msgspec.structs import replace

from tui_ledger.content import say
from tui_ledger.simulation.expectations import Expectation
from tui_ledger.simulation.runner import run_in_memory
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


@pytest.mark.parametrize("name", SCENARIOS)
async def test_it_is_noticed_when_anything_that_a_scenario_expects_is_not_true(name: str) -> None:
    played = load_scenario(name)
    steps = tuple(map(with_everything_turned, played.steps))
    result = await run_in_memory(replace(played, steps=steps))
    # A moment within some time at which everything has its opposite may come, or not.
    expected = sum(len(step.expect) for step in steps if not step.within)
    assert sum(": expected " in failure for failure in result.failures) >= expected


@pytest.mark.parametrize("name", scenario_names())
def test_what_a_scenario_says_fits_into_two_lines_of_78_columns(name: str) -> None:
    for step in load_scenario(name).steps:
        if step.say is not None:
            assert len(textwrap.wrap(say(step.say), 78)) <= 2, step.say
