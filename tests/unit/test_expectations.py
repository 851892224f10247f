"""An expectation is a path, an operator and a literal; what it compares with is data and never code."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.errors import InputError
from tui_ledger.simulation.expectations import ExpectationPath, Value, parse_expectation
from tui_ledger.simulation.places import DOCUMENTS, check_place

VIEWS = (*DOCUMENTS, "mine")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('balances/moyin.available == "5"', ("balances", "moyin", ("available",))),
        ("spending/2026/USD/ann.total != null", ("spending", "2026/USD/ann", ("total",))),
        ('top_items/USD/"v1.2 sword".count > 2', ("top_items", "USD/v1.2 sword", ("count",))),
        ('top_items/"USD/v1.2 sword".count > 2', ("top_items", "USD/v1.2 sword", ("count",))),
        (
            'spending/2026/USD.categories."pet food" == "1.00"',
            ("spending", "2026/USD", ("categories", "pet food")),
        ),
        ('top_items/USD/剣.item contains "剣"', ("top_items", "USD/剣", ("item",))),
        (r'top_items/USD/"a \"b\"".count==1', ("top_items", 'USD/a "b"', ("count",))),
        ("  log.head   ==   4  ", ("log", "", ("head",))),
        ("balances/moyin == null", ("balances", "moyin", ())),
    ],
)
def test_a_path_names_a_view_a_key_and_a_field(text: str, path: tuple[str, str, tuple[str, ...]]) -> None:
    expectation = parse_expectation(text)
    assert expectation.path == ExpectationPath(*path)
    assert expectation.text == text


@pytest.mark.parametrize(
    ("comparison", "found", "holds"),
    [
        ('== "500.00"', "500.00", True),
        ('== "500"', "500.00", False),
        ('!= "500.00"', "500.00", False),
        ('< "1000.00"', "999.99", True),
        ('< "9"', "10", False),
        ('>= "-1.50"', "-1.5", True),
        ('> "b"', "c", True),
        ("== 4", 4, True),
        ("== 4", 4.0, True),
        ("<= 4", 4, True),
        ("> 4", 4, False),
        ("== 1", True, False),
        ("== true", 1, False),
        ("== true", True, True),
        ("== null", None, True),
        ("!= null", None, False),
        ("!= null", "x", True),
        ('< "5"', None, False),
        ("> 0", None, False),
        ("> 0", "5", False),
        ("> 0", True, False),
        ('contains "剣"', "a sword 剣", True),
        ('contains "剣"', None, False),
        ("contains 31", [30, 31], True),
        ("contains 3", [30, 31], False),
        ("== [31]", [31], True),
        ("== []", [], True),
        ("== [1]", [True], False),
        ("== []", None, False),
    ],
)
def test_what_is_found_is_compared_as_what_it_is(comparison: str, found: Value, holds: bool) -> None:
    assert parse_expectation(f"log.head {comparison}").holds(found) is holds


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "begins with no path; an expectation looks like balances/moyin.available"),
        ('== "5"', "begins with no path"),
        ("log.head", "after the path comes an operator and a value"),
        ("log.head = 4", "= is no operator; there are ==, !=, <, <=, >, >=, contains; did you mean ==?"),
        ("log.head containz 4", "containz is no operator; there are"),
        ("log.head == ", "nothing is no value"),
        ("log.head == four", "four is no value"),
        ("log.head == 'four'", "'four' is no value"),
        ("log.head == 1; import os", "is no value"),
        ("log.head == __import__('os')", "is no value"),
        ("log.head == NaN", "NaN is no value"),
        ("log.head == {}", "{} has too much in it"),
        ("log.head == [[1]]", "[[1]] has too much in it"),
        ("log.head == " + "[" * 100_000, "is no value"),
        ("log.head < null", "null is neither more nor less than anything"),
        ("log.head < true", "true is neither more nor less than anything"),
        ('log."he\\qad" == 1', "is no quoted text"),
    ],
)
def test_what_is_no_expectation_is_explained(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_expectation(text)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('balance/moyin.available == "5"', "there is no view balance; did you mean balances?"),
        ('balances/moyin.availible == "5"', "there is no field availible; did you mean available?"),
        ("balances/moyin.available == 500", 'available is an amount, a text such as "500.00".'),
        ('balances/moyin.state.x == "open"', 'state is a text, such as "open"; there is nothing in it.'),
        ('balances.available == "5"', "after balances comes the key of a document"),
        ('balances/moyin == "5"', "a whole document is compared with null only"),
        ("spending/2026/USD.categories == null", "categories has an amount for each name; name one"),
        ("spending/2026/USD.categories.food == 5", "categories.food is an amount"),
        ('top_items/USD/x.count == "1"', "count is a number, such as 4."),
        ('truth/Moyin.available == "5"', "after truth comes a wallet"),
        ('truth.available == "5"', "it is missing"),
        ('truth/moyin.balance == "5"', "there is no field balance"),
        ('status/balancs.state == "live"', "there is no view balancs; did you mean balances?"),
        ('status/balances.sate == "live"', "there is no field sate; did you mean state?"),
        ("status/returns.parked contains true", "parked is a list of positions, such as [31]."),
        (
            "events/MoneyDeposit.count == 1",
            "there is no event type MoneyDeposit; did you mean MoneyDeposited?",
        ),
        ("receipt/0.accepted == true", "after receipt comes the number of a line"),
        ("receipt.accepted == 1", "accepted is true or false."),
        ("receipts.acepted == 1", "there is no field acepted; did you mean accepted?"),
        ("log/1.head == 1", "log takes no key; 1 is none."),
        ("log.haed == 1", "there is no field haed; did you mean head? Log has head."),
        ("log.head.x == 1", "after log comes one field: head."),
        ("verify.ok == 1", "ok is true or false."),
        ("bus.droped > 0", "there is no field droped; did you mean dropped?"),
        ("tranfers.in_flight == 0", "there is no view tranfers; did you mean transfers?"),
    ],
)
def test_a_place_that_does_not_exist_is_pointed_out_with_what_was_meant(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        check_place(parse_expectation(text), VIEWS)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        'balances/moyin.available >= "5"',
        "balances/moyin.available == null",
        'spending/2026/USD.categories."" == "1.00"',
        "status/returns.parked == []",
        'status/returns.reason contains "zero"',
        "receipt/12.accepted == true",
        "verify.ok == true",
        "mine/any/key.any.field == 7",
    ],
)
def test_a_place_that_can_be_looked_at_is_accepted(text: str) -> None:
    check_place(parse_expectation(text), VIEWS)


@given(
    st.one_of(
        st.text(), st.text().map(lambda text: f"log.head {text}"), st.text().map("log.head == ".__add__)
    )
)
def test_any_text_is_an_expectation_or_an_input_error(text: str) -> None:
    with contextlib.suppress(InputError):
        expectation = parse_expectation(text)
        check_place(expectation, VIEWS)
        expectation.holds(4)
