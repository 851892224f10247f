"""Random histories with managers that crash, restart, forget and double: money never appears or gets lost."""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.transferring import WAY, WAY_BACK, Bank, Dying, until
from tui_ledger.command_side.transfer_manager import TransferManager
from tui_ledger.domain.events import (
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    RecordedEvent,
    TransferReceived,
    TransferReturned,
    TransferSent,
)
from tui_ledger.domain.postings import IN_FLIGHT, postings
from tui_ledger.domain.wallet import NoWallet, WalletState, evolve, initial_state
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views.amounts import to_minor
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.testing import VirtualClock
from tui_ledger.testing.clock import breathe

WALLETS = ("ann", "bob", "cy", "dan")

wallets = st.sampled_from(WALLETS)
amounts = st.integers(1, 60)
numbers = st.integers(0, 9)

lines = st.one_of(
    st.builds("create {} currency={}".format, wallets, st.sampled_from(["USD", "USD", "USD", "JPY"])),
    st.builds("deposit {} {}".format, wallets, amounts),
    st.builds("send {} {} {} id=t{}".format, wallets, wallets, amounts, numbers),
    st.builds("send {} {} {}".format, wallets, wallets, amounts),
    st.builds("send {} {} {}".format, wallets, wallets, amounts),
    st.builds("buy {} thing {} id=p{}".format, wallets, amounts, numbers),
    st.builds("refund {} p{} amount={}".format, wallets, numbers, amounts),
    st.builds("refund {} p{}".format, wallets, numbers),
    st.builds("withdraw {} {}".format, wallets, amounts),
    st.builds("close {}".format, wallets),
)
begun = st.just(
    [f"create {wallet}" for wallet in WALLETS[:3]] + [f"deposit {wallet} 50" for wallet in WALLETS[:3]]
)
happenings = st.one_of(
    st.tuples(st.just("commands"), st.lists(lines, min_size=1, max_size=6)),
    st.tuples(st.just("commands"), st.lists(lines, min_size=1, max_size=6)),
    st.tuples(st.just("crash"), st.integers(1, 6), st.booleans()),
    st.tuples(st.just("stop"), st.integers(0, 40), st.lists(lines, max_size=4)),
    st.tuples(st.just("double"), st.lists(lines, max_size=4)),
    st.tuples(st.just("forget")),
)
histories = st.lists(happenings, min_size=1, max_size=12)


async def play(beginning: list[str], history: list[tuple[str, ...]]) -> Bank:
    """The log that a history leaves, after a last manager has ended what was on its way."""
    clock = VirtualClock()
    bank = Bank(MemoryEventStore(clock), clock)
    await bank.do(*beginning)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "transfers.json"
        for happening in history:
            await happen(bank, file, *happening)
        async with bank.managing(file=file) as manager:
            await manager.settled()
            assert manager.status().trouble is None
    return bank


async def happen(bank: Bank, file: Path, kind: str, *details: object) -> None:
    match kind, *details:
        case "commands", list(given):
            await bank.do(*given)
        case "crash", int(at), bool(stored):  # a manager that dies at its n-th append, before or after it
            dying = Dying(bank.store, at=at, stored=stored)
            async with bank.managing(dying, file) as manager:
                head = await bank.store.poll()
                await until(lambda: dying.dead.is_set() or is_done(manager, head))
        case "stop", int(turns), list(given):  # one that is stopped between any two of its moves
            async with bank.managing(file=file):
                await bank.do(*given)
                await breathe(turns)
        case "double", list(given):  # two at once, and people who go on meanwhile
            async with bank.managing(file=file) as one, bank.managing() as other:
                await asyncio.gather(one.settled(), other.settled(), bank.do(*given))
        case "forget", *_:
            file.unlink(missing_ok=True)


def is_done(manager: TransferManager, head: int) -> bool:
    """Whether it has nothing left to do in the log up to `head`."""
    status = manager.status()
    return status.checkpoint >= head and status.in_flight == 0


class Sums:
    """What the wallets own, per currency: counted in four ways as the log goes on."""

    def __init__(self) -> None:
        self.owned: Counter[str] = Counter()
        self.in_flight: Counter[str] = Counter()
        self._books: Counter[tuple[str, str]] = Counter()
        self._states: dict[str, WalletState] = {}
        self._documents: dict[str, Document] = {}
        self._view = Balances()

    def add(self, event: RecordedEvent) -> None:
        match data := event.data:
            case MoneyDeposited() | PurchaseRefunded():
                self.owned[data.currency] += data.amount
            case MoneyWithdrawn() | ItemPurchased():
                self.owned[data.currency] -= data.amount
            case TransferSent():
                self.in_flight[data.currency] += data.amount
            case TransferReceived() | TransferReturned():
                self.in_flight[data.currency] -= data.amount
            case _:
                pass
        for posting in postings(data):
            self._books[posting.currency, posting.account] += posting.amount
        self._states[event.stream] = evolve(self._states.get(event.stream, initial_state()), event)
        documents = {key: self._documents[key] for key in self._view.keys(event) if key in self._documents}
        self._view.fold(event, documents)
        self._documents |= documents

    def check(self, currency: str) -> None:
        owned, in_flight = self.owned[currency], self.in_flight[currency]
        assert in_flight >= 0
        inside = {
            account: amount
            for (kept, account), amount in self._books.items()
            if kept == currency and (account == IN_FLIGHT or account.startswith("wallet/"))
        }
        assert sum(inside.values()) == owned
        assert inside.get(IN_FLIGHT, 0) == in_flight
        available = 0
        for stream, state in self._states.items():
            if not isinstance(state, NoWallet) and state.currency == currency:
                assert 0 <= state.available == inside.get(stream, 0)
                available += state.available
        assert available + in_flight == owned
        documents = [one for one in self._documents.values() if one["currency"] == currency]
        assert sum(to_minor(one["available"], currency) for one in documents) == available
        assert sum(to_minor(one["pending"], currency) for one in documents) == in_flight
        assert sum(to_minor(one["posted"], currency) for one in documents) == owned


def check(beginning: list[str], history: list[tuple[str, ...]]) -> None:
    """Play a history, and look at its log after each event."""

    async def played() -> tuple[list[RecordedEvent], dict[str, tuple[str, ...]]]:
        bank = await play(beginning, history)
        return await bank.log(), await bank.ways()

    log, ways = asyncio.run(played())
    sums = Sums()
    for event in log:
        sums.add(event)
        for currency in ("USD", "JPY"):
            sums.check(currency)
    assert not sums.in_flight.total()
    assert set(ways.values()) <= {WAY, WAY_BACK}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(begun | st.just([]), histories)
def test_money_neither_appears_nor_gets_lost(beginning: list[str], history: list[tuple[str, ...]]) -> None:
    check(beginning, history)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(max_examples=3000, deadline=None)
@given(begun | st.just([]), st.lists(happenings, min_size=1, max_size=40))
def test_money_neither_appears_nor_gets_lost_in_long_histories(
    beginning: list[str], history: list[tuple[str, ...]]
) -> None:
    check(beginning, history)
