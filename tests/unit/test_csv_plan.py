"""From rows to commands: which, with which ids, in which order, and what is left out and why."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_ledger.domain.command_language import format_command, parse
from tui_ledger.domain.money import format_amount
from tui_ledger.domain.wallet import OpenWallet
from tui_ledger.errors import InputError
from tui_ledger.exchange.csv_commands import LeftOut
from tui_ledger.exchange.csv_map import CsvMap
from tui_ledger.exchange.csv_plan import Plan, plan, wallets_of
from tui_ledger.exchange.csv_rows import read_rows
from tui_ledger.exchange.rehearsal import Rehearsal

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
COLUMNS = ("Date", "Payee", "Purpose", "Amount", "In", "Account", "Currency")
MAP = {
    "wallet": "w",
    "currency": "EUR",
    "date": {"text": "{Date}"},
    "amount": {"text": "{Amount}"},
    "texts": dict.fromkeys(("source", "destination", "merchant"), "{Payee}") | {"item": "{Purpose}"},
}


def written(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([COLUMNS, *rows])
    return file.getvalue()


def planned(path: Path, *rows: Sequence[str], there: dict[str, str] | None = None, **changes: Any) -> Plan:
    file = path / "file.csv"
    file.write_text(written(rows), encoding="utf-8", newline="")
    csv_map = CsvMap.model_validate(MAP | changes)
    return plan(read_rows(file, csv_map), csv_map, {"w": "EUR"} if there is None else there, NOW)


def lines(plan_: Plan) -> list[str]:
    """The commands, without their ids."""
    return [format_command(one.command.model_copy(update={"id": None})) for one in plan_.commands]


def ids(plan_: Plan) -> list[str | None]:
    return [one.command.id for one in plan_.commands]


def reasons(plan_: Plan) -> list[str]:
    return [one.reason for one in plan_.left_out]


def row(date: str = "2026-01-31", amount: str = "-5", **cells: str) -> list[str]:
    given_ = {"Date": date, "Amount": amount, "Payee": "Shop", "Purpose": "tea"} | cells
    return [given_.get(name, "") for name in COLUMNS]


def test_money_that_comes_in_is_a_deposit_and_money_that_goes_out_a_withdrawal(tmp_path: Path) -> None:
    assert lines(planned(tmp_path, row(amount="7.5"), row())) == [
        "deposit w 7.50 source=Shop at=2026-01-31",
        "withdraw w 5.00 destination=Shop at=2026-01-31",
    ]


def test_the_first_rule_that_fits_says_what_is_done(tmp_path: Path) -> None:
    rule = [
        {"match": {"Purpose": "*tea*", "Payee": ["x*", "sh*"]}, "do": "buy", "category": "food"},
        {"match": {"Payee": "shop"}, "do": "skip"},
        {"money": "in", "source": "{Purpose} from {Payee}"},
        {"money": "out", "do": "buy", "item": "thing", "merchant": "{Account}"},
    ]
    found = planned(
        tmp_path,
        row(Purpose="green TEA"),
        row(Purpose="salt"),
        row(Payee="ACME", amount="3"),
        row(Payee="ACME", Account="there"),
        rule=rule,
    )
    assert lines(found) == [
        'buy w "green TEA" 5.00 category=food merchant=Shop at=2026-01-31',
        'deposit w 3.00 source="tea from ACME" at=2026-01-31',
        "buy w thing 5.00 merchant=there at=2026-01-31",
    ]
    assert found.left_out == [LeftOut(3, "rule 2 skips it", bad=False)]


@pytest.mark.parametrize(
    ("cells", "changes", "reason"),
    [
        ({"date": "31.01.2026"}, {}, "a date looks like 2026-01-31 here"),
        ({"date": ""}, {}, "a date looks like 2026-01-31 here"),
        ({"date": "2026-06-02"}, {}, "it is dated in the future"),
        ({"amount": "5,00"}, {}, "an amount looks like 1234.56 here"),
        ({"amount": ""}, {}, "an amount looks like 1234.56 here"),
        ({"amount": "1.234"}, {}, "EUR has 2 decimals; an amount looks like 12.34"),
        ({"amount": "USD 5"}, {}, "it is in USD, and w has EUR"),
        ({"amount": "9999999999999999"}, {}, "an amount is at most 10000000000000.00 EUR"),
        ({"Currency": "USD"}, {"currency": "{Currency}"}, "it is in USD, and w has EUR"),
        ({"Currency": "Euro"}, {"currency": "{Currency}"}, 'there is no currency "Euro"'),
        (
            {"Account": "No. 1"},
            {"wallet": "{Account}"},
            '"No. 1" is no wallet; wallets in the map can give it',
        ),
        (
            {"Account": "x"},
            {"wallet": "{Account}"},
            "there is no wallet x; create = true in the map makes it",
        ),
        ({"Purpose": ""}, {"rule": [{"do": "buy"}]}, "nothing says what was bought: its item is empty"),
        ({"amount": "5"}, {"rule": [{"do": "buy"}]}, "rule 1 makes it a buy, and its money comes in"),
        ({}, {"rule": [{"do": "deposit"}]}, "rule 1 makes it a deposit, and its money goes out"),
        ({"Payee": "sealed:v1:x"}, {}, "destination: a text cannot begin with sealed:v1:"),
        ({"Payee": "a\0b"}, {}, "destination: the NUL character cannot be stored"),
        ({"In": "5"}, {"amount": {"debit": "{Amount}", "credit": "{In}"}}, "it has a debit and a credit"),
        (
            {"amount": ""},
            {"amount": {"debit": "{Amount}", "credit": "{In}"}},
            "it has neither a debit nor a ",
        ),
        (
            {"amount": "", "In": "-5"},
            {"amount": {"debit": "{Amount}", "credit": "{In}"}},
            "its credit is below zero",
        ),
    ],
)
def test_a_row_that_is_not_understood_is_left_out_with_the_reason(
    tmp_path: Path, cells: dict[str, str], changes: dict[str, Any], reason: str
) -> None:
    found = planned(tmp_path, row(**cells), **changes)
    assert found.commands == []
    [left_out] = found.left_out
    assert (left_out.line, left_out.bad) == (2, True)
    assert left_out.reason.startswith(reason)


def test_nothing_is_moved_by_a_zero_and_a_row_that_a_rule_skips_need_not_be_understood(
    tmp_path: Path,
) -> None:
    rule = [{"money": "out", "do": "skip"}, {"match": {"Payee": "total"}, "do": "skip"}]
    found = planned(tmp_path, row(amount="0.00"), row(date="", amount="?", Payee="Total"), row(), rule=rule)
    assert found.left_out == [
        LeftOut(2, "its amount is zero", bad=False),
        LeftOut(3, "rule 2 skips it", bad=False),
        LeftOut(4, "rule 1 skips it", bad=False),
    ]


def test_two_columns_say_what_comes_in_and_what_goes_out(tmp_path: Path) -> None:
    amount = {"debit": "{Amount}", "credit": "{In}"}
    rows = [row(amount="5"), row(amount="-6"), row(amount="", In="7"), row(amount="0.00", In="8")]
    assert [line.split(" at=")[0] for line in lines(planned(tmp_path, *rows, amount=amount))] == [
        "withdraw w 5.00 destination=Shop",
        "withdraw w 6.00 destination=Shop",
        "deposit w 7.00 source=Shop",
        "deposit w 8.00 source=Shop",
    ]


def test_a_sign_can_be_inverted(tmp_path: Path) -> None:
    amount = {"text": "{Amount}", "inverted": True}
    verbs = [line.split()[0] for line in lines(planned(tmp_path, row(amount="5"), row(), amount=amount))]
    assert verbs == ["withdraw", "deposit"]


@pytest.mark.parametrize(
    ("order", "dates", "expected"),
    [
        ("by_date", ["02", "01", "01", "03"], ["01b", "01c", "02a", "03d"]),
        ("by_date", ["03", "02", "02", "01"], ["01d", "02c", "02b", "03a"]),
        ("by_date", ["01", "01"], ["01a", "01b"]),
        ("newest_first", ["01", "01"], ["01b", "01a"]),
        ("as_is", ["03", "01", "02"], ["03a", "01b", "02c"]),
    ],
)
def test_rows_are_executed_in_the_order_in_which_they_happened(
    tmp_path: Path, order: str, dates: list[str], expected: list[str]
) -> None:
    rows = [row(f"2026-01-{date}", Payee=name) for date, name in zip(dates, "abcd", strict=False)]
    found = planned(tmp_path, *rows, order=order)
    assert [line[-2:] + line.split("destination=")[1][0] for line in lines(found)] == expected


def test_a_wallet_is_made_and_filled_before_its_first_row(tmp_path: Path) -> None:
    changes: dict[str, Any] = {"create": True, "owner": "Mo", "opening": {"w": "10", "x": "1"}}
    wallets = {"wallet": "{Account}", "wallets": {"No. 1": "w"}}
    rows = [row("2026-01-02", Account="No. 1"), row("2026-01-01", Account="v"), row(Account="No. 1")]
    found = planned(tmp_path, *rows, there={}, **changes, **wallets)
    assert lines(found) == [
        "create v owner=Mo currency=EUR at=2026-01-01",
        "withdraw v 5.00 destination=Shop at=2026-01-01",
        "create w owner=Mo currency=EUR at=2026-01-02",
        'deposit w 10 source="opening balance" at=2026-01-02',
        "withdraw w 5.00 destination=Shop at=2026-01-02",
        "withdraw w 5.00 destination=Shop at=2026-01-31",
    ]
    assert [one.line for one in found.commands] == [None, 3, None, None, 2, 4]
    assert ids(found)[::2][:2] == ["csv-create-v", "csv-create-w"]


def test_a_wallet_that_is_there_is_not_made(tmp_path: Path) -> None:
    assert len(planned(tmp_path, row(), create=True).commands) == 1


def test_the_rows_of_a_new_wallet_are_in_one_currency(tmp_path: Path) -> None:
    rows = [row(Currency="EUR"), row(Currency="USD")]
    found = planned(tmp_path, *rows, there={}, create=True, currency="{Currency}")
    assert reasons(found) == ["it is in USD, and w has EUR"]


def test_the_same_row_has_the_same_id_whatever_the_file_and_the_map(tmp_path: Path) -> None:
    january = planned(tmp_path, row("2026-01-30"), row("2026-01-31"))
    overlapping = planned(
        tmp_path, row("2026-01-31"), row("2026-02-01"), rule=[{"do": "buy", "category": "new"}]
    )
    assert ids(january)[1] == ids(overlapping)[0]
    assert len({*ids(january), *ids(overlapping)}) == 3
    other_wallet = planned(tmp_path, row("2026-01-31"), wallet="v", there={"v": "EUR"})
    assert ids(other_wallet)[0] not in ids(overlapping)


def test_two_rows_that_are_the_same_are_two_purchases(tmp_path: Path) -> None:
    once, twice = planned(tmp_path, row()), planned(tmp_path, row(), row())
    assert len({*ids(twice)}) == 2
    assert ids(once)[0] in ids(twice)


def test_a_golden_id_pins_how_a_row_is_known(tmp_path: Path) -> None:
    assert ids(planned(tmp_path, row())) == ["csv-9c7a65bd1a47e1d3198a1ce3b8ab838f"]


def test_blanks_become_one_and_a_long_text_is_cut(tmp_path: Path) -> None:
    found = planned(tmp_path, row(Payee="a\n  b\t c"), row(Payee="x" * 300))
    texts = [one.command.model_dump()["destination"] for one in found.commands]
    assert texts == ["a b c", "x" * 199 + "…"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK('http://x','y')", "[red]x[/]"])
def test_what_looks_like_a_formula_is_text(tmp_path: Path, text: str) -> None:
    [one] = planned(tmp_path, row(Payee=text)).commands
    assert one.command.model_dump()["destination"] == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    amounts=st.lists(st.integers(-(10**7), 10**9).filter(bool), min_size=1, max_size=20),
    days=st.data(),
    decimal=st.sampled_from([".", ","]),
)
def test_a_statement_comes_to_the_balance_that_it_was_made_with(
    tmp_path: Path, amounts: list[int], days: st.DataObject, decimal: str
) -> None:
    dates = sorted(days.draw(st.integers(1, 28)) for _ in amounts)
    rows = [
        row(f"2026-02-{day:02}", format_amount(minor, "EUR").replace(".", decimal))
        for day, minor in zip(dates, amounts, strict=True)
    ]
    opening = 10**12
    found = planned(
        tmp_path,
        *(rows if days.draw(st.booleans()) else reversed(rows)),
        there={},
        create=True,
        opening={"w": format_amount(opening, "EUR")},
        amount={"text": "{Amount}", "decimal": decimal},
    )
    rehearsal = Rehearsal({})
    assert [rehearsal.execute(one.command) for one in found.commands] == [None] * (len(amounts) + 2)
    wallet = rehearsal.states["w"]
    assert isinstance(wallet, OpenWallet)
    assert wallet.available == opening + sum(amounts)
    assert found.left_out == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    rows=st.lists(
        st.lists(st.text(max_size=12) | st.sampled_from(["-1", "2026-01-01"]), max_size=8), max_size=4
    )
)
def test_any_rows_become_commands_that_can_be_written_down_or_are_left_out(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    try:
        found = planned(tmp_path, *[["".join(map(_storable, cell)) for cell in cells] for cells in rows])
    except InputError:
        return
    for one in found.commands:
        assert parse(format_command(one.command)) == one.command
    assert all(one.reason for one in found.left_out)


def _storable(character: str) -> str:
    return "?" if "\ud800" <= character <= "\udfff" else character


def test_the_wallets_of_a_file_are_known_beforehand(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text(written([row(Account="a"), row(Account="B!"), row(Account="c"), row(Account="a")]))
    csv_map = CsvMap.model_validate(MAP | {"wallet": "{Account}"})
    assert wallets_of(read_rows(file, csv_map), csv_map) == {"a", "c"}
