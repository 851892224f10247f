"""What importing a CSV file comes to: the commands, in the order in which they happened."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from tui_ledger.domain.commands import Command, CreateUser, DepositMoney
from tui_ledger.exchange.csv_commands import Interpreter, LeftOut, Understood, wallet_of
from tui_ledger.exchange.csv_map import CsvMap
from tui_ledger.exchange.csv_rows import Row

OPENING: Final = "opening balance"
"""The source of what a wallet had before the first row."""


class Planned(msgspec.Struct, frozen=True):
    """A command.

    Attributes:
        line: Where the row begins that it comes from; None if it makes or fills the wallet for the rows.
        command: What is to be executed.
    """

    line: int | None
    command: Command


class Plan(msgspec.Struct, frozen=True):
    """The commands in the order in which they are to be executed, and the rows that have become none."""

    commands: Sequence[Planned]
    left_out: Sequence[LeftOut]


def wallets_of(rows: Sequence[Row], csv_map: CsvMap) -> set[str]:
    """The wallets that the rows are about."""
    wallets = set()
    for row in rows:
        if row.problem is None:
            with suppress(ValueError):  # which is said when the row is read
                wallets.add(wallet_of(row, csv_map))
    return wallets


def plan(rows: Sequence[Row], csv_map: CsvMap, wallets: Mapping[str, str], now: datetime) -> Plan:
    """Turn the rows of a file into commands.

    Args:
        rows: In the order of the file.
        csv_map: What they mean.
        wallets: Those of their wallets that there are, with their currencies.
        now: The time.
    """
    interpreter = Interpreter(csv_map, wallets, now)
    understood: list[Understood] = []
    left_out: list[LeftOut] = []
    for row in rows:
        match interpreter.read(row):
            case Understood() as one:
                understood.append(one)
            case LeftOut() as one:
                left_out.append(one)
    commands = _with_beginnings(_in_order(understood, csv_map.order), csv_map, set(wallets))
    return Plan(list(commands), left_out)


def _in_order(rows: list[Understood], order: str) -> list[Understood]:
    if order == "as_is" or not rows:
        return rows
    first, last = rows[0].moment.moment, rows[-1].moment.moment
    newest_first = order == "newest_first" or first > last
    return sorted(reversed(rows) if newest_first else rows, key=lambda row: row.moment.moment)


def _with_beginnings(rows: list[Understood], csv_map: CsvMap, there: set[str]) -> Iterator[Planned]:
    """The rows' commands, and before the first one of each wallet those that make and fill it."""
    begun: set[str] = set()
    for row in rows:
        wallet, at = row.command.wallet, row.command.at
        if wallet not in begun:
            begun.add(wallet)
            if wallet not in there:
                fields = {"wallet": wallet, "currency": row.currency, "at": at, "id": f"csv-create-{wallet}"}
                if csv_map.owner:
                    fields["owner"] = csv_map.owner
                yield Planned(None, CreateUser.model_validate(fields))
            if wallet in csv_map.opening:
                amount = csv_map.opening[wallet]
                filled = DepositMoney(
                    wallet=wallet, amount=amount, source=OPENING, at=at, id=f"csv-opening-{wallet}"
                )
                yield Planned(None, filled)
        yield Planned(row.line, row.command)
