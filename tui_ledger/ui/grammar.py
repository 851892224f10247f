"""What the screen knows of the language of the bar. Imported after the first paint: pydantic is slow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal, NoReturn

import msgspec
from textual.suggester import Suggester

from tui_ledger.content import Sentence, say
from tui_ledger.domain.command_completion import Typed, complete, last_word, starting, typed
from tui_ledger.domain.command_language import (
    COMMON_FIELDS,
    CommandSyntaxError,
    optional_fields,
    parse,
    usage,
)
from tui_ledger.domain.commands import COMMANDS, Command
from tui_ledger.errors import InputError
from tui_ledger.ledger_views import BUILT_IN_NAMES
from tui_ledger.query_side.views import FOR_TEACHING
from tui_ledger.simulation.action_completion import action_form, complete_action, is_unfinished
from tui_ledger.simulation.actions import ACTIONS, DIALS, VIEW_FORMS, Action, Surroundings, parse_action
from tui_ledger.ui.completing import Candidate, Completing
from tui_ledger.ui.misread import ELSEWHERE, why_no_action, why_no_command

if TYPE_CHECKING:
    from tui_ledger.ui.names import Names

UNFINISHED: Final = frozenset({"empty", "missing_field", "bad_quotes"})
"""Errors that typing on puts right."""

State = Literal["open", "doubtful", "wrong", "ready"]


class Hint(msgspec.Struct, frozen=True):
    """What stands under the line that is being typed.

    Attributes:
        form: The form that the line has to have.
        place: The word of it that is being typed.
        about: What is expected there, or what the line would do.
        note: What is wrong, if anything is, or that the line can be sent.
    """

    form: str = ""
    place: str = ""
    about: str = ""
    note: str = ""
    state: State = "open"


class Grammar(Suggester):
    """Reads lines, says what is wrong with them, and what their last words can become.

    A line is a command, or steers the system as a line of a scenario does.
    """

    def __init__(self, names: Names) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    def read(self, line: str) -> Command | Action:
        """What `line` says.

        Raises:
            InputError: it says nothing; the sentence names what was expected and the nearest match.
        """
        first = first_word(line)
        if first in ELSEWHERE:
            raise InputError(Sentence(f"bar.elsewhere.{ELSEWHERE[first]}"), "elsewhere")
        try:
            return parse_action(line, self._around) if first else parse(line)
        except CommandSyntaxError as error:
            raise InputError(why_no_command(error), error.code) from None
        except InputError as error:
            raise InputError(why_no_action(line, self._around), error.code) from None

    def hint(self, line: str, *, sent: bool = False) -> Hint:
        """What to say about `line` as it stands; a word that is being typed is doubted, not called wrong."""
        first = first_word(line)
        here = typed(line)
        form = usage(first) if first in COMMANDS else action_form(line)
        place, about = _place(here, form), _about(here, line)
        try:
            self.read(line)
        except InputError as error:
            if not sent and self._is_unfinished(line, error):
                return Hint(form, place, about)
            note = str(error)
            typing = not sent and not line.endswith(" ")
            return Hint(form, place, about if typing else "", note, "doubtful" if typing else "wrong")
        return Hint(form, place, about, say("screen.bar.ready"), "ready")

    def candidates(self, line: str) -> tuple[Candidate, ...]:
        """What the last word of `line` can become, but what it is already."""
        here = typed(line)
        wallet = here.given.get("wallet")
        words: Iterable[str] = complete(line, self._names.values(wallet))
        if here.kind is None:
            words = [*words, *complete_action(line, self._around)]
        if here.kind is not None and here.field is None and not here.word:
            words = [word for word in words if word.rstrip("=") not in COMMON_FIELDS]
        return tuple(
            Candidate(word, self._note(word, wallet) if here.field == "purchase" else "")
            for word in words
            if word != here.word
        )

    def completing(self, until: str, after: str) -> Completing | None:
        """The candidates for the word at the end of `until`; None if there are none.

        Args:
            until: The line up to the cursor.
            after: What stands behind it.
        """
        found = self.candidates(until)
        before = last_word(until)[0]
        return Completing(before, until[len(before) :], after, found) if found else None

    def completing_field(self, field: str, text: str, wallet: str | None) -> Completing | None:
        """The same for a field by itself, where `text` stands without quotes."""
        known = starting(self._names.values(wallet).get(field, ()), text)
        is_purchase = field == "purchase"
        found = [Candidate(one, self._note(one, wallet) if is_purchase else "") for one in known]
        found = [one for one in found if one.word != text]
        return Completing("", text, "", found, blank="") if found else None

    async def get_suggestion(self, value: str) -> str | None:
        """The first candidate, if it goes on as the line does."""
        if not value.strip():
            return None
        before = last_word(value)[0]
        lines = (before + one.word for one in self.candidates(value))
        return next((line for line in lines if line.startswith(value)), None)

    @property
    def _around(self) -> Surroundings:
        views = self._names.views
        teaching = [view.name for view in FOR_TEACHING]
        return Surroundings(views, [*dict.fromkeys([*BUILT_IN_NAMES, *teaching, *views])], _load_nothing)

    def _note(self, word: str, wallet: str | None) -> str:
        """What was bought at that position."""
        position = word.removeprefix("purchase=")
        for one in self._names.purchases(wallet or ""):
            if str(one.position) == position:
                return f"{one.item} {one.price}"
        return ""

    def _is_unfinished(self, line: str, error: InputError) -> bool:
        """Whether typing on can put it right."""
        first, here = first_word(line), typed(line)
        if error.code in UNFINISHED or not first or (here.named and here.word.endswith("=")):
            return True
        if line.endswith(" ") and here.kind is not None:
            return False
        if first in ACTIONS or here.kind is None:
            begun = not here.before and bool(starting([*COMMANDS, *ACTIONS], first))
            return begun or is_unfinished(line, self._around)
        names = (*optional_fields(here.kind), *COMMON_FIELDS)
        return error.code == "too_many_words" and bool(starting(names, here.word))


def first_word(line: str) -> str:
    """The word that `line` begins with; empty for a blank one."""
    return line.split(maxsplit=1)[0] if line.strip() else ""


def _place(here: Typed, form: str) -> str:
    """The word of the form that is typed now, where that is a field of a command."""
    marks = (f"<{here.field}>", f"[{here.field}=")
    return next((word for word in form.split(" ") if word.startswith(marks)), "")


def _about(here: Typed, line: str) -> str:
    """What is expected at the end of `line`, or what the command or action does that it names."""
    words = line.split()
    if here.kind is not None:
        if here.field is not None:
            return about_field(here.kind, here.field)
        return say(f"form.verb.{here.kind.verb}") if here.word else ""
    match words:
        case []:
            return say("screen.bar.first", verbs=" ".join(COMMANDS))
        case [verb] if verb in COMMANDS:
            return say(f"form.verb.{verb}")
        case ["delay", *_] | ["view", "delay", *_]:
            return say("bar.view.delay")
        case ["view", verb, *_] if verb in VIEW_FORMS:
            return say(f"bar.view.{verb}")
        case ["bus", dial, *_] if dial in (*DIALS, "calm"):
            return say(f"bar.bus.{dial}")
        case [("view" | "bus" | "traffic") as verb, *_]:
            return say(f"bar.action.{verb}")
    return ""


def about_field(kind: type[Command], field: str) -> str:
    """What belongs into a field, in words, with an example."""
    return say(f"form.field.{'any' if field in COMMON_FIELDS else kind.verb}.{field}")


def _load_nothing(word: str) -> NoReturn:
    raise ValueError(f"no line of the bar loads {word}")
