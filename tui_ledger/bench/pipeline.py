"""What is measured of this program's write side: the whole pipeline, the store alone, and `exec`."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterable
from pathlib import Path

import tui_ledger
from tui_ledger.bench.figures import Sample
from tui_ledger.bench.history import deposit, interleaved, open_wallet, wallet_names
from tui_ledger.bench.port import Setup
from tui_ledger.bench.rounds import drive
from tui_ledger.domain.commands import Command
from tui_ledger.errors import LedgerError
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_file import create_log
from tui_ledger.ledger import Ledger


async def measure_pipeline(
    path: Path, callers: int, each: int, setup: Setup, *, preloaded: bool = False
) -> Sample:
    """`callers` deposit into the ledger at `path`, each into its own wallet, `each` times.

    A caller builds its command, which validates it, and waits until its event is durable. The ledger is
    made, unless it is `preloaded` and has these wallets already.
    """
    wallets = wallet_names(callers)
    # On a log with a history this loads the wallets, which is not what is measured either.
    first = deposit if preloaded else open_wallet
    async with Ledger.open(path, create=True, run_views=False) as ledger:
        await _execute_all(ledger, map(first, wallets))
        before = (await ledger.head()).position
        sample = await drive(
            callers, each, lambda caller, _: ledger.execute(deposit(wallets[caller])), setup.timer
        )
        _check_stored(sample.events, (await ledger.head()).position - before)
    return sample


async def measure_store(path: Path, callers: int, each: int, setup: Setup) -> Sample:
    """The store alone: appends that are made before, to a new log at `path`."""
    create_log(path)
    appends = list(interleaved(wallet_names(callers), callers * (each + 1)))
    async with open_store(path) as store:
        await asyncio.gather(*map(store.append, appends[:callers]))
        sample = await drive(
            callers,
            each,
            lambda caller, turn: store.append(appends[callers * (turn + 1) + caller]),
            setup.timer,
        )
        _check_stored(sample.events, (await store.head()).position - callers)
    return sample


async def measure_exec(path: Path, wallets: int, count: int, setup: Setup) -> Sample:
    """`tui-ledger exec` with a file of `count` deposits, from the start of the process to its end."""
    names = wallet_names(wallets)
    async with Ledger.open(path, create=True, run_views=False) as ledger:
        await _execute_all(ledger, map(open_wallet, names))
        before = (await ledger.head()).position
    lines = path.with_name("commands")
    lines.write_text(
        "".join(f"deposit {names[n % wallets]} 10.00 source='Nakamura Trading'\n" for n in range(count))
    )
    began = setup.timer()
    await _run("exec", str(path), "--json", stdin=lines)
    seconds = setup.timer() - began
    async with Ledger.open(path, run_views=False) as ledger:
        _check_stored(count, (await ledger.head()).position - before)
    return Sample(seconds, count)


async def execute(ledger: Ledger, command: Command) -> None:
    """Execute a command that must not be refused.

    Raises:
        LedgerError: it was.
    """
    receipt = await ledger.execute(command)
    if not receipt.accepted:
        raise LedgerError(f"A command was refused, so this is no measurement: {receipt.message}")


async def _execute_all(ledger: Ledger, commands: Iterable[Command]) -> None:
    await asyncio.gather(*(execute(ledger, command) for command in commands))


def _check_stored(expected: int, stored: int) -> None:
    """Refusals are fast, and would make a fine figure."""
    if stored != expected:
        raise LedgerError(f"{expected} events were to be stored and {stored} are, so this is no measurement.")


async def _run(*arguments: str, stdin: Path) -> None:
    """Run this program, the one that is running now, with its own Python."""
    with stdin.open("rb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tui_ledger",
            *arguments,
            stdin=file,
            stdout=DEVNULL,
            stderr=PIPE,
            cwd=Path(tui_ledger.__path__[0]).parent,
        )
    try:
        _, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise LedgerError(
            f"tui-ledger {arguments[0]} ended with status {process.returncode}: {errors.decode().strip()}"
        )
