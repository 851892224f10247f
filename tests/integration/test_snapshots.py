"""Snapshots of long wallets: they save reading, may vanish at any time, and never change a result."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tui_ledger import (
    CreateUser,
    DepositMoney,
    Ledger,
    PurchaseItem,
    RefundPurchase,
    SendMoney,
    WithdrawMoney,
)
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.command_side.snapshots import FIRST, Snapshots, next_due
from tui_ledger.domain.transfer import ReceiveTransfer
from tui_ledger.domain.wallet import OpenWallet, WalletState
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.testing import CountingIds, VirtualClock

KEPT = FIRST + 50


class Reading:
    """Stands between a handler and its store, and counts the events of streams that are read."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.count = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def read_stream(self, stream: str, after: int = 0) -> list[StoredEvent]:
        events = await self._store.read_stream(stream, after)
        self.count += len(events)
        return events

    async def read_stream_from(self, position: int) -> list[StoredEvent]:
        events = await self._store.read_stream_from(position)
        self.count += len(events)
        return events


class Session:
    """One process's life with a log and its snapshots."""

    def __init__(self, store: EventStore, folder: Path, clock: VirtualClock, new_id: CountingIds) -> None:
        self.reading = Reading(store)
        self.snapshots = Snapshots(folder, store)
        self._handler = CommandHandler(self.reading, clock, new_id, self.snapshots)  # type: ignore[arg-type]
        self.execute = self._handler.execute

    async def state(self) -> tuple[int, str | None, WalletState]:
        """Everything that decisions on the wallet moyin depend on."""
        wallet = self._handler._wallets["moyin"]
        history = await wallet.load()
        return history.version, history.last_id, history.state


def received(transfer: str) -> ReceiveTransfer:
    """A transfer of 1.00 that comes in."""
    return ReceiveTransfer(
        wallet="moyin", transfer=transfer, sender="mika", amount=100, currency="USD", note=""
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the snapshots are."""
    return tmp_path / "derived"


@asynccontextmanager
async def session(
    log: Path, folder: Path, clock: VirtualClock, new_id: CountingIds
) -> AsyncIterator[Session]:
    """A session, and the end of it."""
    async with open_store(log, clock) as store:
        opened = Session(store, folder, clock, new_id)
        yield opened
        await opened.snapshots.close()


@pytest.fixture
async def kept(log: Path, folder: Path, clock: VirtualClock, new_id: CountingIds) -> Path:
    """The file of the snapshot of moyin, who has a little of everything, and 50 events after it."""
    async with session(log, folder, clock, new_id) as moyin:
        await moyin.execute(CreateUser(wallet="moyin", owner="Moyin 莫吟"))
        await moyin.execute(DepositMoney(wallet="moyin", amount="5000"))
        bought = await moyin.execute(PurchaseItem(wallet="moyin", item="sword", price="200", id="sword"))
        await moyin.execute(RefundPurchase(wallet="moyin", purchase=str(bought.position), amount="50"))
        await moyin.execute(SendMoney(wallet="moyin", to="mika", amount="7", id="gift"))
        await moyin.execute(received("old gift"))
        deposits = [DepositMoney(wallet="moyin", amount="1") for _ in range(KEPT - 6)]
        await asyncio.gather(*map(moyin.execute, deposits))
    [file] = folder.iterdir()
    return file


async def opened_state(log: Path, folder: Path, clock: VirtualClock) -> tuple[object, int]:
    """What a new process makes of the wallet, and how many events it read for it."""
    async with session(log, folder, clock, CountingIds()) as new:
        return await new.state(), new.reading.count


async def test_a_short_wallet_has_no_snapshot(
    log: Path, folder: Path, clock: VirtualClock, new_id: CountingIds
) -> None:
    async with session(log, folder, clock, new_id) as short:
        await short.execute(CreateUser(wallet="moyin"))
        await asyncio.gather(
            *(short.execute(DepositMoney(wallet="moyin", amount="1")) for _ in range(FIRST - 2))
        )
    assert not folder.exists()


async def test_a_long_wallet_is_read_from_its_snapshot_on(
    kept: Path, log: Path, folder: Path, clock: VirtualClock
) -> None:
    state, count = await opened_state(log, folder, clock)
    kept.unlink()
    assert (state, KEPT) == await opened_state(log, folder, clock)
    assert count == KEPT - FIRST + 1  # the event that it was made after, and those behind


async def test_what_was_bought_sent_and_received_before_the_snapshot_is_known(
    kept: Path, log: Path, folder: Path, clock: VirtualClock, new_id: CountingIds
) -> None:
    assert kept.exists()
    async with session(log, folder, clock, new_id) as new:
        much = await new.execute(RefundPurchase(wallet="moyin", purchase="sword", amount="150.01"))
        rest = await new.execute(RefundPurchase(wallet="moyin", purchase="sword"))
        again = await new.execute(received("old gift"))
        _, _, state = await new.state()
    assert (much.code, rest.accepted, again.code) == ("refund_too_large", True, "transfer_known")
    assert isinstance(state, OpenWallet)
    assert (state.owner, state.pending, dict(state.sent.items())) == ("Moyin 莫吟", 700, {"gift": 700})


async def test_a_wallet_that_goes_on_gets_another_snapshot_later_and_later(
    kept: Path, log: Path, folder: Path, clock: VirtualClock, new_id: CountingIds
) -> None:
    before = kept.read_bytes()
    async with session(log, folder, clock, new_id) as moyin:
        await asyncio.gather(
            *(moyin.execute(DepositMoney(wallet="moyin", amount="1")) for _ in range(FIRST - 50))
        )
    assert kept.read_bytes() != before
    assert [next_due(version) for version in (1000, 4000, 8000, 18_000)] == [2000, 5000, 10_000, 22_500]


async def test_a_command_gets_the_same_receipt_with_a_snapshot_and_without(
    kept: Path, log: Path, folder: Path, clock: VirtualClock, new_id: CountingIds, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(log.read_bytes())
    receipts: list[list[Receipt]] = []
    for path, derived in ((log, folder), (copy, tmp_path / "nothing here")):
        async with session(path, derived, clock, new_id) as one:
            receipts.append(
                [
                    await one.execute(WithdrawMoney(wallet="moyin", amount="99999", id="too-much")),
                    await one.execute(WithdrawMoney(wallet="moyin", amount="1", expect=KEPT, id="pinned")),
                    await one.execute(WithdrawMoney(wallet="moyin", amount="1", expect=KEPT, id="stale")),
                ]
            )
    assert kept.exists()
    assert receipts[0] == receipts[1]
    assert [receipt.code for receipt in receipts[0]] == ["insufficient_funds", None, "conflict"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-10],
        lambda content: content.replace(b"[", b"{", 1),
        lambda content: content.replace(b'"format":1', b'"format":2'),
        lambda content: content.replace(b'"wallet":"moyin"', b'"wallet":"mika"'),
        lambda content: content.replace(b'"stream":"wallet/moyin"', b'"stream":"wallet/mika"'),
        lambda content: content.replace(b'"version":1000', b'"version":999'),
        lambda content: content.replace(b'"position":1000', b'"position":1001'),
        lambda content: content.replace(b'"position":1000', b'"position":99999'),
        lambda content: content.replace(b'"hash":"', b'"hash":"0'),
        lambda content: content.replace(b'"id":"0', b'"id":"1'),
        lambda content: b"[" * 100_000,
    ],
)
async def test_a_snapshot_that_is_damaged_or_not_of_this_log_is_not_believed(
    damage: object, kept: Path, log: Path, folder: Path, clock: VirtualClock
) -> None:
    assert callable(damage)
    content = kept.read_bytes()
    true, _ = await opened_state(log, folder, clock)
    richer = content.replace(b'"posted":', b'"posted":9')
    kept.write_bytes(damage(richer))
    assert kept.read_bytes() != richer
    found, count = await opened_state(log, folder, clock)
    assert found == true
    assert count >= KEPT


async def test_a_snapshot_that_is_a_pipe_a_folder_or_gone_is_not_waited_for(
    kept: Path, log: Path, folder: Path, clock: VirtualClock
) -> None:
    true, _ = await opened_state(log, folder, clock)
    kept.unlink()
    os.mkfifo(kept)
    assert (true, KEPT) == await opened_state(log, folder, clock)
    kept.unlink(missing_ok=True)
    kept.mkdir()
    assert (true, KEPT) == await opened_state(log, folder, clock)


async def test_a_folder_that_cannot_be_written_costs_only_the_snapshot(
    log: Path, clock: VirtualClock, new_id: CountingIds, tmp_path: Path
) -> None:
    nowhere = tmp_path / "a file"
    nowhere.write_text("")
    async with session(log, nowhere, clock, new_id) as moyin:
        await moyin.execute(CreateUser(wallet="moyin"))
        receipts = await asyncio.gather(
            *(moyin.execute(DepositMoney(wallet="moyin", amount="1")) for _ in range(FIRST))
        )
    assert all(receipt.accepted for receipt in receipts)
    assert nowhere.read_text() == ""


async def test_a_forged_name_leads_to_no_file(
    kept: Path, log: Path, folder: Path, clock: VirtualClock
) -> None:
    async with open_store(log, clock) as store:
        snapshots = Snapshots(folder, store)
        state = OpenWallet("../moyin", "", "USD", 5)
        before = sorted(folder.parent.rglob("*"))
        snapshots.offer(state, KEPT)
        await snapshots.close()
        assert sorted(folder.parent.rglob("*")) == before
        assert await snapshots.find("../moyin") is None
    assert msgspec.json.decode(kept.read_bytes())["wallet"] == "moyin"


async def test_a_forged_snapshot_is_found_by_verify(clock: VirtualClock, tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True, clock=clock, run_views=False) as ledger:
        await ledger.execute(CreateUser(wallet="moyin"))
        deposits = [DepositMoney(wallet="moyin", amount="1") for _ in range(FIRST)]
        await asyncio.gather(*map(ledger.execute, deposits))
    [file] = (path / "derived").glob("snapshot-*")
    async with Ledger.open(path, clock=clock, run_views=False) as ledger:
        assert (await ledger.verify()).ok
    file.write_bytes(file.read_bytes().replace(b'"posted":', b'"posted":9'))
    async with Ledger.open(path, clock=clock, run_views=False) as ledger:
        found = await ledger.verify()
    assert not found.ok
    assert "the snapshot of moyin is not what its events come to" in (found.reason or "")
