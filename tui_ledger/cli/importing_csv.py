"""`import` of a CSV file: the commands that its rows mean, and a report of what became of each."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typer

from tui_ledger.cli.output import say, say_json
from tui_ledger.cli.progress import events_bar
from tui_ledger.clock import SystemClock
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.command_language import format_command
from tui_ledger.domain.rejections import Rejected
from tui_ledger.domain.wallet import NoWallet, WalletState
from tui_ledger.errors import InputError
from tui_ledger.exchange.csv_commands import LeftOut
from tui_ledger.exchange.csv_map_file import read_map
from tui_ledger.exchange.csv_plan import Planned, plan, wallets_of
from tui_ledger.exchange.csv_rows import read_rows
from tui_ledger.exchange.lines import STANDARD_INPUT
from tui_ledger.exchange.rehearsal import Rehearsal
from tui_ledger.ledger import Ledger

IN_FLIGHT: Final = 100
"""How many commands may be under way at once."""

_RESULTS: Final = {
    "executed": "executed",
    "planned": "would be executed",
    "there_already": "there already",
    "skipped": "skipped",
    "bad": "not understood",
    "refused": "refused",
}


async def import_csv(path: Path, file: str, map_file: Path | None, *, dry_run: bool, as_json: bool) -> int:
    """Execute what the rows of `file` mean, and print what became of them.

    Args:
        path: The ledger.
        file: The CSV file.
        map_file: What its columns mean.
        dry_run: Only print the commands.
        as_json: An object for each row, and one for all.

    Returns:
        The exit status: 3 if a row was not understood, or refused, else 0.

    Raises:
        typer.BadParameter: there is no map, or no file but a pipe.
        LedgerError: nothing was executed, because a file cannot be read; or not all, because the log cannot
            be written.
    """
    if map_file is None:
        raise typer.BadParameter(
            "a CSV file needs a map, which says what its columns mean; docs/import-csv.md has two to begin "
            "with",
            param_hint="--map",
        )
    if file == STANDARD_INPUT:
        raise typer.BadParameter("a CSV file cannot come through a pipe; save it first", param_hint="FILE")
    csv_map = read_map(map_file)
    rows = read_rows(Path(file), csv_map)
    async with Ledger.open(path, run_views=False, views=()) as ledger:
        states = await ledger.truth(wallets_of(rows, csv_map))
        planned = plan(rows, csv_map, _currencies(states), SystemClock().now())
        report = _Report(len(rows), dry_run=dry_run, as_json=as_json)
        for left_out in planned.left_out:
            report.left_out(left_out)
        if dry_run:
            await _rehearse(ledger, planned.commands, states, report)
        else:
            await _execute(ledger, planned.commands, report)
    return report.end()


async def _execute(ledger: Ledger, commands: Sequence[Planned], report: "_Report") -> None:
    """Execute them in order. Those that are under way together are decided in that order, too."""
    with events_bar("importing", len(commands)) as show:
        for done in range(0, len(commands), IN_FLIGHT):
            together = commands[done : done + IN_FLIGHT]
            receipts = await asyncio.gather(*(ledger.execute(one.command) for one in together))
            for one, receipt in zip(together, receipts, strict=True):
                report.answered(one, receipt)
            show(done + len(together))


async def _rehearse(
    ledger: Ledger, commands: Sequence[Planned], states: dict[str, WalletState], report: "_Report"
) -> None:
    rehearsal = Rehearsal(states)
    for one in commands:
        if one.command.id and await ledger.find_command(one.command.id) is not None:
            report.row(one, "there_already")
        else:
            report.rehearsed(one, rehearsal.execute(one.command))


class _Report:
    """Says what became of each row, and in the end of all."""

    def __init__(self, rows: int, *, dry_run: bool, as_json: bool) -> None:
        self._rows = rows
        self._dry_run = dry_run
        self._as_json = as_json
        self._counts: Counter[str] = Counter()
        self._failed = False

    def left_out(self, row: LeftOut) -> None:
        """A row that has become no command."""
        self._tell(row.line, "bad" if row.bad else "skipped", {"reason": row.reason})

    def answered(self, planned: Planned, receipt: Receipt) -> None:
        """A command that was executed. One whose id is on record came from the same row, by whatever map."""
        if receipt.duplicate or receipt.code == "command_id_reused":
            self.row(planned, "there_already")
        elif receipt.accepted:
            self.row(planned, "executed", first=receipt.first, last=receipt.last)
        else:
            self.row(planned, "refused", code=receipt.code, reason=receipt.message)

    def rehearsed(self, planned: Planned, refusal: Rejected | None) -> None:
        """A command that would be executed, or refused."""
        if refusal is None:
            self.row(planned, "planned")
        else:
            self.row(planned, "refused", code=refusal.code, reason=str(refusal))

    def row(self, planned: Planned, result: str, **details: Any) -> None:
        """What became of a command."""
        self._tell(planned.line, result, {"command": format_command(planned.command), **details})

    def end(self) -> int:
        """Say how many of each there were; the exit status."""
        if self._as_json:
            counts = {name: self._counts[name] for name in _RESULTS}
            say_json({"rows": self._rows, **counts, "dry_run": self._dry_run})
        else:
            counted = [
                f"{self._counts[name]:,} {words}" for name, words in _RESULTS.items() if self._counts[name]
            ]
            rows = "1 row" if self._rows == 1 else f"{self._rows:,} rows"
            self._say(f"{rows}: {', '.join(counted) or 'nothing to do'}")
        return InputError.exit_status if self._failed else 0

    def _tell(self, line: int | None, result: str, details: dict[str, Any]) -> None:
        self._failed = self._failed or result in ("bad", "refused")
        if line is not None:
            self._counts[result] += 1
        if self._as_json:
            say_json({"line": line, "result": result, **details}, flush=False)
        elif result == "planned":
            say(details["command"], flush=False)
        elif "reason" in details:
            where = "before" if line is None else f"line {line}"
            self._say(f"{where}  {_RESULTS[result]}: {details['reason']}")

    def _say(self, text: str) -> None:
        """Print a line; of a dry run it is a comment, so that `exec` takes all that is printed."""
        say(f"# {text}" if self._dry_run else text, flush=False)


def _currencies(states: dict[str, WalletState]) -> dict[str, str]:
    return {wallet: state.currency for wallet, state in states.items() if not isinstance(state, NoWallet)}
