"""What the screen knows at a moment: what one tick has read, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.translation import Translation


class BalanceRow(msgspec.Struct, frozen=True):
    """A wallet: what BALANCES shows, and the fold at the head; None where it is not there, or not known."""

    wallet: str
    shown: str | None
    truth: str | None

    @property
    def stale(self) -> bool:
        """Whether the view shows something else than what is true."""
        return self.truth is not None and self.shown != self.truth


class StatementRow(msgspec.Struct, frozen=True):
    """A line of a wallet's statement."""

    position: int
    type: str
    text: str
    change: str
    balance: str


class Part(msgspec.Struct, frozen=True):
    """What was spent on one category: an amount to be shown, and the same in minor units."""

    name: str
    amount: str
    minor: int


class YearPicture(msgspec.Struct, frozen=True, kw_only=True):
    """What SPENDING shows of one year and currency.

    Attributes:
        on: Whether the ledger has the view.
        years: All years from the first to the last, each with its total in minor units.
        currencies: Those of the year.
        parts: The largest first.
    """

    on: bool = True
    year: int = 0
    currency: str = ""
    total: str = ""
    years: tuple[tuple[int, int], ...] = ()
    currencies: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class Listing(msgspec.Struct, frozen=True):
    """A read model as a table: rows of texts, the last `sums` of which are sums of those above.

    `on` says whether the ledger has the view.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    sums: int = 0
    more: bool = False
    on: bool = True


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The read models as they were read at one moment.

    Attributes:
        as_of: The last event that `balances` shows, `head` the end of the log then.
        more: Whether there are wallets beyond `balances`.
        wallet: Whose statement this is; empty while there is no wallet.
        spending: The yearly pie, `top_items`, `books`, and `own`, the documents of any other view: each as it
            was when somebody last looked at it.
    """

    as_of: int = 0
    head: int = 0
    balances: tuple[BalanceRow, ...] = ()
    more: bool = False
    wallet: str = ""
    statement: tuple[StatementRow, ...] = ()
    spending: YearPicture = YearPicture()
    top_items: Listing = Listing()
    books: Listing = Listing()
    own: Listing = Listing()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The last answer to a command of this person or of the story.

    Attributes:
        position: Of its last event; None when it was refused.
        refusal: Why it was refused.
        head: The end of the log when the answer came.
    """

    position: int | None
    refusal: Translation | None = None
    head: int


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides what the screen says.

    Attributes:
        rate: Events per second.
        story: The key of the sentence that the story says now.
        trouble: What is wrong with the ledger itself; a sentence.
    """

    opened: bool = False
    name: str = ""
    head: int = 0
    views: tuple[ViewStatus, ...] = ()
    picture: Picture = Picture()
    rate: float = 0.0
    outcome: Outcome | None = None
    story: str | None = None
    trouble: str | None = None
