"""Reads the read models that one looks at one at a time: the yearly pie, the top items, the books."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from tui_ledger.query_side.views.amounts import to_minor, to_text
from tui_ledger.query_side.views.segments import name_of
from tui_ledger.ui.scene import Listing, Part, YearPicture

if TYPE_CHECKING:
    from tui_ledger.query_side.answer import Answer
    from tui_ledger.ui.documents import Documents

ROWS: Final = 500
"""The most documents of a table that are read."""

DOCUMENTS: Final = 2_000
"""The most documents of a year that are looked through for its currencies."""

YEARS: Final = 40
"""The most years that are shown, the last ones."""


class Shelf:
    """What was chosen to be looked at.

    Attributes:
        year: Of the pie; 0 for the last one that there is.
        currency: Of the pie; empty for the first one.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.year = 0
        self.currency = ""

    async def spending(self) -> YearPicture:
        """The pie of the chosen year.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        if self._documents.as_of is not None:
            await self._documents.read("spending")  # all at once: each question goes back in time by itself
        oldest = await self._documents.read("spending", limit=1)
        if oldest is None:
            return YearPicture(on=False)
        newest = await self._documents.read("spending", limit=1, newest_first=True)
        if not oldest or not newest:
            return YearPicture(read="spending" not in self._documents.failures)
        first, last = _year(oldest[0]), _year(newest[0])
        first = max(first, last - YEARS + 1)
        year = min(max(self.year or last, first), last)
        of_year = await self._documents.read("spending", f"{year:04}", limit=DOCUMENTS)
        sums = {one.key.split("/")[1]: one.document or {} for one in of_year or () if one.key.count("/") == 1}
        currency = self.currency if self.currency in sums else next(iter(sums), self.currency)
        years = tuple([(one, await self._total(one, currency)) for one in range(first, last + 1)])
        return _picture(year, currency, years, tuple(sums), sums.get(currency, {}))

    async def top_items(self) -> Listing:
        """What was sold, by currency, and what brought in most first.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        answers = await self._table("top_items")
        if isinstance(answers, Listing):
            return answers
        rows = []
        for one in answers[:ROWS]:
            currency, document = one.key.split("/")[0], one.document or {}
            revenue = str(document.get("revenue", ""))
            row = (str(document.get("item", "")), str(document.get("count", "")), f"{revenue} {currency}")
            rows.append((currency, -to_minor(revenue, currency), row))
        rows.sort(key=itemgetter(0, 1))
        return Listing(tuple(row for *_, row in rows), more=len(answers) > ROWS)

    async def books(self) -> Listing:
        """The accounts, and below those of each currency their sum, which is zero.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        answers = await self._table("books")
        if isinstance(answers, Listing):
            return answers
        rows, sums = [], dict[str, int]()
        for one in answers[:ROWS]:
            currency, account = one.key.split("/", 1)
            balance = str((one.document or {}).get("balance", ""))
            sums[currency] = sums.get(currency, 0) + to_minor(balance, currency)
            rows.append((currency, name_of(account), balance))
        if len(answers) > ROWS:
            return Listing(tuple(rows), more=True)
        totals = [(currency, "", to_text(total, currency)) for currency, total in sums.items()]
        return Listing((*rows, *totals), len(totals))

    async def own(self, view: str) -> Listing:
        """The documents of any view, as they are.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        answers = await self._table(view)
        if isinstance(answers, Listing):
            return answers
        rows = tuple((one.key, _words(one.document or {})) for one in answers[:ROWS])
        return Listing(rows, more=len(answers) > ROWS)

    async def _table(self, view: str) -> list[Answer] | Listing:
        """The first documents of a view; where there can be none, what is to be said instead."""
        answers = await self._documents.read(view, limit=ROWS + 1)
        if answers is None:
            return Listing(on=False)
        return Listing(read=False) if view in self._documents.failures else answers

    async def _total(self, year: int, currency: str) -> int:
        found = await self._documents.read("spending", f"{year:04}/{currency}", limit=1)
        return to_minor(str((found[0].document or {}).get("total", "0")), currency) if found else 0


def _words(document: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value}" for name, value in document.items())


def _year(answer: Answer) -> int:
    return int(answer.key.split("/")[0])


def _picture(
    year: int,
    currency: str,
    years: tuple[tuple[int, int], ...],
    currencies: tuple[str, ...],
    document: dict[str, Any],
) -> YearPicture:
    categories: dict[str, str] = document.get("categories", {})
    parts = [Part(name, amount, to_minor(amount, currency)) for name, amount in categories.items()]
    parts = sorted((part for part in parts if part.minor > 0), key=lambda part: -part.minor)
    return YearPicture(
        year=year,
        currency=currency,
        total=str(document.get("total", "")),
        years=years,
        currencies=currencies,
        parts=tuple(parts),
    )
