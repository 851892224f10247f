"""The names that a line can be completed with: those on the screen, and what the ledger is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from tui_ledger.domain.command_completion import Typed, typed
from tui_ledger.domain.commands import is_wallet_id
from tui_ledger.domain.money import EXPONENTS
from tui_ledger.errors import LedgerError
from tui_ledger.query_side.view import UnknownView

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger
    from tui_ledger.ui.drawing import Drawing

MOST: Final = 30
"""The most wallets, and lines of a statement, that are asked for at a time."""

_WALLETS: Final = frozenset({"wallet", "to"})


class Purchase(msgspec.Struct, frozen=True):
    """Something that was bought, as the statement has it; `item` is what somebody wrote."""

    position: int
    item: str
    price: str


class Names:
    """Knows what fields can be filled in with.

    What is on the screen is known at once. Whatever else there may be is looked up while somebody types,
    and known a moment later: of 50,000 wallets those that begin as was typed, and what a wallet has bought.
    """

    def __init__(self, ledger: Ledger, drawing: Drawing) -> None:
        self._ledger = ledger
        self._drawing = drawing
        self._wallets: tuple[str, ...] = ()
        self._purchases: dict[str, tuple[Purchase, ...]] = {}

    @property
    def views(self) -> list[str]:
        """The read models that are on."""
        return [view.view for view in self._ledger.snapshot().views]

    def values(self, wallet: str | None) -> Mapping[str, Sequence[str]]:
        """What can be filled in, by field, in a command about `wallet`."""
        shown = self._drawing.values
        wallets = list(dict.fromkeys([*shown.get("wallet", ()), *self._wallets]))
        purchases = [str(one.position) for one in self.purchases(wallet or "")]
        return {
            **shown,
            "wallet": wallets,
            "to": [one for one in wallets if one != wallet],
            "currency": sorted(EXPONENTS),
            "purchase": purchases,
        }

    def purchases(self, wallet: str) -> tuple[Purchase, ...]:
        """What `wallet` has bought lately, the newest first, as far as that was looked up."""
        return self._purchases.get(wallet, ())

    async def look_up(self, line: str) -> bool:
        """Look for more that the end of `line` can become; whether anything new was found.

        Where the ledger cannot be read, the screen says so.
        """
        here = typed(line)
        before = (self._wallets, self._purchases)
        try:
            await self._look_up(here)
        except LedgerError as error:
            self._drawing.trouble("names", error)
            return False
        self._drawing.trouble("names", None)
        return before != (self._wallets, self._purchases)

    async def _look_up(self, here: Typed) -> None:
        wallet = here.given.get("wallet", "")
        try:
            if here.field in _WALLETS and here.value and self._drawing.scene.picture.more:
                self._wallets = tuple(await self._ledger.keys("balances", here.value.lower(), MOST))
            elif here.field == "purchase" and is_wallet_id(wallet):
                answers = await self._ledger.documents("statement", wallet, limit=200, newest_first=True)
                documents = [answer.document or {} for answer in answers]
                bought = [one for one in documents if one.get("type") == "ItemPurchased"]
                self._purchases = {wallet: tuple(map(_purchase, bought[:MOST]))}
        except UnknownView:
            return


def _purchase(document: Mapping[str, object]) -> Purchase:
    position, item, change = (document.get(name, "") for name in ("position", "text", "change"))
    return Purchase(int(str(position)), str(item), str(change).removeprefix("-"))
