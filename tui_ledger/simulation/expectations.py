"""What a scenario expects: `balances/moyin.available == "500.00"`, a path, an operator and a literal.

Nothing in an expectation is ever run as code: the literal is read as JSON, and the path names a place.
"""

import re
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import msgspec

from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest, shown

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "contains"]

Value = str | int | float | bool | list[str | int | float | bool] | None
"""What can be found at a path, and what a literal can say."""

_PART: Final = r'(?:"(?:[^"\\\x00-\x1f]|\\.)*"|[^\s./"=!<>]+)'
_PATH = re.compile(rf"({_PART}(?:/{_PART})*)((?:\.{_PART})*)")
_PARTS = re.compile(_PART)
_WORD = re.compile(r"\S+")
_AMOUNT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,6})?", re.ASCII)


class ExpectationPath(msgspec.Struct, frozen=True):
    """Where to look.

    Attributes:
        root: A view, or one of `truth`, `status`, `log` and so on.
        key: What of it: a document's key, a wallet, a view; empty where there is only one.
        fields: The way from there.
    """

    root: str
    key: str
    fields: tuple[str, ...]


class Expectation(msgspec.Struct, frozen=True):
    """Something that has to be true.

    Attributes:
        text: As the file has it.
    """

    text: str
    path: ExpectationPath
    operator: Operator
    literal: Value

    def holds(self, found: Value) -> bool:
        """Whether what was found at the path is what is expected."""
        return _compare(found, self.operator, self.literal)


def parse_expectation(text: str) -> Expectation:
    """Read `text`; whether there is such a place is not looked at.

    Raises:
        InputError: it is no expectation; the sentence says what was expected.
    """
    at_path = _PATH.match(text.lstrip())
    if at_path is None:
        raise InputError(f"{shown(text)} begins with no path; {_EXAMPLE}")
    rest = text.lstrip()[at_path.end() :].lstrip()
    operator, literal = _operator(rest)
    path = _path(at_path[1], at_path[2])
    value = _literal(literal)
    if operator in _ORDER and (value is None or isinstance(value, bool | list)):
        raise InputError(
            f"{shown(literal)} is neither more nor less than anything; compare it with == or !=."
        )
    return Expectation(text, path, operator, value)


_EXAMPLE: Final = 'an expectation looks like balances/moyin.available == "500.00".'
_OPERATORS: Final[tuple[Operator, ...]] = get_args(Operator)
_ORDER: Final = {"<", "<=", ">", ">="}


def _operator(rest: str) -> tuple[Operator, str]:
    for operator in sorted(_OPERATORS, key=len, reverse=True):
        if rest.startswith(operator) and (operator != "contains" or rest[len(operator) :][:1] in {" ", "\t"}):
            return operator, rest[len(operator) :].strip()
    word = _WORD.match(rest)
    if word is None:
        raise InputError(f"after the path comes an operator and a value; {_EXAMPLE}")
    hint = "; did you mean ==?" if word[0] == "=" else nearest(word[0], ["contains"])
    raise InputError(f"{shown(word[0])} is no operator; there are {', '.join(_OPERATORS)}{hint}")


def _path(places: str, fields: str) -> ExpectationPath:
    root, *key = [_plain(part) for part in _PARTS.findall(places)]
    return ExpectationPath(root, "/".join(key), tuple(_plain(part) for part in _PARTS.findall(fields)))


def _plain(part: str) -> str:
    if not part.startswith('"'):
        return part
    try:
        text: str = msgspec.json.decode(part, type=str)
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise InputError(f"{shown(part)} is no quoted text.") from None
    return text


def _literal(text: str) -> Value:
    try:
        value: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise InputError(
            f"{shown(text) or 'nothing'} is no value; "
            'write a "text", a number, true, false, null, or a list such as [31].'
        ) from None
    if isinstance(value, dict) or (
        isinstance(value, list) and any(not isinstance(one, str | int | float | bool) for one in value)
    ):
        raise InputError(f"{shown(text)} has too much in it; compare one field at a time.")
    checked: Value = value
    return checked


def _compare(found: Value, operator: Operator, literal: Value) -> bool:
    match operator:
        case "==":
            return _same(found, literal)
        case "!=":
            return not _same(found, literal)
        case "contains":
            if isinstance(found, str):
                return isinstance(literal, str) and literal in found
            return isinstance(found, list) and any(_same(one, literal) for one in found)
    ordered = _ordered(found, literal)
    if ordered is None:
        return False
    return {"<": ordered < 0, "<=": ordered <= 0, ">": ordered > 0, ">=": ordered >= 0}[operator]


def _same(one: Value, other: Value) -> bool:
    """Equality by which true is not 1; `1` and `1.0` are the same."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _ordered(one: Value, other: Value) -> int | None:
    """-1, 0 or 1; None where there is no order. Two amounts compare as such, and other texts as texts."""
    if isinstance(one, str) and isinstance(other, str):
        if _AMOUNT.fullmatch(one) and _AMOUNT.fullmatch(other):
            return int(Decimal(one).compare(Decimal(other)))
        return (one > other) - (one < other)
    if _is_number(one) and _is_number(other):
        return (one > other) - (one < other)  # type: ignore[operator]
    return None


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
