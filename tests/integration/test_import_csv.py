"""`import FILE.csv --map FILE.toml`: the command line, and what is in the ledger afterwards."""

from pathlib import Path

import pytest

from tests.integration.command_line import Result, run
from tui_ledger.cli import importing_csv
from tui_ledger.ledger import create_ledger

MAP = """\
wallet = "moyin"
currency = "USD"
create = true

[date]
text = "{Date}"

[amount]
text = "{Amount}"

[texts]
source = "{Text}"
destination = "{Text}"
merchant = "Shop"
item = "{Text}"

[[rule]]
match = { Text = "*sword*" }
do = "buy"
category = "weapons"

[[rule]]
match = { Text = "total*" }
do = "skip"
"""
ROWS = """\
Date,Text,Amount
2026-01-03,Sword,-200.00
2026-01-02,Pay,1000.00
2026-01-04,Rent,-900.00
soon,Rent,-1.00
,Total,-101.00
"""


class Desk:
    """A ledger, with a CSV file and a map beside it."""

    def __init__(self, path: Path) -> None:
        self.ledger, self.file, self.map = path / "ledger", path / "file.csv", path / "map.toml"
        create_ledger(self.ledger)
        self.file.write_text(ROWS)
        self.map.write_text(MAP)

    def import_(self, *options: str) -> Result:
        return run("import", self.ledger, self.file, "--map", self.map, *options)

    def balance(self) -> str:
        [found] = run("query", self.ledger, "balances", "moyin", "--fresh", "--json").objects
        return str(found["document"]["posted"])

    def head(self) -> str:
        return run("head", self.ledger).out.partition(":")[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_good_rows_are_executed_and_the_others_are_reported(desk: Desk) -> None:
    done = desk.import_()

    assert done == Result(
        3,
        "line 5  not understood: a date looks like 2026-01-31 here\n"
        "line 6  skipped: rule 2 skips it\n"
        "line 4  refused: moyin has 800.00 USD, and this needs 900.00 USD.\n"
        "5 rows: 2 executed, 1 skipped, 1 not understood, 1 refused\n",
        "",
    )
    assert desk.balance() == "800.00"
    [bought] = run("events", desk.ledger, "--type", "ItemPurchased", "--json").objects
    assert bought["occurred_at"] == "2026-01-03T00:00:00.000000Z"
    assert bought["data"] == {
        "wallet": "moyin",
        "item": "Sword",
        "amount": 20000,
        "currency": "USD",
        "category": "weapons",
        "merchant": "Shop",
    }


def test_what_is_there_already_is_not_done_again_whatever_the_map_says_now(desk: Desk) -> None:
    desk.import_()
    desk.map.write_text(MAP.replace("weapons", "metal"))
    desk.file.write_text(ROWS.replace("soon", "2026-01-05") + "2026-01-06,Pay,5000\n")

    again = desk.import_()

    assert (again.status, again.err) == (3, "")
    assert again.out.splitlines() == [
        "line 6  skipped: rule 2 skips it",
        "line 4  refused: moyin has 800.00 USD, and this needs 900.00 USD.",
        "6 rows: 2 executed, 2 there already, 1 skipped, 1 refused",
    ]
    last = desk.import_()
    assert last == Result(
        0, "line 6  skipped: rule 2 skips it\n6 rows: 1 executed, 4 there already, 1 skipped\n", ""
    )
    assert desk.balance() == "4899.00"
    assert run("verify", desk.ledger).status == 0


def test_an_opening_balance_is_paid_in_once_however_far_back_the_file_goes(desk: Desk) -> None:
    desk.map.write_text('opening = { moyin = "50.00" }\n' + MAP)
    desk.file.write_text("Date,Text,Amount\n2026-01-05,Rent,-10\n")
    first = desk.import_()
    desk.file.write_text("Date,Text,Amount\n2026-01-04,Rent,-10\n2026-01-05,Rent,-10\n")
    second = desk.import_()

    assert (first.status, first.out) == (0, "1 row: 1 executed\n")
    assert (second.status, second.out) == (0, "2 rows: 1 executed, 1 there already\n")
    assert desk.balance() == "30.00"


def test_a_dry_run_prints_what_exec_takes_and_changes_nothing(desk: Desk) -> None:
    dry = desk.import_("--dry-run")
    before = desk.head()
    executed = run("exec", desk.ledger, stdin=dry.out)
    imported = desk.import_()
    dry_again = desk.import_("--dry-run")

    assert dry.status == 3
    assert dry.out.splitlines()[-1] == (
        "# 5 rows: 2 would be executed, 1 skipped, 1 not understood, 1 refused"
    )
    assert "# line 4  refused: moyin has 800.00 USD, and this needs 900.00 USD.\n" in dry.out
    assert before == "0"
    assert (executed.status, executed.out.count("accepted")) == (0, 3)
    assert imported.out.splitlines()[-1] == "5 rows: 2 there already, 1 skipped, 1 not understood, 1 refused"
    assert dry_again.out.splitlines()[-1] == "# " + imported.out.splitlines()[-1]
    assert desk.head() == "3"


def test_with_json_each_row_is_an_object_and_the_last_one_has_the_totals(desk: Desk) -> None:
    dry, done = desk.import_("--json", "--dry-run"), desk.import_("--json")

    assert [(one["line"], one["result"]) for one in done.objects[:-1]] == [
        (5, "bad"),
        (6, "skipped"),
        (None, "executed"),
        (3, "executed"),
        (2, "executed"),
        (4, "refused"),
    ]
    assert done.objects[3] == {
        "line": 3,
        "result": "executed",
        "command": dry.objects[3]["command"],
        "first": 2,
        "last": 2,
    }
    assert done.objects[5]["code"] == "insufficient_funds"
    totals = {
        "rows": 5,
        "executed": 2,
        "planned": 0,
        "there_already": 0,
        "skipped": 1,
        "bad": 1,
        "refused": 1,
    }
    assert done.objects[-1] == totals | {"dry_run": False}
    assert dry.objects[-1] == totals | {"executed": 0, "planned": 2, "dry_run": True}
    assert (dry.status, done.status) == (3, 3)


def test_what_stands_in_a_file_cannot_steer_a_terminal(desk: Desk) -> None:
    desk.file.write_text("Date,Text,Amount\n2026-01-02,\x1b]0;x\x07=1+1,5\n\x1b[2J,\u202e,5\n")
    for options in ((), ("--dry-run",), ("--json",), ("--json", "--dry-run")):
        done = desk.import_(*options)
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out + done.err


def test_a_file_that_cannot_be_read_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.file.write_text(ROWS + '2026-01-05,"open\n')
    broken = desk.import_()
    desk.map.write_text(MAP.replace("{Text}", "{Txt}", 1))
    desk.file.write_text(ROWS)
    mapped = desk.import_()
    desk.map.write_text(MAP.replace("category", "categroy"))
    misspelled = desk.import_()
    missing = run("import", desk.ledger, tmp_path / "nothing.csv", "--map", desk.map)

    assert {one.status for one in (broken, mapped, misspelled, missing)} == {3}
    assert {one.out for one in (broken, mapped, misspelled, missing)} == {""}
    assert broken.err.startswith(f"{desk.file}, line 7: this is no CSV: unexpected end of data.")
    assert mapped.err == (
        f"{desk.file}, line 1: there is no column Txt; did you mean Text? The columns are: Date, Text, "
        "Amount.\n"
    )
    assert misspelled.err == f"{desk.map}, line 20: there is no key categroy; did you mean category?\n"
    assert desk.head() == "0"


def test_without_a_map_it_says_where_one_is_described(desk: Desk) -> None:
    refused = run("import", desk.ledger, desk.file)
    assert (refused.status, refused.out) == (2, "")
    assert (
        "a CSV file needs a map, which says what its columns mean; docs/import-csv.md has two" in refused.err
    )


def test_rows_of_one_wallet_are_decided_in_their_order_however_many_are_under_way(desk: Desk) -> None:
    rows = [f"2026-01-02,{number},{'1' if number % 2 == 0 else '-1'}\n" for number in range(250)]
    desk.file.write_text("Date,Text,Amount\n" + "".join(rows))
    assert len(rows) > importing_csv.IN_FLIGHT

    done = desk.import_()

    assert (done.status, done.out) == (0, "250 rows: 250 executed\n")
    assert desk.balance() == "0.00"


def test_an_import_that_was_cut_short_goes_on(desk: Desk) -> None:
    rows = [f"2026-01-02,{number},1\n" for number in range(20)]
    desk.file.write_text("Date,Text,Amount\n" + "".join(rows[:7]))
    desk.import_()
    desk.file.write_text("Date,Text,Amount\n" + "".join(rows))

    assert desk.import_().out == "20 rows: 13 executed, 7 there already\n"
    assert desk.balance() == "20.00"
