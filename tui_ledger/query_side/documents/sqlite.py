"""Documents in a SQLite file of their own, through aiosqlite."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.query_side.documents.codec import decode_document, encode_document
from tui_ledger.query_side.documents.port import (
    DamagedDocuments,
    Generation,
    Lease,
    Settings,
    State,
    as_mapping,
)
from tui_ledger.query_side.documents.sqlite_connections import Connections, LostComparison, Row
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.wishes import AnyWish, Change, WishOnRecord, decode_wish, encode_wish

# Every answer begins with the state, in the same statement and so of the same moment as the documents.
_GENERATION: Final = tuple(field.name for field in msgspec.structs.fields(Generation))
_COLUMNS: Final = len(_GENERATION)
_STATE: Final = (
    f"SELECT {', '.join(f'now.{name}' for name in _GENERATION)}, "
    f"{', '.join(f'new.{name}' for name in _GENERATION)}, "
    "settings, crash, holder, host, pid, heartbeat, NULL, NULL "
    "FROM state JOIN generations now ON now.generation = served "
    "LEFT JOIN generations new ON new.generation > served, lease"
)
_SCAN: Final = (
    f"SELECT * FROM (SELECT {'NULL, ' * (2 * _COLUMNS + 6)}key, body "
    "FROM documents WHERE generation = (SELECT served FROM state) AND {range} "
    "ORDER BY key {order} LIMIT :most)"
)
# A scan for each range, since one over both would read what sorts between `moyin` and `moyin/`. The
# character after `/` is `0`.
_EXACT: Final = "key = :prefix"
_BELOW: Final = "key >= :prefix || '/' AND key < :prefix || '0'"
_BEGINNING: Final = "key >= :prefix AND key < :prefix || char(0x10ffff)"
_ALL: Final = "key IS NOT NULL"
_READ: Final = f"{_STATE} UNION ALL {_SCAN.format(range=_EXACT, order='ASC')}"
_KEYS: Final = f"{_STATE} UNION ALL {_SCAN.format(range=_BEGINNING, order='ASC')}"
_COMMIT: Final = "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_BEGIN: Final = "INSERT INTO beginning VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CLAIM: Final = (
    "UPDATE lease SET holder = ?, host = ?, pid = ?, heartbeat = ?, crash = NULL, crashed = NULL "
    "WHERE holder IS ? AND heartbeat IS ? RETURNING 1"
)
_BEAT: Final = (
    "UPDATE lease SET heartbeat = ? WHERE holder = ? RETURNING (SELECT data_version FROM pragma_data_version)"
)
_RELEASE: Final = (
    "UPDATE lease SET holder = NULL, host = NULL, pid = NULL, heartbeat = NULL, crash = :crash, "
    "crashed = iif(:crash IS NULL, NULL, :holder) WHERE holder = :holder OR crashed = :holder"
)
# What belongs to no generation lies below the one that is read, between it and the one that is built, or
# above both. It goes in slices, so that none holds up the heartbeat.
_SWEEP: Final = (
    "DELETE FROM documents WHERE (generation, key) IN (SELECT generation, key FROM documents "
    "WHERE generation {range} LIMIT 1000) RETURNING 1"
)
_SWEEPS: Final = (
    _SWEEP.format(range="< (SELECT served FROM state)"),
    _SWEEP.format(
        range="> (SELECT served FROM state) AND generation < "
        "(SELECT coalesce(max(generations.generation), 9e18) FROM generations, state "
        "WHERE generations.generation > served)"
    ),
)
_CHANGE: Final = "UPDATE state SET settings = json_patch(settings, ?)"
_WISH: Final = "INSERT INTO wishes (wish, made_at) VALUES (?, ?) RETURNING id"
_WISHES: Final = "SELECT id, wish, made_at FROM wishes WHERE answer IS NULL ORDER BY id"
_ANSWER: Final = "UPDATE wishes SET answer = ? WHERE id = ? AND answer IS NULL"
_ANSWERED: Final = "SELECT answer FROM wishes WHERE id = ?"
_WITHDRAW: Final = "DELETE FROM wishes WHERE id = ? AND answer IS NULL"
_FORGET: Final = "DELETE FROM wishes WHERE answer IS NOT NULL AND id < ?"
_REMEMBERED: Final = 100
"""How many answered wishes are kept, for whoever still waits for the answer."""


class SqliteDocuments:
    """See `Documents`."""

    def __init__(self, path: Path) -> None:
        self._file = Connections(path)

    async def state(self) -> State:
        rows = await self._file.query(_STATE)
        return _state(rows[0]) if rows else State()

    async def read(self, key: str) -> tuple[State, Document | None]:
        rows = await self._file.query(_READ, {"prefix": key, "most": 1})
        if not rows:
            return State(), None
        return _state(rows[0]), decode_document(rows[1][-1]) if len(rows) > 1 else None

    async def scan(
        self, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> tuple[State, list[tuple[str, Document]]]:
        order = "DESC" if newest_first else "ASC"
        ranges = [_EXACT, _BELOW] if prefix else [_ALL]
        if newest_first:
            ranges.reverse()
        most = -1 if limit is None else max(limit, 0)
        sql = " UNION ALL ".join([_STATE, *(_SCAN.format(range=one, order=order) for one in ranges)])
        rows = await self._file.query(sql, {"prefix": prefix, "most": most})
        if not rows:
            return State(), []
        found = rows[1:] if limit is None else rows[1 : 1 + most]
        return _state(rows[0]), [(row[-2], decode_document(row[-1])) for row in found]

    async def keys(self, beginning: str, limit: int) -> list[str]:
        rows = await self._file.query(_KEYS, {"prefix": beginning, "most": limit})
        return [row[-2] for row in rows[1:]]

    async def open(self) -> None:
        await self._file.open_writer()

    async def discard(self) -> None:
        await self._file.discard()

    async def sweep(self) -> bool:
        for statement in _SWEEPS:
            if await self._file.write(statement):
                return True
        return False

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        wanted = msgspec.json.encode(list(keys)).decode()
        rows = await self._file.write(
            "SELECT key, body FROM documents "
            "WHERE generation = ? AND key IN (SELECT value FROM json_each(?))",
            (generation, wanted),
        )
        return {key: decode_document(body) for key, body in rows}

    async def commit(
        self,
        holder: str,
        before: Generation,
        after: Generation,
        documents: Mapping[str, Document | None],
        *,
        serve: bool = False,
    ) -> bool:
        bodies = {key: None if body is None else encode_document(body) for key, body in documents.items()}
        return await self._compared(
            _COMMIT,
            holder,
            before.generation,
            before.checkpoint,
            after.checkpoint,
            after.anchor,
            after.failed_at,
            after.reason,
            msgspec.json.encode(after.parked).decode(),
            msgspec.json.encode(bodies).decode(),
            serve,
        )

    async def begin(self, holder: str, before: State, new: Generation, *, beside: bool) -> bool:
        return await self._compared(
            _BEGIN,
            holder,
            before.generation,
            before.checkpoint,
            new.view,
            new.version,
            new.checkpoint,
            new.anchor,
            msgspec.json.encode(new.parked).decode(),
            new.until,
            beside,
        )

    async def claim(self, lease: Lease, instead_of: Lease | None) -> bool:
        self._file.check_in_place()
        rows = await self._file.write(
            _CLAIM,
            (lease.holder, lease.host, lease.pid, lease.heartbeat)
            + ((instead_of.holder, instead_of.heartbeat) if instead_of else (None, None)),
        )
        return bool(rows)

    async def beat(self, holder: str, heartbeat: float) -> bool:
        self._file.check_in_place()
        rows = await self._file.write_and_look(_BEAT, (heartbeat, holder))
        return bool(rows)

    async def release(self, holder: str, crash: str | None = None) -> None:
        await self._file.write(_RELEASE, {"crash": crash, "holder": holder})

    async def change(self, change: Change) -> None:
        await self._file.write_in_passing(_CHANGE, (msgspec.json.encode(as_mapping(change)).decode(),))

    async def wish(self, wish: AnyWish, made_at: float) -> int:
        [(number,)] = await self._file.write_in_passing(_WISH, (encode_wish(wish), made_at))
        return int(number)

    async def wishes(self) -> list[WishOnRecord]:
        rows = await self._file.write_in_passing(_WISHES)
        return [WishOnRecord(number, decode_wish(wish), made_at) for number, wish, made_at in rows]

    async def answer(self, wish_id: int, refusal: str = "") -> None:
        await self._file.write_in_passing(_ANSWER, (refusal, wish_id))
        await self._file.write_in_passing(_FORGET, (wish_id - _REMEMBERED,))

    async def answered(self, wish_id: int) -> str | None:
        rows = await self._file.write_in_passing(_ANSWERED, (wish_id,))
        return rows[0][0] if rows else None

    async def withdraw(self, wish_id: int) -> None:
        await self._file.write_in_passing(_WITHDRAW, (wish_id,))

    async def touched(self) -> bool:
        return await self._file.touched()

    async def close(self) -> None:
        await self._file.close()

    async def _compared(self, sql: str, *parameters: Any) -> bool:
        try:
            await self._file.write(sql, parameters)
        except LostComparison:
            return False
        return True


def _state(row: Row) -> State:
    building = row[_COLUMNS : 2 * _COLUMNS]
    settings, crash, holder, host, pid, heartbeat = row[2 * _COLUMNS : 2 * _COLUMNS + 6]
    try:
        return State(
            **_generation(row[:_COLUMNS]),
            building=Generation(**_generation(building)) if building[0] is not None else None,
            settings=msgspec.json.decode(settings, type=Settings),
            lease=None if holder is None else Lease(holder, host, pid, heartbeat),
            crash=crash,
        )
    except msgspec.DecodeError as error:
        raise DamagedDocuments(f"What is kept of the view cannot be read: {error}.") from None


def _generation(columns: Row) -> dict[str, Any]:
    fields = dict(zip(_GENERATION, columns, strict=True))
    return {**fields, "parked": msgspec.json.decode(fields["parked"], type=tuple[int, ...])}
