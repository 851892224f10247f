"""Maps of CSV files: what is wrong with one is said with its place."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_ledger.errors import InputError
from tui_ledger.exchange.csv_map import CsvMap
from tui_ledger.exchange.csv_map_file import read_map

MAP = """\
delimiter = ";"
wallet = "household"

[date]
text = "{Date}"
formats = ["%d.%m.%Y"]

[amount]
text = "{Amount}"
decimal = ","

[[rule]]
match = { Payee = "rewe*" }
do = "buy"

[[rule]]
match = { Payee = ["a*", "b*"], Purpose = "*" }
money = "out"
do = "skip"
"""


def problem(path: Path, *changes: tuple[str, str]) -> str:
    """What is said of the map with these changes, behind the file's name."""
    text = MAP
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = path / "map.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_map(file)
    return str(raised.value).removeprefix(f"{file}, ")


def test_a_map_is_read_with_all_columns_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    csv_map = read_map(tmp_path / "map.toml")
    assert csv_map.columns() == {"Date", "Amount", "Payee", "Purpose"}
    assert csv_map.rule[0].match == {"Payee": ["rewe*"]}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("delimiter", "delimeter", "line 1: there is no key delimeter; did you mean delimiter?"),
        ('";"', '":"', "line 1: delimiter: input should be ',', ';', '\\t' or '|'."),
        ('wallet = "household"\n', "", "wallet is missing."),
        ('text = "{Date}"\n', "", "date: text is missing."),
        ("[date]", "[dates]", "line 4: there is no key dates; did you mean date?"),
        ('"{Date}"', '"{Date"', "line 5: text: a brace needs its partner, as in {Payee}."),
        ("%d.%m.%Y", "%d.%m", "line 6: formats: a format needs a day, a month and a year, as in %d.%m.%Y."),
        ("%d.%m.%Y", "%d.%m.%Y %s", "line 6: formats: a format has each of %d %m %Y once, and %H %M %S if "),
        ('","', '";"', "line 10: decimal: input should be '.' or ','."),
        ("decimal", 'thousands = ","\ndecimal', "amount: decimal and thousands are the same mark."),
        (
            "decimal",
            'debit = "{Out}"\ndecimal',
            "amount: give either text, for one column with a sign, or both",
        ),
        (
            'text = "{Amount}"',
            'debit = "{Amount}"',
            "amount: give either text, for one column with a sign, or ",
        ),
        (
            '"buy"',
            '"by"',
            "line 14: do: input should be 'deposit', 'withdraw', 'buy' or 'skip'; did you mean buy?",
        ),
        ("money", "moneys", "line 18: there is no key moneys; did you mean money?"),
        ('["a*", "b*"]', "7", "line 17: match: a list is expected."),
        ('["a*", "b*"]', "[]", "line 17: match: it is empty."),
        (
            "[amount]",
            'zone = "Mars"\n[amount]',
            "line 8: zone: a time zone looks like Europe/Berlin, Asia/Tokyo",
        ),
        ("[amount]", 'zone = "../../etc/passwd"\n[amount]', "line 8: zone: a time zone looks like"),
        (
            "[date]",
            'opening = { houshold = "1" }\n[date]',
            "opening is about houshold, and all rows are about household.",
        ),
        ("[date]", "create = true\n[date]", "a wallet that is made needs a currency."),
        (
            "[date]",
            'currency = "EURO"\n[date]',
            "line 4: currency: a currency is an ISO 4217 code such as USD, or",
        ),
        ("[date]", 'encoding = "rot13"\n[date]', "line 4: encoding: input should be 'utf-8', 'utf-16', "),
        ("[date]", 'opening = { household = "-1" }\n[date]', "line 4: opening: an amount looks like 12.34."),
        (
            "[date]",
            "skip_lines = -1\n[date]",
            "line 4: skip_lines: 0 is the least.",
        ),
        ("[date]", "skip_lines = true\n[date]", "line 4: skip_lines: a whole number is expected."),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert problem(tmp_path, (old, new)).startswith(said)


def test_what_is_no_map_at_all_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_map(tmp_path / "nothing.toml")
    with pytest.raises(InputError, match="is not a regular file; a map is a TOML file"):
        read_map(tmp_path)
    (tmp_path / "map.toml").write_bytes(b"wallet = '\xff'")
    with pytest.raises(InputError, match="line 1: this is not UTF-8 text"):
        read_map(tmp_path / "map.toml")


KEYS = [
    *CsvMap.model_fields,
    "text",
    "formats",
    "zone",
    "debit",
    "credit",
    "match",
    "do",
    "money",
    "item",
    "x",
]

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("{Date}"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(table=st.dictionaries(st.sampled_from(KEYS), values, max_size=6))
def test_any_table_is_a_map_or_refused_with_a_sentence(tmp_path: Path, table: dict[str, Any]) -> None:
    file = tmp_path / "map.toml"
    file.write_text("\n".join(f"{key} = {_toml(value)}" for key, value in table.items()), encoding="utf-8")
    with pytest.raises(InputError, match=r"map\.toml, "):
        read_map(file)


def _toml(value: Any) -> str:
    match value:
        case None:
            return '""'
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case str():
            return (
                '"' + "".join(f"\\U{ord(one):08x}" for one in value if not "\ud800" <= one <= "\udfff") + '"'
            )
        case _:
            return repr(value)
