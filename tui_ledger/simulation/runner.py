"""Plays a scenario without a screen and in virtual time, and checks what it expects."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.clock import SystemClock
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.errors import InputError
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import BUILT_IN_NAMES, LedgerViews
from tui_ledger.simulation.expectations import Expectation
from tui_ledger.simulation.findings import Findings
from tui_ledger.simulation.performer import Performer
from tui_ledger.simulation.scenario import Scenario, Step
from tui_ledger.simulation.virtual_time import SETTLING, VirtualTime
from tui_ledger.testing.clock import START, VirtualClock
from tui_ledger.testing.ids import CountingIds

_LONGEST: Final = 200  # characters of what was found, in a sentence


class StepResult(msgspec.Struct, frozen=True):
    """What came of a step.

    Attributes:
        at: When it was over, in virtual seconds from the beginning.
        failures: What was wrong, a sentence each; none if all was as expected.
    """

    step: Step
    at: float
    failures: tuple[str, ...]


class RunResult(msgspec.Struct, frozen=True):
    """What came of a scenario.

    Attributes:
        expectations: How many there were.
        failures: What was wrong, a sentence each, with its step.
    """

    scenario: Scenario
    expectations: int
    failures: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything was as expected."""
        return not self.failures


OnStep = Callable[[StepResult], None]
"""Called after each step."""


async def run_in_memory(
    scenario: Scenario, *, seed: int | None = None, on_step: OnStep | None = None
) -> RunResult:
    """Play `scenario` on an empty ledger in memory: the same in every run, and never waiting in real time.

    Args:
        scenario: What to play. It begins at its `start`, or else at midnight on 1 January 2026, UTC.
        seed: In place of the scenario's own.
        on_step: Called after each step.

    Raises:
        LedgerError: the ledger failed, or there is no view of a name.
    """
    clock = VirtualClock(scenario.start or START)
    views = scenario.views or BUILT_IN_NAMES
    ledger = Ledger.in_memory(views=views, clock=clock, new_id=CountingIds())
    return await _run(ledger, clock, scenario, seed, on_step)


async def run_on_ledger(
    scenario: Scenario, path: Path, *, seed: int | None = None, on_step: OnStep | None = None
) -> RunResult:
    """Play `scenario` on the ledger at `path`, which is made if there is none.

    It begins now. Views that it names are switched on, and stay on; what it does to the workers of views is
    taken back at its end. See `run_in_memory`.

    Raises:
        LedgerError: as `run_in_memory`, and where the ledger cannot be opened.
    """
    _prepare(path, scenario.views)
    clock = VirtualClock(SystemClock().now())
    return await _run(Ledger.open(path, clock=clock), clock, scenario, seed, on_step)


def _prepare(path: Path, views: Sequence[str]) -> None:
    """Have a ledger at `path` with these views on."""
    if not path.exists():
        create_ledger(path)
    known = LedgerViews(LedgerFolder(path))
    for view in views:
        known.add(view)


async def _run(
    opening: AbstractAsyncContextManager[Ledger],
    clock: VirtualClock,
    scenario: Scenario,
    seed: int | None,
    on_step: OnStep | None,
) -> RunResult:
    failures: list[str] = []
    async with opening as ledger:
        run = _Run(ledger, clock, scenario.seed if seed is None else seed)
        try:
            for step in scenario.steps:
                result = await run.take(step)
                failures += [f"{_place(step)}: {failure}" for failure in result.failures]
                if on_step is not None:
                    on_step(result)
        finally:
            if ledger.path is not None:
                await run.put_back()
    return RunResult(scenario, sum(len(step.expect) for step in scenario.steps), tuple(failures))


class _Run:
    """One run of a scenario on a ledger that is open."""

    def __init__(self, ledger: Ledger, clock: VirtualClock, seed: int) -> None:
        self._findings = Findings(ledger)
        self._performer = Performer(ledger, seed, clock)
        self._time = VirtualTime(ledger, clock, self._performer.idle)

    async def take(self, step: Step) -> StepResult:
        """Take `step` when it is time, and check what it expects."""
        failures: list[str] = []
        await self._time.pass_until(step.at)
        try:
            receipts = await self._time.finish(self._performer.perform(step)) or []
        except InputError as error:
            failures.append(str(error))
            receipts = []
        if not step.allows_refusals:
            failures += _refusals(step, receipts)
        self._findings.receipts = receipts
        if step.expect:
            failures += await (self._check_settled(step) if step.within is None else self._check_within(step))
        return StepResult(step, self._time.now, tuple(failures))

    async def put_back(self) -> None:
        """Take back what the steps have done to the ledger's machinery."""
        await self._time.finish(self._performer.changed.put_back())

    async def _check_settled(self, step: Step) -> list[str]:
        failures = []
        if not await self._time.settle():
            failures.append(f"the ledger did not come to rest within {SETTLING:g} s.")
        return failures + await self._unmet(step.expect)

    async def _check_within(self, step: Step) -> list[str]:
        end = self._time.now + (step.within or 0)
        while True:
            failures = await self._unmet(step.expect)
            if not failures or self._time.now >= end:
                return failures
            await self._time.pass_some(end)

    async def _unmet(self, expectations: Sequence[Expectation]) -> list[str]:
        failures = []
        for expectation in expectations:
            try:
                found = await self._findings.find(expectation.path)
            except InputError as error:
                failures.append(f"expected {expectation.text}. {error}")
                continue
            if not expectation.holds(found):
                failures.append(f"expected {expectation.text}, found {_shown(found)}")
        return failures


def _refusals(step: Step, receipts: Sequence[Receipt]) -> list[str]:
    """A sentence about the first command that was refused, and how many more were."""
    refused = [receipt for receipt in receipts if not receipt.accepted]
    if not refused:
        return []
    more = f" ({len(refused) - 1} more were, too.)" if len(refused) > 1 else ""
    first = refused[0]
    return [f"{first.command} {first.wallet} was refused: {first.message}{more}"]


def _place(step: Step) -> str:
    return f"step {step.number}" + (f" (line {step.line})" if step.line else "")


def _shown(found: Any) -> str:
    text = msgspec.json.encode(found).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
