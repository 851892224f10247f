"""Which events the list shows: a few words, as one types them into a search field."""

from __future__ import annotations

from typing import Final

import msgspec

from tui_ledger.ui.event_line import EventLine

_WALLET: Final = "wallet:"
_TYPE: Final = "type:"


class EventFilter(msgspec.Struct, frozen=True):
    """Words that all have to be in an event's line, in any order and case; see `parse`.

    Attributes:
        text: As it was typed.
        inverted: Whether the other events are shown.
    """

    text: str
    words: tuple[str, ...]
    wallets: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    inverted: bool = False

    @classmethod
    def parse(cls, text: str) -> EventFilter | None:
        """The filter that `text` stands for; None if it lets everything pass.

        `wallet:ann` is that wallet, `type:deposit` types with that word in their name, and any other word
        is looked for in all that a line shows. A `!` in front turns the whole around.
        """
        given = text.strip()
        inverted = given.startswith("!")
        words = given.removeprefix("!").casefold().split()
        if not words:
            return None
        wallets = tuple(word.removeprefix(_WALLET) for word in words if word.startswith(_WALLET))
        types = tuple(word.removeprefix(_TYPE) for word in words if word.startswith(_TYPE))
        rest = tuple(word for word in words if not word.startswith((_WALLET, _TYPE)))
        return cls(given, rest, wallets, types, inverted)

    def lets_pass(self, line: EventLine) -> bool:
        """Whether the event of `line` is shown."""
        return self._fits(line) is not self.inverted

    def _fits(self, line: EventLine) -> bool:
        kind, wallet = line.type.casefold(), line.wallet.casefold()
        if any(one != wallet for one in self.wallets) or any(one not in kind for one in self.types):
            return False
        if not self.words:
            return True
        shown = f"#{line.position} {kind} {wallet} {line.amount} {line.text.casefold()}"
        return all(word in shown for word in self.words)
