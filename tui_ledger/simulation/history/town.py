"""The people of a history who have a wallet now, and who of them does something next."""

from collections import defaultdict
from typing import Final

from tui_ledger.simulation.history.wallet import Wallet

_BUSY: Final = 12  # how active a household is, beside the others:
_ACTIVE: Final = (1, 1, 2, 1, 3)


class Town:
    """Who is here.

    Attributes:
        everybody: All who ever came, by their number.
        who: Those with an open wallet, the more active ones more often: to choose from.
    """

    def __init__(self, households: int) -> None:
        self._households = households
        self.everybody: list[Wallet] = []
        self._gone: list[Wallet] = []
        self._here: defaultdict[str, list[Wallet]] = defaultdict(list)
        self.who: list[Wallet] = []

    def move_in(self, wallet: Wallet) -> None:
        """Somebody has opened a wallet."""
        number = len(self.everybody)
        self.everybody.append(wallet)
        self._here[wallet.currency].append(wallet)
        self.who += [wallet] * (_BUSY if number < self._households else _ACTIVE[number % len(_ACTIVE)])

    def move_out(self, wallet: Wallet) -> None:
        """Somebody has closed the wallet."""
        self._gone.append(wallet)
        self._here[wallet.currency].remove(wallet)
        self.who = [one for one in self.who if one is not wallet]

    def friend(self, wallet: Wallet, chance: int) -> Wallet | None:
        """Somebody else with a wallet of the same currency; None if nobody else has one."""
        return _another(self._here[wallet.currency], wallet, chance)

    def stranger(self, wallet: Wallet, chance: int) -> Wallet | None:
        """Somebody else who has a wallet, of any currency, or had one."""
        return _another(self._gone if self._gone and chance & 1 else self.everybody, wallet, chance >> 1)


def _another(some: list[Wallet], wallet: Wallet, chance: int) -> Wallet | None:
    index = chance % len(some)
    found = some[index] if some[index] is not wallet else some[index - 1]
    return None if found is wallet else found
