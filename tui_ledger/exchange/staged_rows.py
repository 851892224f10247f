"""Rows of one table by key: those in use are in memory, and written when a batch is done."""

import sqlite3
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

import msgspec

_KEPT: Final = 500  # between two batches: a purchase with long texts takes 5 KB


class Account(msgspec.Struct, frozen=True, gc=False):
    """What a wallet has come to, without its purchases and transfers. Amounts are in minor units."""

    wallet: str
    owner: str
    currency: str
    posted: int
    pending: int
    closed: bool


class Bought(msgspec.Struct, frozen=True, gc=False):
    """A purchase, by the id of its event, and how much of it was paid back."""

    id: str
    wallet: str
    item: str
    amount: int
    category: str
    merchant: str
    purchased_at: str
    refunded: int


class Way(msgspec.Struct, frozen=True, gc=False):
    """A transfer, by its id, and how far it is.

    Attributes:
        sent: The id of the event that it was sent by; None where only its receipt is known.
        received: The id of its receipt; None if there is none.
        ended: Whether its sender has settled it or taken it back.
    """

    transfer: str
    sender: str
    recipient: str
    amount: int
    currency: str
    note: str
    sent: str | None
    received: str | None
    ended: bool


Row = TypeVar("Row", Account, Bought, Way)


class StagedRows(Generic[Row]):
    """The rows of the table that is named after their kind; the first field is the key.

    What memory they take does not depend on how many there are.
    """

    def __init__(self, connection: sqlite3.Connection, kind: type[Row]) -> None:
        fields = kind.__struct_fields__
        self._connection = connection
        self._kind: type[Row] = kind
        self._table = kind.__name__
        self._key = fields[0]
        self._columns = ", ".join(fields)
        self._insert = (
            f"INSERT OR REPLACE INTO {self._table} ({self._columns}) VALUES ({', '.join('?' * len(fields))})"
        )
        self._rows: dict[str, Row | None] = {}
        self._changed: dict[str, Row] = {}

    def create(self) -> None:
        """Make the table."""
        self._connection.execute(
            f"CREATE TABLE {self._table} ({self._columns}, PRIMARY KEY ({self._key})) WITHOUT ROWID"
        )

    def find(self, key: str) -> Row | None:
        """The row of `key`, if there is one."""
        if key not in self._rows:
            found = self._connection.execute(
                f"SELECT {self._columns} FROM {self._table} WHERE {self._key} = ?", (key,)
            ).fetchone()
            self._rows[key] = None if found is None else self._kind(*found)
        return self._rows[key]

    def put(self, key: str, row: Row) -> None:
        """Have `row` stand for `key`."""
        self._rows[key] = self._changed[key] = row

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of `keys` that have no row."""
        return [key for key in keys if self.find(key) is None]

    def write(self) -> None:
        """Write what has changed, and forget the rest if it is much."""
        if self._changed:
            self._connection.executemany(self._insert, map(msgspec.structs.astuple, self._changed.values()))
            self._changed.clear()
        if len(self._rows) > _KEPT:
            self._rows.clear()
