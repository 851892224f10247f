"""The places that an expectation can look at, what is found there, and what was meant by one that is none."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Final

from tui_ledger.domain.commands import is_wallet_id
from tui_ledger.domain.events import EVENT_TYPES
from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest, shown
from tui_ledger.simulation.actions import no_view
from tui_ledger.simulation.expectations import Expectation, ExpectationPath, Value


class Kind(Enum):
    """What is found at a place, as a sentence calls it, with an example of how to write it."""

    AMOUNT = 'an amount, a text such as "500.00"'
    TEXT = 'a text, such as "open"'
    NUMBER = "a number, such as 4"
    SWITCH = "true or false"
    POSITIONS = "a list of positions, such as [31]"
    AMOUNTS = "an amount for each name"


Fields = Mapping[str, Kind]

DOCUMENTS: Final[Mapping[str, Fields]] = {
    "balances": {
        "wallet": Kind.TEXT,
        "owner": Kind.TEXT,
        "currency": Kind.TEXT,
        "posted": Kind.AMOUNT,
        "pending": Kind.AMOUNT,
        "available": Kind.AMOUNT,
        "state": Kind.TEXT,
    },
    "statement": {
        "position": Kind.NUMBER,
        "occurred_at": Kind.TEXT,
        "type": Kind.TEXT,
        "text": Kind.TEXT,
        "change": Kind.AMOUNT,
        "balance": Kind.AMOUNT,
    },
    "spending": {"total": Kind.AMOUNT, "categories": Kind.AMOUNTS},
    "top_items": {"item": Kind.TEXT, "count": Kind.NUMBER, "revenue": Kind.AMOUNT},
    "books": {"debits": Kind.AMOUNT, "credits": Kind.AMOUNT, "balance": Kind.AMOUNT},
    "returns": {
        "item": Kind.TEXT,
        "kept": Kind.AMOUNT,
        "returned": Kind.AMOUNT,
        "returned_per_kept": Kind.NUMBER,
    },
}
"""The fields of the documents of each view that comes with the program."""

TRUTH: Final[Fields] = {
    "owner": Kind.TEXT,
    "currency": Kind.TEXT,
    "posted": Kind.AMOUNT,
    "pending": Kind.AMOUNT,
    "available": Kind.AMOUNT,
    "state": Kind.TEXT,
}
"""Of a wallet, by a fold at the head of the log."""

STATUS: Final[Fields] = {
    "state": Kind.TEXT,
    "checkpoint": Kind.NUMBER,
    "lag": Kind.NUMBER,
    "failed_at": Kind.NUMBER,
    "reason": Kind.TEXT,
    "delay": Kind.NUMBER,
    "jitter": Kind.NUMBER,
    "parked": Kind.POSITIONS,
}
"""Of a view; as `tui-ledger status` prints it, and what it was told."""

RECEIPT: Final[Fields] = {
    "accepted": Kind.SWITCH,
    "code": Kind.TEXT,
    "first": Kind.NUMBER,
    "last": Kind.NUMBER,
    "version": Kind.NUMBER,
    "attempts": Kind.NUMBER,
    "duplicate": Kind.SWITCH,
}
"""Of a command of the step."""

RECEIPTS: Final[Fields] = {"accepted": Kind.NUMBER, "refused": Kind.NUMBER, "duplicate": Kind.NUMBER}
"""Of all commands of the step: how many of them."""

BUS: Final[Fields] = dict.fromkeys(
    ("announced", "delayed", "doubled", "dropped", "reordered", "ignored", "found"), Kind.NUMBER
)
"""What became of announcements that met a dial: see `FaultCounts`."""

WHOLE: Final[Mapping[str, Fields]] = {
    "log": {"head": Kind.NUMBER},
    "transfers": {"in_flight": Kind.NUMBER},
    "bus": BUS,
    "verify": {"ok": Kind.SWITCH, "reason": Kind.TEXT},
    "receipts": RECEIPTS,
}
"""Places without a key."""

RECEIPT_ROOTS: Final = frozenset({"receipt", "receipts"})
"""What says something about the commands of the step itself."""

COUNT: Final[Fields] = {"count": Kind.NUMBER}
"""Of the events of a type."""

_LINE = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)


def check_place(expectation: Expectation, views: Iterable[str]) -> None:
    """Raise unless there is such a place, and what is expected can be found there.

    Args:
        expectation: To be looked at.
        views: The names of views that may be there.

    Raises:
        InputError: there is none; the sentence says what was meant.
    """
    path = expectation.path
    names = list(views)
    if path.root in names:
        _check_document(expectation)
    elif path.root in WHOLE:
        if path.key:
            raise InputError(f"{path.root} takes no key; {_got(path.key)}.")
        _check_value(expectation, _one_field(path, WHOLE[path.root]))
    elif path.root in _KEYED:
        known, check_key = _KEYED[path.root]
        check_key(path.key, names)
        _check_value(expectation, _one_field(path, known))
    else:
        raise no_view(path.root, [*names, *ROOTS])


def _check_wallet(key: str, views: Iterable[str]) -> None:
    if not is_wallet_id(key):
        raise InputError(f"after truth comes a wallet, as in truth/moyin.available; {_got(key)}.")


def _check_view(key: str, views: Iterable[str]) -> None:
    if key not in views:
        raise no_view(key, views)


def _check_type(key: str, views: Iterable[str]) -> None:
    if key not in EVENT_TYPES:
        raise InputError(f"there is no event type {shown(key)}{nearest(key, EVENT_TYPES)}")


def _check_line(key: str, views: Iterable[str]) -> None:
    if key and _LINE.fullmatch(key) is None:
        raise InputError(f"after receipt comes the number of a line, as in receipt/2; {_got(key)}.")


_KEYED: Final[Mapping[str, tuple[Fields, Callable[[str, Iterable[str]], None]]]] = {
    "truth": (TRUTH, _check_wallet),
    "status": (STATUS, _check_view),
    "events": (COUNT, _check_type),
    "receipt": (RECEIPT, _check_line),
}

ROOTS: Final = (*_KEYED, *WHOLE)
"""All that is no view."""


def _check_document(expectation: Expectation) -> None:
    path = expectation.path
    if not path.key:
        raise InputError(f"after {path.root} comes the key of a document, as in {path.root}/moyin.")
    if not path.fields:
        if expectation.literal is not None or expectation.operator not in {"==", "!="}:
            raise InputError("a whole document is compared with null only; name one of its fields.")
        return
    known = DOCUMENTS.get(path.root)
    if known is None:  # a user's own view
        return
    field, *deeper = path.fields
    kind = _kind(field, known, f"documents of {path.root} have")
    if kind is Kind.AMOUNTS and len(deeper) == 1:
        _check_value(expectation, Kind.AMOUNT)
    elif kind is Kind.AMOUNTS and not deeper:
        raise InputError(f'{field} has {kind.value}; name one, as in {field}.food or {field}."pet food".')
    elif deeper:
        raise InputError(f"{field} is {kind.value}; there is nothing in it.")
    else:
        _check_value(expectation, kind)


def _one_field(path: ExpectationPath, known: Fields) -> Kind:
    if len(path.fields) != 1:
        raise InputError(f"after {path.root} comes one field: {', '.join(known)}.")
    return _kind(path.fields[0], known, f"{path.root} has")


def _kind(field: str, known: Fields, who: str) -> Kind:
    if field not in known:
        names = ", ".join(known)
        raise InputError(
            f"there is no field {shown(field)}{nearest(field, known)} {who.capitalize()} {names}."
        )
    return known[field]


def _got(key: str) -> str:
    return f"{shown(key)} is none" if key else "it is missing"


def _check_value(expectation: Expectation, kind: Kind) -> None:
    """Raise where what is expected can never be found: a number in place of an amount, say."""
    literal, operator = expectation.literal, expectation.operator
    if operator == "contains":
        fits = kind is Kind.TEXT and isinstance(literal, str)
        fits = fits or (kind is Kind.POSITIONS and _is_number(literal))
    else:
        fits = literal is None or _FITTING[kind](literal)
    if not fits:
        raise InputError(f"{'.'.join(expectation.path.fields)} is {kind.value}.")


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_FITTING: Final[Mapping[Kind, Callable[[Value], bool]]] = {
    Kind.AMOUNT: lambda value: isinstance(value, str),
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.NUMBER: _is_number,
    Kind.SWITCH: lambda value: isinstance(value, bool),
    Kind.POSITIONS: lambda value: isinstance(value, list),
    Kind.AMOUNTS: lambda value: False,
}
