"""The truth about a wallet: a fold of its events at the head of the log, to hold a view against."""

import asyncio
from collections.abc import Iterable
from typing import Final

import msgspec

from tui_ledger.command_side.streams import stream_of
from tui_ledger.domain.money import format_amount
from tui_ledger.domain.wallet import NoWallet, WalletState, evolve, fold, initial_state
from tui_ledger.errors import InputError
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, StoredEvent

_PAGE: Final = 1000


class ReplayStep(msgspec.Struct, frozen=True):
    """One event of a wallet, what it changed, and the balance after it, in major units."""

    position: int
    type: str
    change: str
    balance: str


class Truth:
    """Folds wallets, and goes on from where it was: for the few wallets that somebody looks at."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._as_of = 0
        self._states: dict[str, WalletState] = {}
        self._turn = asyncio.Lock()

    async def states(self, wallets: Iterable[str]) -> dict[str, WalletState]:
        """The state of each of `wallets` at the head of the log. The others are forgotten."""
        async with self._turn:  # no event may be folded twice
            return await self._advance(list(wallets))

    async def _advance(self, wallets: list[str]) -> dict[str, WalletState]:
        events = await self._store.read(self._as_of, _PAGE)
        if len(events) == _PAGE:  # too far behind: each wallet's own events are fewer
            self._states = {}
            self._as_of = (await self._store.head()).position
        else:
            streams = {stream_of(wallet): wallet for wallet in self._states}
            for event in events:
                if event.stream in streams:
                    wallet = streams[event.stream]
                    self._states[wallet] = evolve(self._states[wallet], decode(event))
                self._as_of = event.position
        found = {}
        for wallet in wallets:
            state = self._states.get(wallet)
            if state is None:
                stored = await self._store.read_stream(stream_of(wallet))
                known = [event for event in stored if event.position <= self._as_of]
                state = fold(map(decode, known), initial_state())
            found[wallet] = state
        self._states = found
        return found


async def states_as_of(wallets: Iterable[str], store: EventStore, position: int) -> dict[str, WalletState]:
    """The state of each of `wallets` after the event at `position`."""
    return {
        wallet: fold(map(decode, await _events(wallet, store, position)), initial_state())
        for wallet in wallets
    }


async def replay(wallet: str, store: EventStore, as_of: int | None = None) -> list[ReplayStep]:
    """The fold of a wallet, step by step, up to the position `as_of`, or to the head.

    Raises:
        InputError: there is no such wallet, or was none then.
    """
    steps = []
    state = initial_state()
    available = 0
    for stored in await _events(wallet, store, as_of):
        event = decode(stored)
        state = evolve(state, event)
        if not isinstance(state, NoWallet):
            change = format_amount(state.available - available, state.currency)
            available = state.available
            steps.append(
                ReplayStep(event.position, event.type, change, format_amount(available, state.currency))
            )
    if not steps:
        when = "" if as_of is None else f" as of #{as_of}"
        raise InputError(f"There is no wallet {wallet}{when}.", "unknown_wallet")
    return steps


async def _events(wallet: str, store: EventStore, up_to: int | None) -> list[StoredEvent]:
    if not wallet.isascii():  # no wallet's id; such text may not even be fit for a database to look up
        return []
    stored = await store.read_stream(stream_of(wallet))
    return stored if up_to is None else [event for event in stored if event.position <= up_to]
