"""The app: opens the ledger, draws one snapshot of it ten times a second, and closes it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui_ledger.errors import LedgerError
from tui_ledger.ui.answers import accepted
from tui_ledger.ui.drawing import Drawing
from tui_ledger.ui.dressed_app import DressedApp
from tui_ledger.ui.inspecting_app import InspectingApp
from tui_ledger.ui.main_screen import MainScreen
from tui_ledger.ui.place import OpenLedger, Place
from tui_ledger.ui.playing import Playing
from tui_ledger.ui.saving import Session, proposal
from tui_ledger.ui.scene import Outcome
from tui_ledger.ui.speaking import SpeakingApp
from tui_ledger.ui.translation import refused
from tui_ledger.ui.typed import PastingApp
from tui_ledger.ui.viewing import ViewingApp
from tui_ledger.ui.widgets.command_bar import CommandBar, CommandInput
from tui_ledger.ui.widgets.command_palette import ActionPalette
from tui_ledger.ui.widgets.explain_bar import ExplainBar
from tui_ledger.ui.widgets.results import Entry, Results
from tui_ledger.ui.widgets.save_session import SaveSessionScreen
from tui_ledger.ui.widgets.start_over import StartOverScreen

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tui_ledger.clock import Clock
    from tui_ledger.command_side.receipt import Receipt
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.scenario import Scenario
    from tui_ledger.ui import FindScenario
    from tui_ledger.ui.commanding import Commanding
    from tui_ledger.ui.controls import Controls
    from tui_ledger.ui.forms import Forms
    from tui_ledger.ui.inspecting import Inspecting
    from tui_ledger.ui.look import Look


class LedgerApp(DressedApp, InspectingApp, SpeakingApp, PastingApp, ViewingApp):
    """Shows one ledger while it runs.

    Args:
        open_ledger: Opens the ledger; called once the first frame is on the screen.
        name: What the ledger is called on the screen.
        throwaway: Where a scenario starts over; if not given, `open_ledger` makes a new ledger each time.
        clock: Time.
        scenario: What to play.
        traffic: How many commands a second simulated customers send; None for no customers.
        seed: For the customers.
        ticking: Whether the tick runs by itself; a test calls `tick`.
        zone: In which times are shown; None is this machine's.
        look: How it has to look; as in a terminal of many colours, if not given.

    Attributes:
        ledger: The ledger, once it is open.
        main: The screen, and `drawing` what puts the ledger on it.
        crash: The error of the program itself that ended it, if one did.
        failure: The error of the ledger that ended it, if one did.
        scenario: What to play; `find_scenario` finds it before the ledger is opened, if it was not given.
        when_leaving: Called as soon as the app begins to end.
    """

    TITLE = "tui-ledger"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "story('next')", id="story.next"),
        Binding("escape", "story('leave')", id="story.skip"),
        Binding("ctrl+q", "quit", priority=True, id="app.quit"),
    ]

    def __init__(
        self,
        open_ledger: OpenLedger,
        *,
        name: str,
        clock: Clock,
        throwaway: Place | None = None,
        scenario: Scenario | None = None,
        traffic: float | None = None,
        seed: int = 0,
        ticking: bool = True,
        zone: tzinfo | None = None,
        look: Look | None = None,
    ) -> None:
        super().__init__(look)
        self._place = Place(name, open_ledger)
        self._throwaway = throwaway
        self._clock = clock
        self.scenario = scenario
        self._traffic_rate = traffic
        self._seed = seed
        self._ticking = ticking
        self.ledger: Ledger | None = None
        self._owner: asyncio.Task[None] | None = None
        self._leaving = False
        self._over = asyncio.Event()  # with this ledger
        self._connected = asyncio.Event()
        self._playing: Playing | None = None
        self._commanding: Commanding | None = None
        self._forms: Forms | None = None
        self._session: Session | None = None
        self._controls: Controls | None = None
        self._zone = zone
        self.main = MainScreen(name, clock, zone)
        self.drawing = Drawing(self.main, name, clock)
        self.crash: Exception | None = None
        self.failure: LedgerError | None = None
        self.find_scenario: FindScenario | None = None
        self.when_leaving: Callable[[], None] = lambda: None

    # Opening and closing

    def get_default_screen(self) -> Screen[Any]:
        return self.main

    def on_main_screen_painted(self) -> None:
        self.drawing.note()
        self._owner = asyncio.create_task(self._own(), name="ledger")

    async def _shutdown(self) -> None:
        await self._close()  # while the widgets are there, which what is under way still draws on
        await super()._shutdown()

    async def _close(self) -> None:
        self._leaving = True
        self._over.set()
        if self._owner is not None:
            await self._owner

    async def _own(self) -> None:
        """Hold a ledger open: it is opened and closed in this one task, whatever happens around it."""
        try:
            if self.find_scenario is not None:
                self.scenario = await self.find_scenario()
            await self._hold()
            while not self._leaving:
                await self._clear()
                await self._hold()
        except LedgerError as error:
            self.failure = error
            self.exit(return_code=error.exit_status)
        except Exception as error:
            self._handle_exception(error)
        finally:
            self._connected.set()

    async def _hold(self) -> None:
        """Open the ledger, and close it when it is over with it."""
        async with self._place.open() as ledger:
            if self._leaving:
                return
            self._connect(ledger)
            await self._over.wait()
            await self._disconnect()

    async def _disconnect(self) -> None:
        """Let nothing touch the ledger any more: what was begun is finished first."""
        self.ledger = None
        self.drawing.disconnect()
        if self._playing is not None:
            await self._playing.stop()
        for worker in self.workers:
            if worker.group in ("feed", "stream", "inspect", "tick", "names", "actions"):
                worker.cancel()
        await asyncio.gather(*(one.wait() for one in self.workers), return_exceptions=True)

    async def _clear(self) -> None:
        """Make the screen what it is before a ledger is open."""
        self._over.clear()
        self._connected.clear()
        self._place = self._throwaway or self._place
        await self.main.start_over(self._place.name)
        if self._leaving:
            return
        self.main.begin()
        self.drawing = Drawing(self.main, self._place.name, self._clock)
        self.drawing.note()

    def _connect(self, ledger: Ledger) -> None:
        """Let the screen know the ledger. Pydantic is imported here: by now the first frame is painted."""
        from tui_ledger.ui.commanding import Commanding  # noqa: PLC0415
        from tui_ledger.ui.controls import Controls  # noqa: PLC0415
        from tui_ledger.ui.doer import Doer  # noqa: PLC0415
        from tui_ledger.ui.feed import Feed  # noqa: PLC0415
        from tui_ledger.ui.forms import Forms  # noqa: PLC0415
        from tui_ledger.ui.grammar import Grammar  # noqa: PLC0415
        from tui_ledger.ui.names import Names  # noqa: PLC0415

        self.ledger = ledger
        self.drawing.connect(ledger, Feed(ledger, self.main))
        names = Names(ledger, self.drawing)
        grammar = Grammar(names)
        self._forms = Forms(self.main, self.drawing, grammar, names)
        doer = Doer(ledger, self._clock, self.drawing, self)
        self._commanding = Commanding(ledger, self.main, self.drawing, grammar, doer, self)
        self.main.query_one(CommandBar).connect(grammar, names.look_up)
        self._playing = Playing(ledger, self._clock, self)
        self._session = Session(ledger, self._clock)
        self._controls = Controls(ledger, self.main, self._playing, doer, self)
        self._sample()
        self.main.has_story = self.scenario is not None
        if self.scenario is not None:
            self._playing.start_story(self.scenario)
        if self._traffic_rate is not None:
            self._playing.start_customers(self._traffic_rate, self._seed)
        self.refresh_bindings()
        if self._ticking:
            self.run_worker(self.drawing.follow(self._sample), group="tick", name="tick")
            gc.freeze()  # what is there now stays: a full collection need not look at it again
        self._connected.set()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        self._leaving = True
        self.when_leaving()
        super().exit(result, return_code, message)

    def _handle_exception(self, error: Exception) -> None:
        self.when_leaving()
        self.crash = self.crash or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave; `run` writes a report that holds no data of anybody's."""
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        self._close_messages_no_wait()

    # The tick

    async def tick(self) -> None:
        """Draw one snapshot, and return when all that it asked for is drawn. For tests."""
        await self._connected.wait()
        await self.drawing.tick(self._sample)

    def _sample(self) -> None:
        """Look at the ledger once."""
        if self.ledger is None or self._playing is None:
            return
        self.drawing.sample(self._playing.customers)
        if self._controls is not None:
            self._controls.show()
        elsewhere = isinstance(self.focused, CommandInput) or self.drawing.travel.wanted is not None
        self.main.query_one(ExplainBar).progress = self._playing.progress(typing=elsewhere)

    def action_steer(self, how: str) -> None:
        """Steer what runs; see `Controls.steer`."""
        if self._controls is not None and self.ledger is not None and not self.refuses():
            self._controls.steer(how)

    def set_by_hand(self, view: str | None, line: str) -> None:
        if self._playing is not None:
            self._playing.leave(view)
        self.steered(line, view)
        self._sample()

    def tell(self, sentence: str, *, refused: bool = False) -> None:
        self.notify(sentence, severity="warning" if refused else "information", markup=False)

    # Events

    def inspecting(self) -> Inspecting | None:
        from tui_ledger.ui.inspecting import Inspecting  # noqa: PLC0415

        return None if self.ledger is None else Inspecting(self.ledger, self.main, self.drawing)

    # Commands

    def on_command_bar_sent(self, message: CommandBar.Sent) -> None:
        if self.refuses(message.line):
            return
        if self.ledger is not None and self._commanding is not None and self._playing is not None:
            self._playing.fall_silent()
            self._commanding.send(message.line)

    def action_form(self) -> None:
        """Fill a command in, field by field."""
        if self.ledger is not None and self._forms is not None and not self.refuses():
            self._forms.open()

    def came_back(self, entry: Entry, receipt: Receipt) -> None:
        """Show what became of a command."""
        if self._session is not None:
            self._session.answered(entry.line, receipt)
        if receipt.accepted:
            entry.state, entry.note, entry.last = "accepted", accepted(receipt), receipt.last
            if self.drawing.travel.wanted is None:
                self.drawing.choose(receipt.wallet)
        else:
            entry.state, entry.note = "refused", refused(receipt)
        self.main.query_one(Results).show()
        self._sample()
        refusal = None if receipt.accepted else refused(receipt)
        head = self.drawing.scene.head
        self.drawing.note(outcome=Outcome(position=receipt.last, refusal=refusal, head=head))

    # Story and customers

    def answered(self, line: str, receipt: Receipt) -> None:
        self.came_back(self.main.query_one(Results).add(Entry(line)), receipt)

    def steered(self, line: str, view: str | None) -> None:
        if self._session is not None:
            self._session.steered(line, view)

    def told(self, sentence: str | None) -> None:
        self.drawing.note(story=sentence)

    def trouble(self, source: str, error: LedgerError) -> None:
        self.drawing.trouble(source, error)

    def story_ended(self) -> None:
        self.go(None)
        self.refresh_bindings()
        if not isinstance(self.focused, CommandInput):
            self.main.action_type()

    def failed(self, error: Exception) -> None:
        self._handle_exception(error)

    def action_story(self, how: str) -> None:
        """Steer the story; see `Playing.steer`."""
        if self._playing is not None and not (how == "next" and self.refuses()):
            self._playing.steer(how)
            self._sample()

    def action_start_over(self) -> None:
        """Play the story from its beginning, on a new ledger, if that is what is wanted."""
        kept = None if self._throwaway is None else self._place.name
        self.push_screen(StartOverScreen(kept), self._start_over)

    def _start_over(self, wanted: bool | None) -> None:
        if wanted:
            self._over.set()

    def action_save(self) -> None:
        """Save the session as a scenario."""
        if self._session is not None:
            name = proposal(self._clock.now().astimezone(self._zone))
            self.push_screen(SaveSessionScreen(name, self._session.save))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a command is being typed, letters are letters."""
        action = "hold" if parameters == ("hold",) else action
        letters = ("hold", "steer", "save", "story", "start_over", "form", "changes")
        return self.offers(action) and not (action in letters and isinstance(self.focused, CommandInput))

    def offers(self, action: str) -> bool:
        """Whether there is something for `action` to do."""
        playing = self._playing
        match action:
            case "hold":
                return playing is not None and playing.has_customers
            case "steer" | "save" | "form":
                return self.ledger is not None
            case "story":
                return playing is not None and playing.tells
            case "start_over":
                return self.ledger is not None and self.scenario is not None
        return self.offers_travel(action)

    def action_command_palette(self) -> None:
        """Show all that can be done."""
        if not isinstance(self.screen, ActionPalette):
            self.push_screen(ActionPalette())
