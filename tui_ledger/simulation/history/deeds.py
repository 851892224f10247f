"""What people do, with what they have: nobody ever spends more."""

from collections import deque
from typing import Final

from tui_ledger.simulation.history.habits import PAY_OUT, SEND, TAKE_BACK
from tui_ledger.simulation.history.noise import numbers
from tui_ledger.simulation.history.quantiles import between
from tui_ledger.simulation.history.recorder import Bought, Recorder
from tui_ledger.simulation.history.town import Town
from tui_ledger.simulation.history.wallet import Wallet
from tui_ledger.simulation.history.wares import in_currency

TRANSFER_EVENTS: Final = 3
"""The most events that sending money makes."""

CLOSING_EVENTS: Final = 2
"""The most events that closing a wallet makes."""

_KEPT: Final = 4  # of so many purchases one may be paid back
_ASTRAY: Final = 128  # of so many transfers one has a wrong address,
_ABROAD: Final = 20  # and one goes to just anybody
_RICH: Final = 400_000  # cents of a euro, beyond which most is taken elsewhere

# Cents of a euro.
_TOP_UPS: Final = (3000, 5000, 5000, 10000, 10000, 15000, 20000, 30000)
_CASH: Final = (2000, 3000, 5000, 5000, 8000, 10000, 15000, 20000)
_SENT: Final = between((400, 900, 1500, 2500, 5000, 25000))

_SOURCES: Final = (
    "top-up",
    "bank account",
    "bank account",
    "flea market",
    "birthday 🎂",
    "tax refund",
    "bonus",
    "sale",
)
_DESTINATIONS: Final = ("cash", "cash", "cash", "bank account")
_NOTES: Final = (
    "",
    "",
    "",
    "lunch",
    "dinner",
    "tickets",
    "half the rent",
    "thank you ♥",
    "for the café",
    "誕生日",
)


class Deeds:
    """Has people do things, each of which makes an event or more, and always one at least.

    Args:
        seed: Chance.
        recorder: Writes down what they do.
        town: Who they are.
        recent: How many purchases are kept in mind that may be paid back.
    """

    def __init__(self, seed: int, recorder: Recorder, town: Town, recent: int) -> None:
        self._number = numbers(seed, "deeds").__next__
        self._recorder = recorder
        self._town = town
        self._bought: deque[Bought] = deque(maxlen=recent)

    def buy(self, at: int, ware: int) -> None:
        """Somebody buys the ware of that number, or puts money in, to be able to do so next time."""
        number = self._number()
        who = self._town.who
        wallet = who[number % len(who)]
        offer = wallet.market.offer(ware)
        price = number >> 56
        if offer.prices[price] > wallet.balance:
            self._top_up(at, wallet, number, offer.prices[price])
            return
        stamp = self._recorder.purchase(at, wallet, offer, price)
        if not number >> 40 & _KEPT - 1:
            self._bought.append(self._recorder.bought(stamp, wallet, offer, price))

    def do(self, at: int, kind: int, *, alone: bool) -> None:
        """Somebody does something else; `alone`: that makes no more than one event."""
        number = self._number()
        who = self._town.who
        wallet = who[number % len(who)]
        number >>= 24
        if kind == SEND and not alone and self._send(at, wallet, number):
            return
        if kind == TAKE_BACK and self._take_back(at, number):
            return
        if kind == PAY_OUT and self._pay_out(at, wallet, number):
            return
        self._top_up(at, wallet, number, 0)

    def leave(self, at: int, wallet: Wallet) -> None:
        """Somebody takes what is left, and closes the wallet."""
        self._town.move_out(wallet)
        if wallet.balance:
            self._recorder.withdraw(at, wallet, wallet.balance, "bank account")
        self._recorder.close(at, wallet, "moved away")

    def splurge(self, at: int, wallet: Wallet, ware: int) -> None:
        """Somebody buys the ware for the most that can be paid."""
        offer = wallet.market.offer(ware)
        affordable = [number for number, price in enumerate(offer.prices) if price <= wallet.balance]
        if affordable:
            self._recorder.purchase(at, wallet, offer, affordable[-1])

    def _send(self, at: int, wallet: Wallet, number: int) -> bool:
        amount = in_currency(_SENT[number & 255], wallet.currency)
        number >>= 8
        if amount > wallet.balance:
            return False
        note, number = _NOTES[number % len(_NOTES)], number >> 8
        astray, number = number % _ASTRAY == 0, number // _ASTRAY
        abroad, number = number % _ABROAD == 0, number // _ABROAD
        to = (self._town.stranger if abroad else self._town.friend)(wallet, number)
        if to is None:
            return False
        if astray:
            self._recorder.send_astray(at, wallet, f"{to.name}-old", amount, note)
        else:
            self._recorder.send(at, wallet, to, amount, note)
        return True

    def _take_back(self, at: int, number: int) -> bool:
        if not self._bought:
            return False
        bought = self._bought[number % len(self._bought)]
        if bought.wallet.closed or not bought.left:
            return False
        # Half of them are paid back whole, the others by a quarter or a half.
        parts = (None, None, bought.left // 4, bought.left // 2)
        part = parts[number >> 16 & 3]
        if part == 0:
            return False
        self._recorder.refund(at, bought, part)
        return True

    def _pay_out(self, at: int, wallet: Wallet, number: int) -> bool:
        if wallet.balance > in_currency(_RICH, wallet.currency):
            unit = in_currency(10_000, wallet.currency)
            self._recorder.withdraw(at, wallet, wallet.balance * 3 // 4 // unit * unit, "savings")
            return True
        amount = in_currency(_CASH[number & 7], wallet.currency)
        if amount > wallet.balance:
            return False
        self._recorder.withdraw(at, wallet, amount, _DESTINATIONS[number >> 3 & 3])
        return True

    def _top_up(self, at: int, wallet: Wallet, number: int, needed: int) -> None:
        unit = in_currency(_TOP_UPS[number >> 8 & 7], wallet.currency)
        amount = unit * (1 + (needed - wallet.balance) // unit) if needed > wallet.balance else unit
        self._recorder.deposit(at, wallet, amount, _SOURCES[number >> 16 & 7])
