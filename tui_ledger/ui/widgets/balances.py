"""What BALANCES shows, and beside it what is true."""

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_ledger.content import say
from tui_ledger.ui.cells import Cell, bar, fit, row
from tui_ledger.ui.scene import BalanceRow
from tui_ledger.ui.widgets.lines import Lines

FLASH: Final = 0.8
"""How long a changed cell is lit, in seconds."""


class BalancesTable(Lines):
    """A line a wallet; only lines that changed are drawn again.

    Attributes:
        rows: What is shown, set as a whole.
        chosen: The wallet that the statement is about.
        more: Whether there are wallets beyond `rows`.
        past: Whether this is of the past: beside what was shown then stands what is true now.
        unread: Whether it is not known yet what to show.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "balance--wallet",
        "balance--shown",
        "balance--old",
        "balance--truth",
        "balance--same",
        "balance--stale",
        "balance--changed",
        "balance--chosen",
        "balance--heading",
        "balance--empty",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", id="balances.up"),
        Binding("down", "choose(1)", id="balances.down"),
        Binding("y", "copy", id="balances.copy"),
    ]

    ALLOW_SELECT = False  # what is pressed is chosen, and what is chosen can be copied

    rows: reactive[tuple[BalanceRow, ...]] = reactive((), repaint=False)
    chosen: reactive[str] = reactive("", repaint=False)
    more: reactive[bool] = reactive(False)
    past: reactive[bool] = reactive(False)
    unread: reactive[bool] = reactive(False)

    class Chosen(Message):
        """Somebody chose a wallet."""

        def __init__(self, wallet: str) -> None:
            super().__init__()
            self.wallet = wallet

    class Copied(Message):
        """Somebody wants to have the balance of a wallet in the clipboard."""

        def __init__(self, wallet: str, balance: str) -> None:
            super().__init__()
            self.wallet = wallet
            self.balance = balance

    class Scrolled(Message):
        """Other wallets are in sight now."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        super().__init__(id="balances")
        self._now = now
        self._amount = 9
        self._lit: dict[tuple[str, str], float] = {}

    @property
    def in_sight(self) -> tuple[int, int]:
        """The first line in sight, and how many there are."""
        return self.scroll_offset.y, max(1, self.size.height - 1)

    def unlight(self) -> None:
        """Put out what was lit long enough."""
        if not self._lit:
            return
        now = self._now()
        out = [cell for cell, until in self._lit.items() if until <= now]
        for cell in out:
            del self._lit[cell]
        wallets = {wallet for wallet, _ in out}
        self._draw_anew([place for place, one in enumerate(self.rows) if one.wallet in wallets])

    def action_choose(self, step: int) -> None:
        if self.rows:
            wallets = [one.wallet for one in self.rows]
            place = wallets.index(self.chosen) + step if self.chosen in wallets else 0
            self._choose(min(max(0, place), len(wallets) - 1))

    def action_copy(self) -> None:
        """Copy what is shown of the chosen wallet."""
        row = next((one for one in self.rows if one.wallet == self.chosen), None)
        if row is not None and row.shown is not None:
            self.post_message(self.Copied(row.wallet, row.shown))

    def on_click(self, event: object) -> None:
        offset = getattr(event, "y", 0) + self.scroll_offset.y - 1
        if 0 <= offset < len(self.rows):
            self._choose(offset)

    def _choose(self, place: int) -> None:
        top, height = self.in_sight
        if not top <= place < top + height:
            self.scroll_to(y=place - (height - 1 if place > top else 0), animate=False)
        self.post_message(self.Chosen(self.rows[place].wallet))

    def watch_rows(self, old: tuple[BalanceRow, ...], new: tuple[BalanceRow, ...]) -> None:
        before = {one.wallet: one for one in old}
        until = self._now() + FLASH
        for one in new:
            was = before.get(one.wallet)
            if was is not None and was.shown != one.shown and not one.stale:
                self._lit[one.wallet, "shown"] = until
            if was is not None and None not in (was.truth, one.truth) and was.truth != one.truth:
                self._lit[one.wallet, "truth"] = until
        amount = max(9, *(len(text) for one in new for text in (one.shown, one.truth) if text), 0)
        if len(new) != len(old):
            self.virtual_size = Size(0, len(new) + 2)
        if amount != self._amount or [*before] != [one.wallet for one in new]:
            self._amount = amount
            self.refresh()
            return
        pairs = enumerate(zip(old, new, strict=True))
        self._draw_anew([place for place, (was, one) in pairs if was != one])

    def _draw_anew(self, places: Iterable[int]) -> None:
        top, height = self.in_sight
        for place in places:
            if top <= place < top + height:
                self.refresh_line(place + 1)

    def watch_chosen(self) -> None:
        self.refresh()

    def watch_past(self) -> None:
        self._lit.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled())

    def on_resize(self) -> None:
        """More wallets may be in sight, or fewer."""
        self.post_message(self.Scrolled())

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        mark, amount = 7, self._amount
        wallet = width - mark - 2 * amount - 3
        if wallet < 6:
            amount, wallet = max(6, (width - mark - 9) // 2), 6
        if y == 0:
            style = self._style("heading")
            names = [say(f"screen.balances.{name}") for name in ("wallet", "shown", "truth")]
            if self.past:
                names[1:] = say("time.then"), say("time.now")
            heading: list[Cell] = [
                (fit(names[0], wallet), style),
                (fit(names[1], amount, right=True), style),
                (fit(names[2], amount, right=True), style),
            ]
            return row(heading, width, base)
        index = self.scroll_offset.y + y - 1
        if index >= len(self.rows):
            if index == len(self.rows) and (self.more or not self.rows):
                return row([(fit(say(self._end), width), self._style("empty"))], width, base)
            return Strip.blank(width, base)
        one = self.rows[index]
        if one.wallet == self.chosen:
            base += bar(self.get_component_rich_style("balance--chosen"))
        return row(self._cells(one, wallet, amount, mark), width, base)

    @property
    def _end(self) -> str:
        """The key of what stands below the last wallet, or in place of the first."""
        if self.rows:
            return "screen.balances.more"
        return "time.unread" if self.unread else "time.no_wallet" if self.past else "screen.balances.empty"

    def _cells(self, one: BalanceRow, wallet: int, amount: int, mark: int) -> list[Cell]:
        shown = self._style("old" if one.stale and not self.past else "shown")
        truth = self._style("truth")
        nothing = say("screen.balances.nothing")
        same = "time.same" if self.past else "screen.balances.same"
        word, style = ("", truth) if one.truth is None else (say(same), self._style("same"))
        if one.stale:
            word = say("time.changed" if self.past else "screen.balances.stale")
            style = self._style("stale")
        return [
            (fit(one.wallet, wallet), self._style("wallet")),
            (fit(one.shown or nothing, amount, right=True), self._lit_up(one, "shown", shown)),
            (fit(one.truth or "", amount, right=True), self._lit_up(one, "truth", truth)),
            (fit(word, mark), style),
        ]

    def _lit_up(self, one: BalanceRow, column: str, style: Style) -> Style:
        lit = (one.wallet, column) in self._lit and not (column == "shown" and one.stale)
        return style + self._style("changed") if lit else style

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"balance--{name}", partial=True)
