"""The file itself: one insert-only table that takes the next event and nothing else, whoever writes."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tui_ledger.event_store.port import Append
from tui_ledger.event_store.sqlite import open_store

NewAppend = Callable[..., Append]
Row = tuple[Any, ...]

COLUMNS = {
    "position": "INTEGER",
    "stream_id": "INTEGER",
    "stream": "TEXT",
    "version": "INTEGER",
    "prev": "INTEGER",
    "id": "TEXT",
    "type": "TEXT",
    "schema": "INTEGER",
    "data": "TEXT",
    "content": "TEXT",
    "occurred_at": "TEXT",
    "recorded_at": "TEXT",
    "command_id": "TEXT",
    "correlation_id": "TEXT",
    "causation_id": "TEXT",
    "hash": "TEXT",
}

# The next event of stream a, as anybody could insert it: what the attacks below change something of.
NEXT = {
    "position": 6, "stream_id": 1, "stream": None, "version": 4, "prev": 4, "id": "new", "type": "T",
    "schema": 1, "data": "{}", "content": "{}", "occurred_at": "", "recorded_at": "", "command_id": "c9",
    "correlation_id": None, "causation_id": None, "hash": "",
}  # fmt: skip
BEGINNING = NEXT | {"stream_id": 6, "stream": "new", "version": 1, "prev": None}

FORMS = (
    "INSERT INTO events ({columns}) VALUES ({values})",
    "INSERT OR REPLACE INTO events ({columns}) VALUES ({values})",
    "REPLACE INTO events ({columns}) VALUES ({values})",
    "INSERT OR IGNORE INTO events ({columns}) VALUES ({values})",
    "INSERT OR FAIL INTO events ({columns}) VALUES ({values})",
    "INSERT OR ROLLBACK INTO events ({columns}) VALUES ({values})",
    "INSERT OR REPLACE INTO events ({columns}) SELECT {values}",
    "INSERT INTO events ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING",
    "INSERT INTO events ({columns}) VALUES ({values}) ON CONFLICT DO UPDATE SET data = '{{}}'",
    "INSERT INTO events ({columns}) VALUES ({values}) "
    "ON CONFLICT (position) DO UPDATE SET hash = 'x' ON CONFLICT (id) DO UPDATE SET hash = 'x'",
)

ATTACKS: dict[str, dict[str, Any]] = {
    **{
        f"position {position}": NEXT | {"position": position}
        for position in (1, 2, 4, 5, 7, 0, -1, 2**63 - 1, None)
    },
    **{f"beginning at {position}": BEGINNING | {"position": position} for position in (1, 5, 7, None)},
    "a beginning in place of the first event": BEGINNING | {"position": 1, "stream_id": 1, "stream": "a"},
    "a blob for a position": NEXT | {"position": b"6"},
    "a text for a position": NEXT | {"position": "six"},
    "a used event id": NEXT | {"id": "USED"},
    "a beginning with a used event id": BEGINNING | {"id": "USED"},
    "no event id": NEXT | {"id": None},
    "a blob for an event id": NEXT | {"id": b"new"},
    "a second creation": BEGINNING | {"stream": "a"},
    "a second creation in the first one's place": BEGINNING | {"stream": "a", "stream_id": 1},
    "a beginning without a name": BEGINNING | {"stream": None},
    "a beginning with an event before": BEGINNING | {"prev": 5},
    "a beginning with a used link": BEGINNING | {"prev": 1},
    "a beginning elsewhere": BEGINNING | {"stream_id": 3},
    "a beginning of a later stream": BEGINNING | {"stream_id": 7},
    "a beginning without a stream id": BEGINNING | {"stream_id": None},
    "a fork": NEXT | {"prev": 1, "version": 2},
    "a fork in the middle": NEXT | {"prev": 2, "version": 3},
    "a used link": NEXT | {"prev": 1},
    "no link": NEXT | {"prev": None},
    "a link to itself": NEXT | {"prev": 6},
    "a link to the future": NEXT | {"prev": 7},
    "a link to another stream": NEXT | {"prev": 5, "version": 3},
    "another stream's id": NEXT | {"stream_id": 3},
    "no stream id": NEXT | {"stream_id": None},
    "a name in the middle": NEXT | {"stream": "a"},
    "a name of its own in the middle": NEXT | {"stream": "z"},
    **{f"version {version}": NEXT | {"version": version} for version in (0, -1, 1, 3, 5, None)},
    "a used command id": NEXT | {"command_id": "c1"},
    "a beginning with a used command id": BEGINNING | {"command_id": "c1"},
    "content of no command": NEXT | {"command_id": None},
    "data that is no JSON": NEXT | {"data": "{"},
    "no data": NEXT | {"data": None},
    "no hash": NEXT | {"hash": None},
}  # fmt: skip

# As the second row of a statement these are what comes next.
FIT_BEHIND = {"position 7", "a beginning of a later stream"}


@pytest.fixture
async def filled(log: Path, new_append: NewAppend) -> Path:
    """A log with events 1, 2 and 4 of stream a, and 3 and 5 of stream b; c1 made event 4."""
    async with open_store(log) as store:
        for stream, command in (("a", None), ("a", None), ("b", None), ("a", "c1"), ("b", None)):
            await store.append(new_append(stream, command=command))
    return log


@pytest.fixture
def database(filled: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection to the log, as an attacker has it: recursive triggers are off."""
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        yield connection


def rows(database: sqlite3.Connection) -> list[Row]:
    """Everything that is in the log."""
    return database.execute("SELECT * FROM events ORDER BY position").fetchall()


def insert(database: sqlite3.Connection, form: str, *added: dict[str, Any]) -> None:
    """Insert rows in one statement of the given form."""
    one = ", ".join("?" * len(added[0]))
    values = "), (".join([one] * len(added)) if "VALUES" in form else one
    statement = form.format(columns=", ".join(added[0]), values=values)
    database.execute(statement, [value for row in added for value in row.values()])


def refused(database: sqlite3.Connection, form: str, *added: dict[str, Any]) -> bool:
    """Whether an insert changed nothing."""
    before = rows(database)
    try:
        insert(database, form, *added)
    except sqlite3.Error:
        pass
    else:
        assert "IGNORE" in form or "NOTHING" in form, "the attack was answered with success"
    return rows(database) == before and not database.in_transaction


# What it looks like


def test_the_columns_are_those_that_the_hash_takes_in_that_order(log: Path) -> None:
    with closing(sqlite3.connect(log)) as database:
        found = database.execute("SELECT name, type FROM pragma_table_info('events')").fetchall()
        assert dict(found) == COLUMNS
        assert [name for name, _ in found] == list(COLUMNS)


def test_the_file_says_whose_it_is_and_which_format(log: Path) -> None:
    with closing(sqlite3.connect(log)) as database:
        assert database.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"TLG1"),)
        assert database.execute("PRAGMA user_version").fetchone() == (2,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_there_is_one_strict_table_and_two_views(log: Path) -> None:
    with closing(sqlite3.connect(log)) as database:
        found = database.execute(
            "SELECT name, type, strict FROM pragma_table_list "
            "WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    assert sorted(found) == [("commands", "view", 0), ("events", "table", 1), ("streams", "view", 0)]


def test_nowhere_is_a_balance(log: Path) -> None:
    with closing(sqlite3.connect(log)) as database:
        assert "balance" not in "".join(database.iterdump()).lower()


def test_the_views_name_streams_and_commands(database: sqlite3.Connection) -> None:
    streams = database.execute("SELECT * FROM streams").fetchall()
    commands = database.execute("SELECT id, content, first, last FROM commands").fetchall()
    assert streams == [(1, "a"), (3, "b")]
    assert commands == [("c1", "content of c1", 4, 4)]


async def test_a_command_lasts_as_long_as_its_events_follow_one_another(
    log: Path, new_append: NewAppend
) -> None:
    async with open_store(log) as store:
        await store.append(new_append("a", count=3, command="c1"))
        await store.append(new_append("a", count=2, command="c2"))
        await store.append(new_append("a", count=2))
        await store.append(new_append("b", count=2, command="c3"))
    with closing(sqlite3.connect(log)) as database:
        found = database.execute("SELECT id, first, last FROM commands ORDER BY first").fetchall()
    assert found == [("c1", 1, 3), ("c2", 4, 5), ("c3", 8, 9)]


# What it refuses


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("row", [NEXT, BEGINNING, NEXT | {"content": None, "command_id": None}])
def test_the_next_event_is_taken_in_every_form(
    form: str, row: dict[str, Any], database: sqlite3.Connection
) -> None:
    before = rows(database)
    insert(database, form, row)
    assert rows(database) == [*before, tuple(row.values())]


@pytest.mark.parametrize("attack", ATTACKS)
def test_any_other_event_is_refused_in_every_form(attack: str, database: sqlite3.Connection) -> None:
    used = database.execute("SELECT id FROM events WHERE position = 2").fetchone()[0]
    row = {name: used if value == "USED" else value for name, value in ATTACKS[attack].items()}
    for form in FORMS:
        assert refused(database, form, row), form


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack not in FIT_BEHIND])
def test_a_statement_of_which_one_row_is_refused_leaves_none(
    attack: str, database: sqlite3.Connection
) -> None:
    used = database.execute("SELECT id FROM events WHERE position = 2").fetchone()[0]
    row = {name: used if value == "USED" else value for name, value in ATTACKS[attack].items()}
    row["id"] = "other" if row["id"] == "new" else row["id"]
    row["position"] = 7 if row["position"] == 6 else row["position"]
    good = BEGINNING | {"stream": "good", "command_id": "good"}
    before = rows(database)
    for form in FORMS[:3]:
        with pytest.raises(sqlite3.Error):
            insert(database, form, good, row)
        assert rows(database) == before


@pytest.mark.parametrize(
    "names", ["rowid, position", "position, rowid", "oid, position", "_rowid_, position"]
)
@pytest.mark.parametrize("places", [(2, 6), (6, 2)])
def test_the_row_id_is_no_back_door(
    names: str, places: tuple[int, int], database: sqlite3.Connection
) -> None:
    others = [name for name in NEXT if name != "position"]
    values: list[Any] = [*places, *(NEXT[name] for name in others)]
    columns, marks = ", ".join([names, *others]), ", ".join("?" * len(values))
    statement = f"INSERT OR REPLACE INTO events ({columns}) VALUES ({marks})"
    before = rows(database)
    try:
        database.execute(statement, values)
    except sqlite3.Error:
        assert rows(database) == before
    assert rows(database)[:5] == before


@pytest.mark.parametrize(
    "statement",
    [
        *(f"UPDATE events SET {name} = {name}" for name in COLUMNS),
        "UPDATE events SET data = '{}' WHERE position = 3",
        "UPDATE OR REPLACE events SET position = 1 WHERE position = 2",
        "UPDATE OR REPLACE events SET id = (SELECT id FROM events WHERE position = 1) WHERE position = 2",
        "UPDATE OR IGNORE events SET hash = 'x'",
        "UPDATE events SET rowid = 9 WHERE position = 5",
        "UPDATE events SET data = '{}' FROM streams WHERE events.position = streams.id",
        "DELETE FROM events",
        "DELETE FROM events WHERE position = 5",
        "DELETE FROM events WHERE position = 5 RETURNING *",
        "WITH last AS (SELECT 5 AS p) DELETE FROM events WHERE position IN (SELECT p FROM last)",
        "INSERT INTO events DEFAULT VALUES",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE position = 5",
        "UPDATE streams SET name = 'x'",
        "DELETE FROM streams",
        "INSERT INTO commands VALUES ('c2', '{}', 6, 6)",
    ],
)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_nothing_is_changed_and_nothing_deleted(
    statement: str, recursive: str, database: sqlite3.Connection
) -> None:
    database.execute(f"PRAGMA recursive_triggers = {recursive}")
    before = rows(database)
    with pytest.raises(sqlite3.Error):
        database.execute(statement).fetchall()
    assert rows(database) == before


async def test_after_every_attack_the_program_goes_on(filled: Path, new_append: NewAppend) -> None:
    def attack() -> None:
        with closing(sqlite3.connect(filled, isolation_level=None)) as database:
            for row in ATTACKS.values():
                for form in FORMS[1:4]:
                    if row["id"] != "USED":
                        assert refused(database, form, row)

    async with open_store(filled) as store:
        await asyncio.to_thread(attack)
        assert (await store.append(new_append("a", 3))).first == 6
