"""The end of a line: where it is, and what it can become."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.domain.command_completion import complete, last_word, typed
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.commands import PurchaseItem, RefundPurchase

VALUES = {
    "wallet": ["moyin", "mika"],
    "item": ["long sword", "shield", "a=b"],
    "category": ["weapons"],
    "currency": ["JPY"],
}


@pytest.mark.parametrize(
    ("line", "completions"),
    [
        ("", ["create", "deposit", "withdraw", "buy", "refund", "send", "close"]),
        ("c", ["create", "close"]),
        ("x", []),
        ("DEP", ["deposit"]),
        ("pay ", []),
        ("deposit ", ["moyin", "mika"]),
        ("deposit mo", ["moyin"]),
        ("deposit moyin ", []),
        ("deposit moyin 5 ", ["source=", "id=", "expect=", "at="]),
        ("deposit moyin 5 s", ["source="]),
        ("deposit moyin 5 source=x ", ["id=", "expect=", "at="]),
        ("buy moyin ", ['"long sword"', "shield", 'item="a=b"']),
        ("buy moyin sword 5 category=", ["category=weapons"]),
        ("buy wallet=moyin ", ['"long sword"', "shield", 'item="a=b"']),
        ("buy wallet=mo", ["wallet=moyin"]),
        ("create moyin currency=J", ["currency=JPY"]),
        ('buy moyin "lon', ['"long sword"']),
        ("buy moyin 'long s", ['"long sword"']),
        ("buy moyin long\\ s", ['"long sword"']),
        ('buy moyin item="lo', ['item="long sword"']),
        ('buy moyin x"y', []),
        ("buy moyin LONG", ['"long sword"']),
        ("buy moyin a=", ['item="a=b"']),
        ("buy moyin sword 5 nothing=", []),
        ("wallet=", []),
        (" ", ["create", "deposit", "withdraw", "buy", "refund", "send", "close"]),
    ],
)
def test_the_last_word_is_completed(line: str, completions: list[str]) -> None:
    assert complete(line, VALUES) == completions


@given(st.text(max_size=40))
def test_completing_never_fails(line: str) -> None:
    complete(line, VALUES)


def test_what_is_completed_is_read() -> None:
    assert parse(f"buy moyin {complete('buy moyin lon', VALUES)[0]} 5") == parse('buy moyin "long sword" 5')


@given(st.text(" \t\"'\\\\ab=é", max_size=14))
def test_the_last_word_is_what_a_shell_would_read(line: str) -> None:
    before, value = last_word(line)
    try:
        words = shlex.split(line)
    except ValueError:
        assert line[len(before) :]
    else:
        assert [*shlex.split(before), *([value] if line[len(before) :] else [])] == words


def test_the_end_of_a_line_knows_what_it_is_for() -> None:
    here = typed('buy ann "green t')
    assert (here.kind, here.field, here.value, here.given) == (
        PurchaseItem,
        "item",
        "green t",
        {"wallet": "ann"},
    )
    assert (here.before, here.word) == ("buy ann ", '"green t')
    here = typed("refund wallet=ann ")
    assert (here.kind, here.field, here.given) == (RefundPurchase, "purchase", {"wallet": "ann"})
    assert typed("refund ann 3 amount=2").field == "amount"
    assert typed("refund ann 3 amo").field is None
    assert typed("dep").kind is None
    assert typed("pay ann").kind is None
