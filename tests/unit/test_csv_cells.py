"""Amounts, dates and patterns of CSV files: exactly what they say, or refused."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.domain.money import AmountError, format_amount, parse_amount
from tui_ledger.exchange.csv_amounts import AmountFormat, CellError, SignedAmount
from tui_ledger.exchange.csv_dates import DateFormat, NoDate
from tui_ledger.exchange.csv_rules import Pattern
from tui_ledger.exchange.csv_template import columns_of, fill_in

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("cell", "amount", "out"),
    [
        ("12,34", "12.34", False),
        ("1.234.567,89", "1234567.89", False),
        ("1234567,8", "1234567.8", False),
        ("-12", "12", True),
        ("12-", "12", True),
        ("- 12", "12", True),
        ("\N{MINUS SIGN}12,00 €", "12.00", True),
        ("(12,34)", "12.34", True),
        ("(€ 12,34)", "12.34", True),
        ("+12", "12", False),
        ("€-12", "12", True),
        (f"-1.000,00{NBSP}€", "1000.00", True),
        (",50", "0.50", False),
        ("0012", "0012", False),
    ],
)
def test_an_amount_is_read_as_statements_write_it(cell: str, amount: str, out: bool) -> None:
    assert AmountFormat(",", ".").parse(cell) == SignedAmount(amount, out)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        " ",
        "-",
        "€",
        ",",
        "12.34",
        "1.23,4",
        "1.2345,00",
        "12.345.6",
        "12,",
        "1,234.56",
        "--12",
        "-12-",
        "(-12)",
        "(12",
        "12)",
        "1e5",
        "1_000",
        "12 34",
        "NaN",
        "１２",
        "٣",
        "0x1f",
        "=1+1",
        "12,34567",
        "12,34\n56",
        "EUR 12 EUR",
        "XYZ 12",
        "9" * 17,
    ],
)
def test_what_is_written_differently_is_refused(cell: str) -> None:
    with pytest.raises((AmountError, CellError)):
        AmountFormat(",", ".").parse(cell)


def test_a_currency_beside_an_amount_is_known_by_its_code() -> None:
    dollars = AmountFormat(".", ",")
    assert dollars.parse("USD 1,200.00") == SignedAmount("1200.00", out=False, currency="USD")
    assert dollars.parse("-1,200.00 CHF") == SignedAmount("1200.00", out=True, currency="CHF")
    assert dollars.parse("$5").currency is None


@given(
    minor=st.integers(-(10**15), 10**15),
    currency=st.sampled_from(["USD", "JPY", "BHD"]),
    marks=st.sampled_from(
        [(".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'"), (",", NBSP)]
    ),
    dress=st.sampled_from(["{}", "{} €", "$ {}", "({})", "{}-", "-{}", "{} {{}}", "+{}"]),
)
def test_every_amount_is_read_exactly(minor: int, currency: str, marks: tuple[str, str], dress: str) -> None:
    decimal, thousands = marks
    whole, _, decimals = format_amount(abs(minor), currency).partition(".")
    written = f"{int(whole):,}".replace(",", thousands) + (f"{decimal}{decimals}" if decimals else "")

    read = AmountFormat(decimal, thousands.replace(NBSP, " ")).parse(dress.format(written).format(currency))

    assert parse_amount(read.amount, currency) == abs(minor)
    assert Decimal(read.amount) == Decimal(format_amount(abs(minor), currency))
    assert read.out == ("(" in dress or "-" in dress)
    assert read.is_zero == (minor == 0)
    assert read.currency == (currency if "{{}}" in dress else None)


@given(cell=st.text(alphabet="0123456789.,'()+- €$EURx\n\0", max_size=12) | st.text(max_size=8))
def test_any_cell_is_an_amount_as_commands_have_it_or_refused(cell: str) -> None:
    with suppress(AmountError, CellError):
        assert parse_amount(AmountFormat(".", ",").parse(cell).amount, "UYW") >= 0


def test_a_date_alone_is_the_beginning_of_its_day_in_utc_wherever_it_was() -> None:
    moment = DateFormat(["%d.%m.%Y"], "Asia/Tokyo").parse("31.01.2026")
    assert moment.at == "2026-01-31"
    assert moment.moment == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "text", "at"),
    [
        ("%Y-%m-%d %H:%M", "2026-01-31 18:30", "2026-01-31T17:30:00.000000Z"),
        ("%Y-%m-%d %H:%M", "2026-07-31 18:30", "2026-07-31T16:30:00.000000Z"),
        ("%Y-%m-%dT%H:%M:%S%z", "2026-01-31T18:30:05-0500", "2026-01-31T23:30:05.000000Z"),
        ("%m/%d/%y %I:%M %p", "01/31/26 06:30 PM", "2026-01-31T17:30:00.000000Z"),
        ("%d %b %Y", "31 Jan 2026", "2026-01-31"),
        ("%d.%m.%Y", "1.2.2026", "2026-02-01"),
    ],
)
def test_a_time_is_local_to_its_zone_unless_it_says_otherwise(form: str, text: str, at: str) -> None:
    assert DateFormat([form], "Europe/Berlin").parse(text).at == at


def test_the_first_format_that_fits_counts() -> None:
    dates = DateFormat(["%Y-%m-%d", "%d.%m.%Y"], "UTC")
    assert dates.parse("31.01.2026").at == dates.parse("2026-01-31").at == "2026-01-31"


@pytest.mark.parametrize(
    "text", ["", "31.02.2026", "2026-01-31", "31.01.26", "31.01.２０２６", "31.01.2026x", "31.01.2026\0"]
)
def test_what_is_no_date_of_the_format_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NoDate, match=r"a date looks like 31\.01\.2026 here"):
        DateFormat(["%d.%m.%Y"], "UTC").parse(text)


@pytest.mark.parametrize(
    ("zone", "text"), [("Asia/Tokyo", "0001-01-01 00:00"), ("America/Lima", "9999-12-31 23:59")]
)
def test_a_time_outside_the_calendar_is_refused(zone: str, text: str) -> None:
    with pytest.raises(NoDate):
        DateFormat(["%Y-%m-%d %H:%M"], zone).parse(text)


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("REWE", ["rewe", "Rewe"], ["rewe markt", "x rewe", ""]),
        ("rewe*", ["REWE", "rewe markt"], ["x rewe"]),
        ("*markt", ["REWE Markt", "markt"], ["markt 1"]),
        ("*e*m*", ["rewe markt"], ["markt e"]),
        ("a*a", ["aa", "aba"], ["a"]),
        ("*aa*aa*", ["aaaa", "xaaxaax"], ["aaa"]),
        ("*", ["", "x"], []),
        ("", [""], ["x"]),
        ("[a-z]?.(", ["[A-Z]?.("], ["a"]),
        ("*STRASSE", ["Große Straße"], []),
    ],
)
def test_a_pattern_fits_the_whole_text_and_its_stars_any_text(
    pattern: str, fitting: list[str], others: list[str]
) -> None:
    assert all(Pattern(pattern).fits(text) for text in fitting)
    assert not any(Pattern(pattern).fits(text) for text in others)


def test_no_pattern_takes_long() -> None:
    assert not Pattern("*a" * 30_000 + "b").fits("a" * 60_000)


def test_a_text_is_filled_in_with_cells_and_with_nothing_else() -> None:
    cells = {"Payee": "{Purpose}", "Purpose": "{0.__class__}"}
    assert columns_of("{Payee}, {Purpose}") == ["Payee", "Purpose"]
    assert fill_in(" {Payee}: {Purpose} ", cells) == "{Purpose}: {0.__class__}"
    assert fill_in("fixed", cells) == "fixed"
