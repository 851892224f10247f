"""What the columns of a CSV file mean: the model of a map."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tui_ledger.domain.commands import Amount, Text, WalletId
from tui_ledger.domain.money import EXPONENTS
from tui_ledger.exchange.csv_dates import DateFormatText, ZoneName
from tui_ledger.exchange.csv_template import Template, columns_of

Encoding = Literal[
    "utf-8",
    "utf-16",
    "latin-1",
    "iso-8859-2",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "cp1252",
    "mac-roman",
    "cp932",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _currency(value: str) -> str:
    if not columns_of(value) and value not in EXPONENTS:
        raise ValueError("a currency is an ISO 4217 code such as USD, or a column such as {Currency}")
    return value


Patterns = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class DateTable(_Table):
    """Where the date is and how it is written; see `DateFormat`."""

    text: Template
    formats: Annotated[list[DateFormatText], Field(min_length=1)] = ["%Y-%m-%d"]
    zone: ZoneName = "UTC"


class AmountTable(_Table):
    """Where the amount is and how it is written.

    Attributes:
        text: One amount with a sign; below zero is money that goes out.
        debit: Or else two amounts without: what goes out ...
        credit: ... and what comes in.
        inverted: Below zero is money that comes in, as in a list of prices, or of what a card owes.
    """

    text: Template | None = None
    debit: Template | None = None
    credit: Template | None = None
    inverted: bool = False
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'", "\N{RIGHT SINGLE QUOTATION MARK}"] = ""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        single, double = self.text is not None, self.debit is not None and self.credit is not None
        if single == double or (single and (self.debit or self.credit)):
            raise ValueError("give either text, for one column with a sign, or both debit and credit")
        if double and self.inverted:
            raise ValueError("inverted is for one column with a sign")
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands are the same mark")
        return self


class TextTable(_Table):
    """The texts of the commands; a command takes those that it has."""

    source: Template | None = None
    destination: Template | None = None
    item: Template | None = None
    category: Template | None = None
    merchant: Template | None = None


TEXTS: Final = tuple(TextTable.model_fields)


class RuleTable(TextTable):
    """What is done with some of the rows. The first rule that fits counts.

    Attributes:
        match: By column, what its cell looks like: `*` stands for any text, and a capital for a small letter.
            Of several columns each must fit, of several patterns one.
        money: Only rows with money that comes in, or goes out.
        do: The command; a deposit for money that comes in, else a withdrawal, if not given.
    """

    match: dict[str, Patterns] = {}
    money: Literal["in", "out"] | None = None
    do: Literal["deposit", "withdraw", "buy", "skip"] | None = None


class CsvMap(_Table):
    """A map as it stands in the file.

    Attributes:
        skip_lines: How many lines stand above the header or the first row.
        header: Whether the columns have names; without, they are `{1}`, `{2}` and so on.
        order: Rows are executed by date. Those of one day keep their order, and are turned around if the file
            begins with the newest, or `newest_first` says that it does; `as_is` leaves all as they are.
        wallet: Whose rows these are, by its id or by a text that `wallets` gives an id.
        currency: The rows'. They are refused if the wallet has another.
        create: Whether a wallet that is missing is made, for `owner`.
        opening: By wallet, what it had before the first row.
    """

    encoding: Encoding = "utf-8"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    skip_lines: Annotated[int, Field(ge=0, le=1000)] = 0
    header: bool = True
    order: Literal["by_date", "newest_first", "as_is"] = "by_date"
    wallet: Template
    wallets: dict[str, WalletId] = {}
    currency: Annotated[Template, AfterValidator(_currency)] | None = None
    create: bool = False
    owner: Text = ""
    opening: dict[WalletId, Amount] = {}
    date: DateTable
    amount: AmountTable
    texts: TextTable = TextTable()
    rule: list[RuleTable] = []

    @model_validator(mode="after")
    def _can_create(self) -> Self:
        if self.create and self.currency is None:
            raise ValueError("a wallet that is made needs a currency")
        return self

    @model_validator(mode="after")
    def _opens_its_wallet(self) -> Self:
        if not columns_of(self.wallet):
            only = self.wallets.get(self.wallet, self.wallet)
            for wallet in self.opening:
                if wallet != only:
                    raise ValueError(f"opening is about {wallet}, and all rows are about {only}")
        return self

    def columns(self) -> set[str]:
        """Every column that the map names."""
        texts = [self.wallet, self.currency, self.date.text]
        texts += [self.amount.text, self.amount.debit, self.amount.credit]
        texts += [getattr(table, name) for table in (self.texts, *self.rule) for name in TEXTS]
        named = {column for text in texts if text is not None for column in columns_of(text)}
        return named.union(*(rule.match for rule in self.rule))
