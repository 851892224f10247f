"""Simulated customers: they are paid, buy, pay one another, want money back, and at times want too much."""

import asyncio
from collections import deque
from random import Random
from typing import Final

from tui_ledger.clock import Clock
from tui_ledger.domain.commands import (
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    SendMoney,
    WithdrawMoney,
)
from tui_ledger.domain.wallet import ClosedWallet, NoWallet
from tui_ledger.errors import InputError
from tui_ledger.simulation.customers import CUSTOMERS, WARES, YACHT, Customer
from tui_ledger.simulation.port import WalletsPort

RATE_LIMIT: Final = 1000.0
"""The highest rate, in commands per second."""

BACKLOG: Final = 1.0
"""How far the customers may fall behind their rate and still make up for it, in seconds."""

_HABITS: Final = {"buy": 57, "pay_in": 18, "withdraw": 8, "send": 7, "refund": 7, "dream": 3}  # in per cent
_NOTES: Final = ("", "", "lunch", "tickets", "rent", "thank you ♥")


class Traffic:
    """Customers that act at `rate` commands per second on average, one after the other.

    The gaps between them are exponential, as those of independent customers are. The same seed on the
    same ledger makes the same commands.

    Raises:
        InputError: the rate is not above 0 and at most `RATE_LIMIT`.
    """

    def __init__(self, ledger: WalletsPort, rate: float, seed: int, clock: Clock) -> None:
        self.rate = rate
        self._ledger = ledger
        self._clock = clock
        self._random = Random(seed)  # noqa: S311 - to be plausible and repeatable, not secret
        self._active = asyncio.Event()
        self._active.set()
        self._wallets: list[str] = []
        self._without_wallet: set[str] = set()
        self._penniless: set[str] = set()
        self._purchases: deque[tuple[str, int]] = deque(maxlen=100)  # wallet and position, not refunded yet

    @property
    def rate(self) -> float:
        """How many commands a second they send. Another rate is theirs from the next command on.

        Raises:
            InputError: it is set to what is not above 0 and at most `RATE_LIMIT`.
        """
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        if not 0 < rate <= RATE_LIMIT:  # false for NaN, too
            raise InputError(f"The rate of the customers is above 0 and at most {RATE_LIMIT:g} a second.")
        self._rate = rate

    @property
    def held(self) -> bool:
        """Whether the customers are told to hold still."""
        return not self._active.is_set()

    def hold(self) -> None:
        """Let the customers hold still; a command that is under way is finished."""
        self._active.clear()

    def go_on(self) -> None:
        """Let the customers go on."""
        self._active.set()

    async def run(self) -> None:
        """Have the customers act until this is cancelled.

        Raises:
            LedgerError: the ledger failed. That a command is refused is part of the plan.
        """
        customers = await self._customers()
        due = self._clock.monotonic()
        while customers:
            due = max(due + self._random.expovariate(self._rate), self._clock.monotonic() - BACKLOG)
            await self._clock.sleep(due - self._clock.monotonic())
            if self.held:
                await self._active.wait()
                due = self._clock.monotonic()
            await self._act(self._next_command(self._random.choice(customers)))

    async def act(self, times: int) -> None:
        """Have the customers act so often, one after the other, without waiting.

        Raises:
            LedgerError: as `run`.
        """
        customers = await self._customers()
        for _ in range(times if customers else 0):
            await self._act(self._next_command(self._random.choice(customers)))

    async def _customers(self) -> list[Customer]:
        """All customers but those whose wallets are closed."""
        states = await self._ledger.truth([customer.wallet for customer in CUSTOMERS])
        missing = {wallet for wallet, state in states.items() if isinstance(state, NoWallet)}
        self._without_wallet, self._penniless = missing, set(missing)
        customers = [one for one in CUSTOMERS if not isinstance(states[one.wallet], ClosedWallet)]
        self._wallets = [customer.wallet for customer in customers]
        return customers

    def _next_command(self, customer: Customer) -> Command:
        wallet = customer.wallet
        if wallet in self._without_wallet:
            self._without_wallet.discard(wallet)
            return CreateUser(wallet=wallet, owner=customer.owner)
        if wallet in self._penniless:
            self._penniless.discard(wallet)
            return self._pay_in(wallet)
        habit = self._random.choices(list(_HABITS), list(_HABITS.values()))[0]
        own = [purchase for purchase in self._purchases if purchase[0] == wallet]
        friends = [one for one in self._wallets if one != wallet and one not in self._without_wallet]
        match habit:
            case "pay_in":
                return self._pay_in(wallet)
            case "withdraw":
                amount = str(self._random.randrange(20, 201, 10))
                return WithdrawMoney(wallet=wallet, amount=amount, destination="cash")
            case "send" if friends:
                amount, note = self._amount(3, 40), self._random.choice(_NOTES)
                return SendMoney(wallet=wallet, to=self._random.choice(friends), amount=amount, note=note)
            case "refund" if own:
                purchase = self._random.choice(own)
                self._purchases.remove(purchase)
                return RefundPurchase(wallet=wallet, purchase=str(purchase[1]))
            case "dream":
                ware = YACHT
            case _:
                ware = self._random.choice(WARES)
        return PurchaseItem(
            wallet=wallet,
            item=ware.item,
            price=self._amount(ware.low, ware.high),
            category=ware.category,
            merchant=ware.merchant,
        )

    async def _act(self, command: Command) -> None:
        receipt = await self._ledger.execute(command)
        if isinstance(command, PurchaseItem) and receipt.accepted:
            self._purchases.append((command.wallet, receipt.position))

    def _pay_in(self, wallet: str) -> Command:
        source = self._random.choice(("salary", "salary", "sale", "gift"))
        return DepositMoney(wallet=wallet, amount=self._amount(80, 400), source=source)

    def _amount(self, low: int, high: int) -> str:
        """Between `low` and `high`, in cents that shops like."""
        whole = self._random.randint(low, high - 1)
        return f"{whole}.{self._random.choice(('00', '20', '50', '90', '95', '99'))}"
