"""What the screen knows at a moment: what one tick has read, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.event_line import EventLine
    from tui_ledger.ui.translation import Translation


class Moment(msgspec.Struct, frozen=True):
    """A moment of the past.

    Attributes:
        position: The last event of which anything is known then.
        time: When that happened, as a person reads it; empty while that is not known.
        type: What it was, and of which `wallet`.
        read: How much of what it takes to show the moment is there, in per cent; None when it is shown.
    """

    position: int
    time: str = ""
    type: str = ""
    wallet: str = ""
    read: int | None = None


class BalanceRow(msgspec.Struct, frozen=True):
    """A wallet: what BALANCES shows, and the fold at the head; None where it is not there, or not known.

    Where the past is viewed, what BALANCES showed then is beside the fold at the head of now.
    """

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
        read: Whether what it shows was read.
        years: All years from the first to the last, each with its total in minor units.
        currencies: Those of the year.
        parts: The largest first.
    """

    on: bool = True
    read: bool = True
    year: int = 0
    currency: str = ""
    total: str = ""
    years: tuple[tuple[int, int], ...] = ()
    currencies: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class Listing(msgspec.Struct, frozen=True):
    """A read model as a table: rows of texts, the last `sums` of which are sums of those above.

    `on` says whether the ledger has the view, and `read` whether what it shows was read.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    sums: int = 0
    more: bool = False
    on: bool = True
    read: bool = True


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The read models as they were read at one moment.

    Attributes:
        moment: The moment of the past that they are of; None for now.
        failures: Why a view cannot be shown as of that moment, by its name.
        read: Which of `balances` and `statement` were read.
        as_of: The last event that `balances` shows, `head` the end of the log then.
        more: Whether there are wallets beyond `balances`.
        acted: The wallet of the moment's last event.
        wallet: Whose statement this is; empty while there is no wallet.
        spending: The yearly pie, `top_items`, `books`, and `own`, the documents of any other view: each as it
            was when somebody last looked at it.
        last: The last events, the newest last.
    """

    moment: Moment | None = None
    failures: dict[str, str] = {}
    read: frozenset[str] = frozenset({"balances", "statement"})
    as_of: int = 0
    head: int = 0
    balances: tuple[BalanceRow, ...] = ()
    more: bool = False
    acted: BalanceRow | None = None
    wallet: str = ""
    statement: tuple[StatementRow, ...] = ()
    spending: YearPicture = YearPicture()
    top_items: Listing = Listing()
    books: Listing = Listing()
    own: Listing = Listing()
    last: tuple[EventLine, ...] = ()


def unread(moment: Moment | None = None, **known: Any) -> Picture:
    """A picture of `moment` of which only `known` was read."""
    nothing = Listing(read=False)
    rest = {"spending": YearPicture(read=False), "top_items": nothing, "books": nothing, "own": nothing}
    return Picture(moment=moment, read=frozenset(), **(rest | known))


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
