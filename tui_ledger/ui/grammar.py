"""What the command bar knows of the command language. Imported after the first paint: pydantic is slow."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec
from textual.suggester import Suggester

from tui_ledger.content import say
from tui_ledger.domain.command_language import CommandSyntaxError, complete, optional_fields, parse, usage
from tui_ledger.domain.commands import COMMANDS, Command
from tui_ledger.ui.translation import misspelt

UNFINISHED: Final = frozenset({"empty", "missing_field", "bad_quotes"})
"""Errors that typing on puts right."""


class Hint(msgspec.Struct, frozen=True):
    """What stands under the line that is being typed: the expected form, and what is wrong, if anything."""

    form: str
    note: str = ""
    state: Literal["open", "doubtful", "wrong", "ready"] = "open"


def hint(line: str, *, sent: bool = False) -> Hint:
    """What to say about `line` as it stands. A word that is being typed is doubted, and not called wrong."""
    verb = line.split(maxsplit=1)[0] if line.strip() else ""
    form = usage(verb) if verb in COMMANDS else ""
    try:
        parse(line)
    except CommandSyntaxError as error:
        if error.code in UNFINISHED and not sent:
            return Hint(form or say("screen.bar.first", verbs=" ".join(COMMANDS)))
        typing = not line.endswith(" ") and not sent
        if typing and error.code == "unknown_verb" and any(known.startswith(verb) for known in COMMANDS):
            return Hint(" ".join(known for known in COMMANDS if known.startswith(verb)))
        if typing and error.code == "too_many_words" and _begins_a_field(line, verb):
            return Hint(form)
        note = str(error).removesuffix(f" Expected: {form}").partition(" The commands are ")[0]
        return Hint(form, str(misspelt(error, note)), "doubtful" if typing else "wrong")
    return Hint(form, say("screen.bar.ready"), "ready")


def command(line: str) -> Command:
    """The command that `line` says.

    Raises:
        CommandSyntaxError: it says none.
    """
    return parse(line)


def completion(line: str, values: Mapping[str, Iterable[str]]) -> str | None:
    """`line` with its last word completed, if something completes it."""
    beginning, last = _split_last(line)
    if not line.strip():
        return None
    for candidate in complete(line, values):
        if candidate != last and candidate.startswith(last):
            return beginning + candidate
    return None


class Completer(Suggester):
    """Completes verbs, fields, wallets and items as they are typed."""

    def __init__(self, values: Mapping[str, Iterable[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        return completion(value, self._values)


def _begins_a_field(line: str, verb: str) -> bool:
    last = _split_last(line)[1]
    return any(name.startswith(last) for name in (*optional_fields(COMMANDS[verb]), "id", "expect", "at"))


def _split_last(line: str) -> tuple[str, str]:
    """`line` before its last word, and that word as it was typed."""
    start, quote = 0, ""
    for index, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == " ":
            start = index + 1
    return line[:start], line[start:]
