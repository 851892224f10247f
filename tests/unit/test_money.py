"""Amounts: exact, in minor units, and read by one strict rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.domain.money import EXPONENTS, LIMIT, AmountError, format_amount, parse_amount, split_amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "USD", 1234),
        ("12.3", "USD", 1230),
        ("12", "USD", 1200),
        ("0.01", "USD", 1),
        ("0", "USD", 0),
        ("007", "USD", 700),
        ("1000", "JPY", 1000),
        ("1.234", "BHD", 1234),
        ("1.2", "BHD", 1200),
        ("0.0001", "CLF", 1),
        ("10000000000000", "USD", LIMIT),
        ("10000000000000.00", "USD", LIMIT),
        ("1000000000000000", "JPY", LIMIT),
    ],
)
def test_an_amount_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "NaN", "nan", "inf", "Infinity", "1e3", "1E3", "-5", "+5", "1_000", "1,000", "1'000",
        " 5", "5 ", "5\n", "1 000", "\u20095", ".5", "5.", "1.2.3", "0x10", "１２", "١٢", "१२", "1２",
        "12.34567", "12345678901234567890", "$5", "5 USD", "five", "²", "½", "1\x00",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_answered_with_what_one_looks_like(text: str) -> None:
    with pytest.raises(AmountError, match=r"^an amount looks like 12\.34$"):
        parse_amount(text, "USD")


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("0.001", "USD", "USD has 2 decimals; an amount looks like 12.34"),
        ("0.010", "USD", "USD has 2 decimals; an amount looks like 12.34"),
        ("12.5", "JPY", "JPY has no decimals; an amount looks like 1234"),
        ("12.0", "JPY", "JPY has no decimals; an amount looks like 1234"),
        ("0.0001", "BHD", "BHD has 3 decimals; an amount looks like 12.345"),
        ("10000000000000.01", "USD", "an amount is at most 10000000000000.00 USD"),
        ("1000000000000001", "JPY", "an amount is at most 1000000000000000 JPY"),
        ("9999999999999999", "CLF", "an amount is at most 100000000000.0000 CLF"),
    ],
)
def test_what_the_currency_does_not_allow_is_explained(text: str, currency: str, sentence: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_amount(text, currency)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "USD", "0.00"),
        (1, "USD", "0.01"),
        (-1, "USD", "-0.01"),
        (-1234, "USD", "-12.34"),
        (-99, "JPY", "-99"),
        (5, "BHD", "0.005"),
        (LIMIT, "USD", "10000000000000.00"),
    ],
)
def test_an_amount_is_written_with_all_its_decimals(minor: int, currency: str, text: str) -> None:
    assert format_amount(minor, currency) == text


@given(st.integers(0, LIMIT), st.sampled_from(sorted(EXPONENTS)))
def test_what_was_written_is_read_back(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency), currency) == minor


@given(st.text(max_size=20))
def test_whatever_is_typed_is_an_amount_or_a_sentence(text: str) -> None:
    try:
        whole, decimals = split_amount(text)
    except AmountError:
        return
    assert (whole + decimals).isascii()
    assert (whole + decimals).isdigit()


def test_the_exponents_are_those_of_iso_4217() -> None:
    known = {
        "USD": 2,
        "EUR": 2,
        "JPY": 0,
        "KRW": 0,
        "ISK": 0,
        "BHD": 3,
        "KWD": 3,
        "TND": 3,
        "CLF": 4,
        "UYW": 4,
    }
    assert {code: EXPONENTS[code] for code in known} == known
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in EXPONENTS)
    assert not {"XXX", "XTS", "XAU"} & EXPONENTS.keys()
