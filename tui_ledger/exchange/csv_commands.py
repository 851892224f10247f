"""From a row of a CSV file to a command, by a map."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import msgspec
from pydantic import ValidationError

from tui_ledger.domain.commands import COMMANDS, Command, is_wallet_id
from tui_ledger.domain.money import EXPONENTS, AmountError, format_amount, parse_amount
from tui_ledger.exchange.csv_amounts import AmountFormat, CellError, SignedAmount
from tui_ledger.exchange.csv_dates import DateFormat, Moment
from tui_ledger.exchange.csv_map import CsvMap
from tui_ledger.exchange.csv_rows import Row
from tui_ledger.exchange.csv_rules import SKIP, Rules, Ruling
from tui_ledger.exchange.csv_template import fill_in
from tui_ledger.nearest import shown


class Understood(msgspec.Struct, frozen=True):
    """A row that has become a command.

    Attributes:
        line: Where the row begins.
        moment: When it happened.
        command: Its id is the same for the same row, in whatever file and by whatever map.
        currency: The wallet's.
    """

    line: int
    moment: Moment
    command: Command
    currency: str


class LeftOut(msgspec.Struct, frozen=True):
    """A row that has become none, and why. `bad` says that it was not understood, and was meant to be."""

    line: int
    reason: str
    bad: bool


class Interpreter:
    """Turns the rows of one file into commands, in the order of the file.

    Args:
        csv_map: What the cells mean.
        wallets: The wallets that there are, with their currencies.
        now: The time; what is dated later has not happened.
    """

    def __init__(self, csv_map: CsvMap, wallets: Mapping[str, str], now: datetime) -> None:
        self._map = csv_map
        self._wallets = dict(wallets)
        self._now = now
        self._amounts = AmountFormat(csv_map.amount.decimal, csv_map.amount.thousands)
        self._dates = DateFormat(csv_map.date.formats, csv_map.date.zone)
        self._rules = Rules(csv_map)
        self._seen: Counter[bytes] = Counter()

    def read(self, row: Row) -> Understood | LeftOut:
        """What the row means."""
        if row.problem is not None:
            return LeftOut(row.line, row.problem, bad=True)
        try:
            return self._read(row)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            reason = f"{first['loc'][0]}: {first.get('ctx', {}).get('error', first['msg'])}"
            return LeftOut(row.line, reason, bad=True)
        except ValueError as error:
            return LeftOut(row.line, str(error), bad=True)

    def _read(self, row: Row) -> Understood | LeftOut:
        amount, problem = self._try_amount(row.cells)
        ruling = self._rules.rule_on(row.cells, out=amount.out if amount else None)
        if ruling.verb == SKIP:
            return LeftOut(row.line, f"rule {ruling.rule} skips it", bad=False)
        if amount is None:
            raise ValueError(problem)
        moment = self._dates.parse(fill_in(self._map.date.text, row.cells))
        if moment.moment > self._now:
            raise ValueError("it is dated in the future")
        if amount.is_zero:
            return LeftOut(row.line, "its amount is zero", bad=False)
        if amount.out != (ruling.verb != "deposit"):
            here, there = ("goes out", "in") if amount.out else ("comes in", "out")
            raise ValueError(
                f"rule {ruling.rule} makes it a {ruling.verb}, and its money {here}; with money = "
                f'"{there}" the rule would not be about it'
            )
        wallet = wallet_of(row, self._map)
        currency = self._currency(wallet, row.cells, amount)
        fields = self._fields(ruling, format_amount(parse_amount(amount.amount, currency), currency))
        fields |= {"wallet": wallet, "at": moment.at, "id": self._id(wallet, row.content)}
        command = COMMANDS[ruling.verb].model_validate(fields)
        return Understood(row.line, moment, command, currency)

    def _try_amount(self, cells: Mapping[str, str]) -> tuple[SignedAmount | None, str]:
        """The amount, or why there is none: a row that a rule skips, such as a total, need not have one."""
        try:
            return self._amount(cells), ""
        except (AmountError, CellError) as error:
            return None, str(error)

    def _amount(self, cells: Mapping[str, str]) -> SignedAmount:
        table = self._map.amount
        if table.text is not None:
            amount = self._amounts.parse(fill_in(table.text, cells))
            return msgspec.structs.replace(amount, out=amount.out != table.inverted)
        texts = [fill_in(template or "", cells) for template in (table.debit, table.credit)]
        debit, credit = [self._amounts.parse(text) if text else None for text in texts]
        if debit is not None and credit is not None:
            if not debit.is_zero and not credit.is_zero:
                raise CellError("it has a debit and a credit")
            debit, credit = (None, credit) if debit.is_zero else (debit, None)
        if debit is not None:  # a minus in the column of what goes out says so once more
            return msgspec.structs.replace(debit, out=True)
        if credit is None:
            raise CellError("it has neither a debit nor a credit")
        if credit.out:
            raise CellError("its credit is below zero")
        return credit

    def _currency(self, wallet: str, cells: Mapping[str, str], amount: SignedAmount) -> str:
        """The wallet's currency, which is the row's, too, wherever that has one."""
        said = fill_in(self._map.currency, cells) if self._map.currency is not None else None
        if said is not None and said not in EXPONENTS:
            raise ValueError(f'there is no currency "{shown(said)}"')
        if wallet not in self._wallets:
            if not self._map.create or said is None:
                raise ValueError(f"there is no wallet {wallet}; create = true in the map makes it")
            self._wallets[wallet] = said
        currency = self._wallets[wallet]
        for other in (said, amount.currency):
            if other not in (None, currency):
                raise ValueError(f"it is in {other}, and {wallet} has {currency}")
        return currency

    def _fields(self, ruling: Ruling, amount: str) -> dict[str, str]:
        known = COMMANDS[ruling.verb].model_fields
        fields = {name: text for name, text in ruling.texts.items() if name in known}
        if "item" in known and "item" not in fields:
            raise ValueError("nothing says what was bought: its item is empty")
        return {"price" if "price" in known else "amount": amount, **fields}

    def _id(self, wallet: str, content: bytes) -> str:
        row = sha256(wallet.encode() + b"\0" + content).digest()
        self._seen[row] += 1  # the same again is another purchase: two coffees on one day
        return f"csv-{sha256(row + b'%d' % self._seen[row]).hexdigest()[:32]}"


def wallet_of(row: Row, csv_map: CsvMap) -> str:
    """The id of the wallet that the row is about.

    Raises:
        ValueError: it can be none.
    """
    said = fill_in(csv_map.wallet, row.cells)
    wallet = csv_map.wallets.get(said, said)
    if not is_wallet_id(wallet):
        raise ValueError(f'"{shown(said)}" is no wallet; wallets in the map can give it one')
    return wallet
