"""What the last word of a line can become: `dep` a `deposit`, `gre` the item `"green tea"`."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tui_ledger.domain.command_language import (
    BLANKS,
    COMMON_FIELDS,
    NAMED,
    CommandSyntaxError,
    as_word,
    optional_fields,
    quoted,
    required_fields,
    split_words,
)
from tui_ledger.domain.commands import COMMANDS, Command

_ESCAPED_IN_QUOTES: Final = '"\\'


class Typed(NamedTuple):
    """Where the end of a line is.

    Attributes:
        before: The line up to its last word.
        word: That word as it stands there; empty behind a blank.
        value: What it says so far of a verb, of a field or of a field's name: without quotes.
        kind: The command; None while its verb is typed, and where there is none of that name.
        field: The field that it is given to; None for a verb and for what may become the name of a field.
        named: Whether it names the field: `source=`.
        given: The fields that stand before it.
    """

    before: str
    word: str
    value: str
    kind: type[Command] | None = None
    field: str | None = None
    named: bool = False
    given: Mapping[str, str] = {}


def typed(line: str) -> Typed:
    """Where the end of `line` is."""
    before, value = last_word(line)
    here = Typed(before, line[len(before) :], value)
    try:
        verb, *words = split_words(before) or [""]
    except CommandSyntaxError:
        return here
    kind = COMMANDS.get(verb)
    if kind is None:
        return here
    given, free = _given(kind, words)
    name = NAMED.fullmatch(value)
    if name is not None and name[1] in kind.model_fields:
        return here._replace(kind=kind, field=name[1], value=name[2], named=True, given=given)
    return here._replace(kind=kind, field=free, given=given)


def complete(line: str, values: Mapping[str, Iterable[str]]) -> list[str]:
    """What the last word of `line` can become: verbs, field names, and `values` by field name.

    A line that ends in a blank asks for the next word. Case does not matter in what was typed.
    """
    here = typed(line)
    if here.kind is None:
        return [] if here.before.strip(BLANKS) else starting(COMMANDS, here.value)
    if here.field is not None:
        found = starting(values.get(here.field, ()), here.value)
        if here.named:
            return [f"{here.field}={quoted(value)}" for value in found]
        return [as_word(here.field, value) for value in found]
    names = optional_fields(here.kind) + COMMON_FIELDS
    return [f"{name}=" for name in starting(names, here.value) if name not in here.given]


def starting(values: Iterable[str], beginning: str) -> list[str]:
    """Those of `values` that begin so, in upper or lower case."""
    wanted = beginning.casefold()
    return [value for value in values if value.casefold().startswith(wanted)]


def last_word(line: str) -> tuple[str, str]:
    """`line` up to its last word, and what that word says, its last quote closed if it is open."""
    start, said, quote, escaped = 0, "", "", False
    for index, character in enumerate(line):
        if escaped:
            kept = "" if not quote or character in _ESCAPED_IN_QUOTES else "\\"
            said, escaped = f"{said}{kept}{character}", False
        elif character == "\\" and quote != "'":
            escaped = True
        elif character in "\"'" and quote in ("", character):
            quote = "" if quote else character
        elif character in BLANKS and not quote:
            start, said = index + 1, ""
        else:
            said += character
    return line[:start], said


def _given(kind: type[Command], words: list[str]) -> tuple[dict[str, str], str | None]:
    """The fields that `words` give, and the one that the next word is for, if it is for one by position."""
    named = {match[1]: match[2] for word in words if (match := NAMED.fullmatch(word))}
    by_position = [word for word in words if NAMED.fullmatch(word) is None]
    wanted = [name for name in required_fields(kind) if name not in named]
    given = dict(zip(wanted, by_position, strict=False)) | named
    return given, wanted[len(by_position)] if len(by_position) < len(wanted) else None
