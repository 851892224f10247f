"""`run`: a scenario headless, and whether it went as it expects."""

from pathlib import Path

from tui_ledger.cli.output import complain, counted, say, say_json
from tui_ledger.errors import InputError
from tui_ledger.simulation.runner import RunResult, StepResult, run_in_memory, run_on_ledger
from tui_ledger.simulation.scenario import load_scenario


async def play(scenario: str, ledger: Path | None, seed: int | None, *, as_json: bool) -> int:
    """Play a scenario and print what came of it.

    Returns:
        The exit status: 3 if anything was not as expected.

    Raises:
        LedgerError: there is no such scenario, or the ledger failed.
    """
    loaded = load_scenario(scenario)
    on_step = _print_step if as_json else None
    if ledger is None:
        result = await run_in_memory(loaded, seed=seed, on_step=on_step)
    else:
        result = await run_on_ledger(loaded, ledger, seed=seed, on_step=on_step)
    if as_json:
        say_json(_summary(result))
    else:
        for failure in result.failures:
            complain(failure)
        (say if result.ok else complain)(_sentence(result))
    return 0 if result.ok else InputError.exit_status


def _print_step(result: StepResult) -> None:
    say_json(
        {
            "step": result.step.number,
            "line": result.step.line,
            "at": round(result.at, 6),
            "ok": not result.failures,
            "failures": list(result.failures),
        },
        flush=False,
    )


def _summary(result: RunResult) -> dict[str, object]:
    return {
        "title": result.scenario.title,
        "ok": result.ok,
        "steps": len(result.scenario.steps),
        "expectations": result.expectations,
        "failures": len(result.failures),
    }


def _sentence(result: RunResult) -> str:
    steps = counted(len(result.scenario.steps), "step")
    what = f"{result.scenario.title}: {steps}, {counted(result.expectations, 'expectation')}"
    if result.ok:
        return f"{what}, all true." if result.expectations else f"{what}."
    return f"{what}, {counted(len(result.failures), 'failure')}."
