"""The one-line command language, derived from the command models: `deposit moyin 1000 source=salary`.

Required fields go by position, optional ones as `name=value`, quotes work as in a shell. There is no
grammar beside the models: a new command, or a new field of one, is in the language at once.
"""

import re
import shlex
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from tui_ledger.domain.commands import COMMANDS, Command
from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest, nearest_name, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LINE_LIMIT: Final = 64 * 1024
"""The longest line that is read, in characters."""

COMMON_FIELDS: Final = tuple(Command.model_fields)[1:]
"""The fields that any command takes: `id`, `expect` and `at`."""

BLANKS: Final = " \t\r\n"
"""What separates words."""

NAMED: Final = re.compile(r"([A-Za-z_]+)=(.*)", re.DOTALL)
"""A field that is given by its name: the name, and the rest."""

_WORD = re.compile(rf"""(?:[^{BLANKS}"'\\]|'[^']*'|"[^"\\]*")+""")
_QUOTED = re.compile("'[^']*'|\"[^\"]*\"")
_PLAIN = re.compile(r"[^\s\"'\\=]+")


class CommandSyntaxError(InputError):
    """A line that is no command, with a sentence that says what was expected.

    Attributes:
        verb: The verb, if one was recognised.
        wallet: The wallet that was named, if one was.
        values: What the sentence is filled in with, for whoever says it in another language.
    """

    def __init__(
        self, code: str, message: str, verb: str | None = None, wallet: str | None = None, **values: object
    ) -> None:
        super().__init__(message, code)
        self.verb = verb
        self.wallet = wallet
        self.values = values


def parse(line: str) -> Command:
    """The command that `line` says.

    Raises:
        CommandSyntaxError: it says none; the sentence names what was expected and the nearest match.
    """
    words = split_words(line)
    if not words:
        raise CommandSyntaxError("empty", f"A command begins with a verb: {', '.join(COMMANDS)}.")
    verb, *rest = words
    kind = COMMANDS.get(verb)
    if kind is None:
        known = ", ".join(COMMANDS)
        raise CommandSyntaxError(
            "unknown_verb",
            f"There is no command {shown(verb)}{nearest(verb, COMMANDS)} The commands are {known}.",
            given=shown(verb),
            near=nearest_name(verb, COMMANDS),
        )
    fields = _fields(kind, rest)
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise _explain(kind, fields, error.errors(include_url=False)[0]) from None


def format_command(command: Command) -> str:
    """The line that `parse` reads back as `command`."""
    given = {name: getattr(command, name) for name in command.model_fields_set}
    return format_fields(
        type(command), {name: str(value) for name, value in given.items() if value is not None}
    )


def format_fields(kind: type[Command], fields: Mapping[str, str]) -> str:
    """The line that gives a command `fields`; a required one that is not among them stands as in `usage`."""
    words = [kind.verb]
    words += [
        as_word(name, fields[name]) if name in fields else f"<{name}>" for name in required_fields(kind)
    ]
    named = optional_fields(kind) + COMMON_FIELDS
    words += [f"{name}={quoted(fields[name])}" for name in named if name in fields]
    return " ".join(words)


def problems(kind: type[Command], fields: Mapping[str, str]) -> dict[str, CommandSyntaxError]:
    """What is wrong with each of `fields` that is, by its name. One that is missing is not wrong."""
    try:
        kind.model_validate(dict(fields))
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        names = {str(one["loc"][0]): one for one in reversed(wrong) if one["loc"]}
        return {name: _explain(kind, fields, one) for name, one in names.items() if name in fields}
    return {}


@cache
def usage(verb: str) -> str:
    """The form of a command: `deposit <wallet> <amount> [source=...]`."""
    kind = COMMANDS[verb]
    words = [verb, *(f"<{name}>" for name in required_fields(kind))]
    words += [f"[{name}={kind.model_fields[name].default or '...'}]" for name in optional_fields(kind)]
    return " ".join(words)


@cache
def required_fields(kind: type[Command]) -> tuple[str, ...]:
    """The fields that go by position, in their order."""
    return tuple(name for name, field in kind.model_fields.items() if field.is_required())


@cache
def optional_fields(kind: type[Command]) -> tuple[str, ...]:
    """The fields of this command alone that go by name."""
    return tuple(
        name
        for name, field in kind.model_fields.items()
        if not field.is_required() and name not in COMMON_FIELDS
    )


def split_words(line: str) -> list[str]:
    """The words of `line`, without their quotes.

    Raises:
        CommandSyntaxError: a quote is not closed, or the line is too long.
    """
    if len(line) > LINE_LIMIT:
        raise CommandSyntaxError(
            "line_too_long", f"A command has at most {LINE_LIMIT:,} characters.", limit=f"{LINE_LIMIT:,}"
        )
    if not any(mark in line for mark in "\"'\\"):
        return [word for word in re.split(f"[{BLANKS}]+", line) if word]
    if not _WORD.sub("", line).strip(BLANKS):  # as shlex would, in a tenth of the time
        return [_QUOTED.sub(lambda quoted: quoted[0][1:-1], word) for word in _WORD.findall(line)]
    try:
        return shlex.split(line)
    except ValueError:
        raise CommandSyntaxError(
            "bad_quotes", "A quote is not closed: every \" or ' needs its partner, and \\ a character."
        ) from None


def _fields(kind: type[Command], words: list[str]) -> dict[str, Any]:
    required = required_fields(kind)
    positional: list[str] = []
    named: dict[str, str] = {}
    for word in words:
        match = NAMED.fullmatch(word)
        if match is None:
            positional.append(word)
        elif match[1] not in kind.model_fields:
            given, near = shown(match[1]), nearest_name(match[1], kind.model_fields)
            text = f"{kind.verb} has no field {given}{nearest(match[1], kind.model_fields)}"
            raise _error(kind, "unknown_field", text, positional, given=given, near=near)
        elif match[1] in named:
            text = f"{match[1]} is given twice."
            raise _error(kind, "repeated_field", text, positional, field=match[1])
        else:
            named[match[1]] = match[2]
    open_fields = [name for name in required if name not in named]
    if len(positional) > len(open_fields):
        extra = shown(positional[len(open_fields)])
        field = optional_fields(kind)[0]
        text = (
            f"{extra} is one word too many: name its field, as in {field}=..., "
            "or put a text of several words in quotes."
        )
        raise _error(kind, "too_many_words", text, positional, given=extra, field=field)
    fields = dict(zip(open_fields, positional, strict=False)) | named
    missing = [name for name in required if name not in fields]
    if missing:
        text = f"{kind.verb} needs {_listed(missing)}."
        raise _error(kind, "missing_field", text, positional, fields=", ".join(missing))
    return fields


def _error(
    kind: type[Command], code: str, message: str, positional: list[str], **values: str
) -> CommandSyntaxError:
    wallet = positional[0] if positional else None
    return CommandSyntaxError(code, f"{message} Expected: {usage(kind.verb)}", kind.verb, wallet, **values)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _explain(kind: type[Command], fields: Mapping[str, str], error: "ErrorDetails") -> CommandSyntaxError:
    name = str(error["loc"][0]) if error["loc"] else "command"
    reason = error.get("ctx", {}).get("error", error["msg"])
    code = "bad_amount" if name in ("amount", "price") else f"bad_{name}"
    given = shown(str(fields.get(name, "")))
    return CommandSyntaxError(
        code,
        f"{name} {given}: {reason}." if given else f"{name}: {reason}.",
        kind.verb,
        fields.get("wallet"),
        field=name,
        given=given,
        reason=reason,
    )


def as_word(name: str, value: str) -> str:
    """`value` as a line gives it to the required field `name`."""
    # A text such as a=b would be taken for a field, quoted or not: quotes work as in a shell.
    return f"{name}={quoted(value)}" if NAMED.fullmatch(value) else quoted(value)


def quoted(text: str) -> str:
    """`text` as one word of a line."""
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
