"""The rows of CSV files, which may be anybody's: each is read as it is, or the file is refused."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_ledger.errors import InputError
from tui_ledger.exchange import csv_rows
from tui_ledger.exchange.csv_map import CsvMap
from tui_ledger.exchange.csv_rows import COLUMNS_LIMIT, FILE_LIMIT, ROW_LIMIT, Row, read_rows

A, B = "{A}", "{B}"


NUMBERED: dict[str, Any] = {"date": {"text": "{1}"}, "amount": {"text": "{2}"}}


def map_of(**changes: Any) -> CsvMap:
    table = {"wallet": "w", "date": {"text": A}, "amount": {"text": B}} | changes
    return CsvMap.model_validate(table)


def read(path: Path, content: str | bytes, **changes: Any) -> list[Row]:
    file = path / "file.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_rows(file, map_of(**changes))


def cells(rows: list[Row]) -> list[tuple[int, *tuple[str, ...]]]:
    return [(row.line, *row.cells.values()) for row in rows]


def test_rows_have_the_lines_on_which_they_begin_and_the_columns_that_are_named(tmp_path: Path) -> None:
    content = 'A,X,B\n1,x,"a\nb ""c"""\n\n , ,\n2,"x\r\n",\u00a0d \n3'
    assert cells(read(tmp_path, content)) == [(2, "1", 'a\nb "c"'), (6, "2", "d"), (8, "3", "")]


@pytest.mark.parametrize("content", ["", "\n\n", "A,B\n", "A,B\n1,2\n"])
def test_a_file_without_its_header_is_refused_and_not_taken_for_an_empty_one(
    tmp_path: Path, content: str
) -> None:
    with pytest.raises(InputError, match=r"file\.csv, line \d: here the file ends, above its header"):
        read(tmp_path, content, skip_lines=2)
    assert read(tmp_path, "A,B\n") == read(tmp_path, "", header=False, **NUMBERED) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_may_end_in_any_way(tmp_path: Path, end: str) -> None:
    assert cells(read(tmp_path, end.join(["A,B", "1,2", "3,4", ""]))) == [(2, "1", "2"), (3, "3", "4")]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("cp932", "cp932"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_the_map_names(tmp_path: Path, encoding: str, named: str) -> None:
    text = "剣" if encoding != "cp1252" else "é €"
    assert cells(read(tmp_path, f"A,B\n1,{text}".encode(encoding), encoding=named)) == [(2, "1", text)]


def test_lines_above_the_header_are_left_out_whatever_is_in_them(tmp_path: Path) -> None:
    content = 'a "quote\nand another\nA;B\n1;2\n'
    assert cells(read(tmp_path, content, skip_lines=2, delimiter=";")) == [(4, "1", "2")]


def test_without_a_header_columns_have_numbers(tmp_path: Path) -> None:
    changes = {"header": False, "date": {"text": "{2}"}, "amount": {"text": "{1}"}}
    assert cells(read(tmp_path, "x,1\ny\n", **changes)) == [(1, "x", "1"), (2, "y", "")]
    with pytest.raises(InputError, match=r"columns are called \{1\}, \{2\} and so on, not A"):
        read(tmp_path, "x,1\n", header=False)


def test_rows_with_the_same_in_every_cell_have_the_same_content(tmp_path: Path) -> None:
    rows = read(tmp_path, 'A,B,C\n1,2,x\n"1", 2 ,x\n1,2,y\n1,2\n1,2,\n12,,x\n')
    first, second, third, fourth, fifth, sixth = [row.content for row in rows]
    assert first == second
    assert fourth == fifth
    assert len({first, third, fourth, sixth}) == 4


def test_a_row_with_more_cells_than_the_header_is_a_problem_of_its_own(tmp_path: Path) -> None:
    rows = read(tmp_path, "A,B\n1,2,3\n4,5\n")
    assert rows[0].problem == (
        "it has 3 cells, and 2 is the most: a text with ',' in it needs quotes around it"
    )
    assert rows[1].problem is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,B\n1,2\n", "line 1: there is no column A; did you mean a? The columns are: a, B."),
        ("A,B,A\n1,2,3\n", "line 1: there are two columns A."),
        ('A,B\n1,2\n3,"4\n5,6\n', "line 3: this is no CSV: unexpected end of data"),
        ('A,B\n1,2\n3,"4"x\n5,6\n', "line 3: this is no CSV: ',' expected after '\"'"),
        (b"A,B\n1,2\n3,\xff\n", "line 3: this is not utf-8 text"),
        (b"A,B\n1,\xe2\x82", "line 2: this is not utf-8 text"),
        ('A,B\n1,2\n3,"' + "x\n" * ROW_LIMIT, "line 3: a row has at most 65,536 characters"),
        ("A,B\n" + "," * (ROW_LIMIT + 1), "line 2: a row has at most 65,536 characters"),
        ("A,B" + "," * COLUMNS_LIMIT, "line 1: a file has at most 1,000 columns, and this one has 1,002"),
    ],
    ids=["missing", "twice", "open", "quotes", "encoding", "end", "long text", "long row", "columns"],
)
def test_what_is_no_csv_or_not_this_one_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    with pytest.raises(InputError) as raised:
        read(tmp_path, content)
    assert str(raised.value).removeprefix(f"{tmp_path / 'file.csv'}, ").startswith(said)


def test_more_columns_than_a_file_can_have_are_a_problem_without_a_header_too(tmp_path: Path) -> None:
    changes = {"header": False, "date": {"text": "{2}"}, "amount": {"text": "{1}"}}
    [row] = read(tmp_path, "1" + "," * COLUMNS_LIMIT, **changes)
    assert row.problem is not None


def test_a_nul_is_a_character_of_a_cell(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "A,B\n1,2\0\n")) == [(2, "1", "2\0")]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "file.csv").open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    with pytest.raises(InputError, match="is larger than 16 MiB; split the file"):
        read_rows(tmp_path / "file.csv", map_of())
    monkeypatch.setattr(csv_rows, "ROWS_LIMIT", 2)
    with pytest.raises(InputError, match="line 4: there are more than 2 rows; split the file"):
        read(tmp_path, "A,B\n1,2\n1,2\n1,2\n")


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", Path("/dev/zero")):
        with pytest.raises(InputError, match="is not a regular file"):
            read_rows(path, map_of())
    for path in (tmp_path / "nothing.csv", tmp_path / "a\0b"):
        with pytest.raises(InputError):
            read_rows(path, map_of())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    content=st.binary(max_size=60)
    | st.text(alphabet='AB12,;"\n\r\0 é', max_size=60).map(lambda text: f"A,B\n{text}".encode()),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1", "cp932", "gb18030", "big5"]),
    header=st.booleans(),
)
def test_any_file_has_rows_or_is_refused(tmp_path: Path, content: bytes, encoding: str, header: bool) -> None:
    changes = {} if header else {"date": {"text": "{1}"}, "amount": {"text": "{2}"}}
    try:
        rows = read(tmp_path, content, encoding=encoding, header=header, **changes)
    except InputError:
        return
    assert all(row.line >= 1 and (row.problem or len(row.cells) == 2) for row in rows)
