"""The one screen: where everything is, and what is shown when there is little room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import DescendantFocus, Resize
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.enlarging import Enlarging
from tui_ledger.ui.event_line import full_time
from tui_ledger.ui.hidden import not_shown
from tui_ledger.ui.keys import shown
from tui_ledger.ui.links import link, linked
from tui_ledger.ui.six_keys import in_footer
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.command_bar import CommandBar, CommandInput
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.explain_bar import ExplainBar
from tui_ledger.ui.widgets.filter_prompt import FilterPrompt
from tui_ledger.ui.widgets.header import HeaderLine
from tui_ledger.ui.widgets.help import HelpScreen
from tui_ledger.ui.widgets.key_footer import KeyFooter
from tui_ledger.ui.widgets.pipeline import Pipeline
from tui_ledger.ui.widgets.results import Results
from tui_ledger.ui.widgets.statement import StatementTable
from tui_ledger.ui.widgets.time_line import TimeLine
from tui_ledger.ui.widgets.view_strip import ViewStrip
from tui_ledger.ui.widgets.view_title import ViewTitle
from tui_ledger.ui.widgets.views_pane import OWN, TABS, VIEWS, ViewsPane, place_of

if TYPE_CHECKING:
    from textual.widget import Widget

    from tui_ledger.clock import Clock

PANES: Final = ("commands", "stream", "views")
_TITLES: Final = {"commands": "commands", "stream": "events", "views": "views"}


class MainScreen(Speaking, Enlarging):
    """Three panes between the strip and the sentence.

    Attributes:
        shown: The pane with the keys: the only one shown where there is room for one.
        view: The read model with the keys, likewise.
        tab: The one below BALANCES.
        has_story: Whether there is a story to steer.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that the next key of someone quick, or of a paste, is typed already.
        shown("colon", "type", "screen.command", key_display=":", priority=True),
        Binding("n", "app.form", id="screen.form"),
        Binding("f", "freeze", id="screen.freeze"),
        Binding("plus,equals_sign", "app.steer('later')", id="screen.later"),
        Binding("minus", "app.steer('sooner')", id="screen.sooner"),
        shown("h", "app.steer('hold')", "screen.hold"),
        shown("b", "app.steer('dials')", "screen.dials"),
        Binding("w", "app.story('wait')", id="story.wait"),
        Binding("greater_than_sign", "app.story('faster')", id="story.faster"),
        Binding("less_than_sign", "app.story('slower')", id="story.slower"),
        Binding("o", "app.start_over", id="story.over"),
        shown("s", "app.save", "session.save"),
        shown("question_mark", "help", "screen.help", key_display="?"),
        shown("q", "leave", "screen.quit"),
        Binding("1", "pane('commands')", id="screen.commands"),
        Binding("2", "pane('stream')", id="screen.events"),
        Binding("3", "pane('views')", id="screen.views"),
        # What Explain proposes, from wherever the keys are; in the read models they are about the one there.
        Binding("p", "hint('pause')", id="hint.pause"),
        Binding("k", "hint('park')", id="hint.park"),
        Binding("r", "hint('rebuild')", id="hint.rebuild"),
        Binding("x", "hint('crash')", id="hint.crash"),
        Binding("4", "time", id="screen.time"),
        Binding("d", "app.changes", id="screen.changes"),
        # With priority, so that it comes before whatever else Escape leaves.
        shown("escape", "app.now", "time.now", key_display="Esc", priority=True),
        Binding("v", "other_view", id="screen.view"),
        Binding("z", "large", id="screen.large"),
    ]

    AUTO_FOCUS = ""  # the keys go to the events, see `on_mount`, and to nobody before

    shown: reactive[str] = reactive("stream")
    view: reactive[str] = reactive("balances")

    class Turned(Message):
        """Another read model may be in sight."""

    class Painted(Message):
        """The first frame is on the screen."""

    def __init__(self, name: str, clock: Clock, zone: tzinfo | None) -> None:
        super().__init__(classes=f"-show-stream -view-balances -tab-{TABS[0]}")  # as `shown` and `view` begin
        self._ledger_name = name
        self._clock = clock
        self._zone = zone
        self.tab = TABS[0]
        self._on: tuple[str, ...] = VIEWS
        self.has_story = False

    def compose(self) -> ComposeResult:
        yield HeaderLine(self._ledger_name)
        yield Pipeline(self._clock)
        yield from self.board_if_large()
        with Container(id="panes"):
            with Vertical(id="commands", classes="pane"):
                yield CommandBar()
                yield Results()
            stream = EventStream(id="stream", zone=self._zone, now=self._now)
            stream.add_class("pane")
            yield stream
            yield ViewsPane(self._clock)
        yield Static(id="hidden")
        yield ExplainBar()
        yield TimeLine()
        yield KeyFooter()

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return in_footer(super().active_bindings, self.focused)

    def on_mount(self) -> None:
        self.query_one(EventStream).focus()
        self.call_after_refresh(self.post_message, self.Painted())

    async def start_over(self, name: str) -> None:
        """Be as new, for the ledger called `name`; then `begin`."""
        self._ledger_name = name
        self.remove_class("-dials", "-past")
        await self.recompose()

    def begin(self) -> None:
        """Give the keys to the events, and say what there is to say."""
        self.home.focus()
        self.say_words()

    def say_words(self) -> None:
        title = link(say("screen.commands"), "screen.pane('commands')")
        self.query_one("#commands").border_title = title
        self._say_keys_of_dials()
        self._say_what_is_hidden()
        self._say_which_view()

    def _now(self) -> datetime:
        return self._clock.now()

    @property
    def zone(self) -> tzinfo | None:
        """In which times are shown; None is this machine's."""
        return self._zone

    def time_of(self, stamp: str) -> str:
        """A time of the log, as a person reads it."""
        return full_time(stamp, self._now(), self._zone)

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        single = width < 76 or height < 18
        self._look(
            {
                "-medium": not single and (width < 110 or height < 26),
                "-broad": not single and width >= 160,
                "-low": height < 30,
                "-one-view": width < 110 or height < 30,
                "-single": single,
                "-high": single and height >= 22,
                "-tiny": width < 40 or height < 12,
            }
        )
        self._say_what_is_hidden()
        self._say_which_view()
        self.post_message(self.Turned())

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        for widget in event.widget.ancestors_with_self:
            if widget.id in PANES:
                self.shown = widget.id
            if widget.id in VIEWS:
                self.view = widget.id
            elif widget.id == OWN:
                self.view = self.tab

    def _look(self, classes: dict[str, bool]) -> None:
        """Set and take away classes all at once: each time, everything on the screen is styled anew."""
        new = {name for name, wanted in classes.items() if wanted} - self.classes
        old = {name for name, wanted in classes.items() if not wanted} & self.classes
        if old:
            self.remove_class(*old, update=not new)
        if new:
            self.add_class(*new)

    def watch_shown(self, shown: str) -> None:
        self._look({f"-show-{pane}": pane == shown for pane in PANES})
        self._say_what_is_hidden()
        self.post_message(self.Turned())

    def watch_view(self, view: str) -> None:
        if view != "balances":
            self.tab = view
        self._turn()

    def offer(self, views: tuple[str, ...]) -> None:
        """Have these read models to turn to: those that the ledger has."""
        if views == self._on:
            return
        self._on = views
        if self.tab not in views:
            self.tab = next(iter(self._tabs), TABS[0])
            self._turn()
        self._say_which_view()

    def _turn(self) -> None:
        places = (*VIEWS, OWN)
        self._look(
            {f"-view-{name}": name == place_of(self.view) for name in places}
            | {f"-tab-{name}": name == place_of(self.tab) for name in places}
        )
        if self.is_mounted:
            self.query_one(f"#{OWN}-title", ViewTitle).show(self.tab, self.tab.upper())
        self._say_which_view()
        self.post_message(self.Turned())

    @property
    def _tabs(self) -> tuple[str, ...]:
        """What can be below BALANCES: what the ledger has, one's own views last."""
        usual = tuple(name for name in TABS if name in self._on)
        return usual + tuple(name for name in self._on if name not in VIEWS)

    def action_pane(self, name: str) -> None:
        """Give the keys to a pane, and show it; for that, type is as usual again."""
        if self.large is not None:
            self.action_large()
        self.shown = name
        targets: dict[str, Callable[[], Widget]] = {
            "commands": lambda: self.query_one(Results),
            "stream": lambda: self.query_one(EventStream),
            "views": lambda: self.query_one(f"#{place_of(self.view)}"),
        }
        targets[name]().focus()

    def show_dials(self, *, shown: bool) -> None:
        """Have the panel with the dials stand where the answers are, or not any more."""
        self.set_class(shown, "-dials")
        self._say_keys_of_dials()
        self._say_what_is_hidden()

    def _say_keys_of_dials(self) -> None:
        keys = linked(say("dials.keys"), "app.steer('normal')", "app.steer('dials')")
        shown = self.has_class("-dials")
        self.query_one("#commands").border_subtitle = keys if shown else Content()

    def action_large(self) -> None:
        super().action_large()
        self.post_message(self.Turned())  # so that the board has something to show, also while all is quiet

    def action_other_view(self) -> None:
        """Go to the next read model."""
        self.turn_to_next_view()
        if self.large is None:
            self.action_pane("views")

    def action_time(self) -> None:
        """Give the keys to the time line."""
        self.query_one(TimeLine).focus()

    def turn_to_next_view(self) -> None:
        """Have the next read model be the one that keys are about, wherever they are."""
        self.view = self._next_view()

    def action_freeze(self) -> None:
        """Freeze the list of events, or follow its end again."""
        self.query_one(EventStream).action_freeze()

    async def action_look(self, how: str) -> None:
        """See the chosen event from near (`open`), or its journey (`trace`)."""
        await self.query_one(EventStream).run_action(how)

    def action_leave(self) -> None:
        """Quit, by a key that types a letter elsewhere."""
        self.app.exit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a command is being typed, letters are letters."""
        typing = isinstance(self.focused, CommandInput)
        if action == "large" and self.has_class("-past"):
            return False
        return not (typing and action in ("type", "freeze", "help", "leave", "hint", "time", "large"))

    def action_type(self) -> None:
        """Give the keys to the command line."""
        self.shown = "commands"
        line = self.query_one(CommandInput)
        if line.focusable:
            self.set_focus(line)  # at once: what was typed right behind the key belongs to the line
        else:
            line.focus()

    def action_help(self) -> None:
        """Explain the screen and the keys."""
        topics = {"TimeLine": "time", "DialBoard": "dials"}
        topic = topics.get(type(self.focused).__name__, _TITLES[self.shown])
        self.app.push_screen(HelpScreen(topic, story=self.has_story))

    def on_command_input_left(self) -> None:
        if self.large is None:
            self.action_pane("stream")
        else:
            self.large.focus()

    def on_event_stream_filtered(self) -> None:
        self.action_filter()

    def action_filter(self) -> None:
        """Say which events to show."""
        self.app.push_screen(FilterPrompt(self.query_one(EventStream).wanted))

    def on_filter_prompt_wanted(self, message: FilterPrompt.Wanted) -> None:
        self.query_one(EventStream).wanted = message.wanted

    def on_view_strip_chosen(self, message: ViewStrip.Chosen) -> None:
        self.view = message.view
        self.action_pane("views")

    async def on_view_title_pressed(self, message: ViewTitle.Pressed) -> None:
        self.view = message.view
        self.action_pane("views")
        if message.how:
            await self.run_action(f"app.steer('{message.how}')")

    async def action_hint(self, how: str) -> None:
        """Do what Explain says can be done about the read model that it is about."""
        sentence = self.query_one(ExplainBar).sentence
        if sentence is not None and how in sentence.hints:
            self.view = sentence.view
            if how == "see":
                position = int(str(sentence.values["position"]).replace(",", ""))
                self.query_one(EventStream).post_message(EventStream.Opened(position))
            else:
                await self.run_action(f"app.steer('{how}')")

    def on_results_followed(self, message: Results.Followed | StatementTable.Followed) -> None:
        stream = self.query_one(EventStream)
        if stream.until is not None and message.position > stream.until:
            later = say("time.later", position=f"{message.position:,}")
            self.notify(later, severity="warning", markup=False)
            return
        self.action_pane("stream")
        stream.show(message.position)

    def on_results_edited(self, message: Results.Edited) -> None:
        self.query_one(CommandBar).edit(message.line)
        self.action_type()

    on_statement_table_followed = on_results_followed

    def _say_which_view(self) -> None:
        """How to get at the next read model."""
        if self.is_mounted:
            name = safe_text(self._next_view().replace("_", " ").upper())
            keys = linked(say("screen.view.next", view=name), "screen.other_view")
            self.query_one("#views").border_subtitle = keys

    def _next_view(self) -> str:
        """The read model behind the one with the keys. Where there is room for two, BALANCES stays."""
        order = self._tabs or TABS
        if self.has_class("-one-view"):
            order = ("balances", *order)
        if self.view not in order:
            return self.tab
        return order[(order.index(self.view) + 1) % len(order)]

    @property
    def in_sight(self) -> frozenset[str]:
        """The read models that can be seen now."""
        if self.has_class("-single") and self.shown != "views":
            return frozenset()
        return frozenset({self.view} if self.has_class("-one-view") else {"balances", self.tab})

    def _say_what_is_hidden(self) -> None:
        if not self.is_mounted:
            return
        seen = {self.shown}
        if self.has_class("-dials", "-high") and self.shown == "commands":
            seen.add("stream")  # below the dials
        others = {say(f"screen.{_TITLES[pane]}"): pane for pane in PANES if pane not in seen}
        text = not_shown(others, self.size.width)
        self.query_one("#hidden", Static).update(text)
