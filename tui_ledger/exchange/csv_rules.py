"""What a map's rules say about a row."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tui_ledger.domain.commands import TEXT_LIMIT
from tui_ledger.exchange.csv_map import TEXTS, CsvMap, RuleTable
from tui_ledger.exchange.csv_template import fill_in

SKIP: Final = "skip"


class Ruling(msgspec.Struct, frozen=True):
    """What is to be done with a row.

    Attributes:
        verb: The command, or `skip`.
        texts: By the name of a command's field; none is empty.
        rule: The number of the rule that said so, from 1; None if none fits.
    """

    verb: str
    texts: Mapping[str, str]
    rule: int | None


class Rules:
    """The rules of a map: the first one that fits a row counts."""

    def __init__(self, csv_map: CsvMap) -> None:
        self._texts = csv_map.texts
        self._rules = [(_Condition(rule), rule) for rule in csv_map.rule]

    def rule_on(self, cells: Mapping[str, str], *, out: bool | None) -> Ruling:
        """What is to be done with the row that has these cells.

        Args:
            cells: Those that the map names.
            out: Whether its money goes out, or comes in; None if it has no amount.
        """
        for number, (condition, rule) in enumerate(self._rules, 1):
            if condition.fits(cells, out=out):
                return self._ruling(cells, out, rule, number)
        return self._ruling(cells, out, RuleTable(), None)

    def _ruling(
        self, cells: Mapping[str, str], out: bool | None, rule: RuleTable, number: int | None
    ) -> Ruling:
        verb = rule.do or ("withdraw" if out else "deposit")
        templates = {name: getattr(rule, name) or getattr(self._texts, name) or "" for name in TEXTS}
        filled = {name: _one_line(fill_in(template, cells)) for name, template in templates.items()}
        return Ruling(verb, {name: text for name, text in filled.items() if text}, number)


class Pattern:
    """A text with `*` for any text, and no difference between capital and small letters.

    Whatever it is, looking takes no longer than the text is long: nobody vouches for either.
    """

    def __init__(self, pattern: str) -> None:
        first, *rest = pattern.casefold().split("*")
        self._first = first
        self._last = rest.pop() if rest else None
        self._between = rest

    def fits(self, text: str) -> bool:
        """Whether the whole of `text` is as the pattern says."""
        text = text.casefold()
        if self._last is None:
            return text == self._first
        if not text.startswith(self._first):
            return False
        at = len(self._first)
        for piece in self._between:
            found = text.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return len(text) - len(self._last) >= at and text.endswith(self._last)


class _Condition:
    def __init__(self, rule: RuleTable) -> None:
        self._patterns = [
            (column, [Pattern(one) for one in patterns]) for column, patterns in rule.match.items()
        ]
        self._out = None if rule.money is None else rule.money == "out"

    def fits(self, cells: Mapping[str, str], *, out: bool | None) -> bool:
        if self._out is not None and self._out != out:
            return False
        return all(any(one.fits(cells[column]) for one in patterns) for column, patterns in self._patterns)


def _one_line(text: str) -> str:
    """`text` with single blanks, and cut where a command's text ends: statements are padded and long."""
    line = " ".join(text.split())
    return line if len(line) <= TEXT_LIMIT else f"{line[: TEXT_LIMIT - 1]}…"
