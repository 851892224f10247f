"""Every sentence that the screen says, by key: `say("story.created")`.

A language is a folder of TOML files; `created` in `en/story.toml` has the key `story.created`, and a table
adds a part. Sentences are templates: `{wallet}` stands for a value. Values are data, inserted as they are;
whoever passes one that came from a user passes it through `safe_text` first.

One language is spoken at a time. What is said is text; what has to follow the language is kept as a
`Sentence`, and said each time that it is shown.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

LANGUAGES: Final = ("en", "ja")
"""The languages that there are, the first where nothing else is asked for: folders beside this file."""


class ContentError(LookupError):
    """The program asked for a sentence that is not there or cannot be said: a bug, not a user's mistake."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that is not said yet: as text it is what the current language has for it.

    Its values may be sentences, too.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.key, **self.values)


class _Spoken:
    """What is spoken now: one language for the whole process, as it has one screen."""

    language: str = LANGUAGES[0]


def speak(language: str) -> None:
    """Say everything in `language` from now on.

    Raises:
        ContentError: it is none of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ContentError(f"there is no language {language}")
    _Spoken.language = language


def spoken() -> str:
    """The language that is spoken now."""
    return _Spoken.language


def preferred(environment: Mapping[str, str]) -> str:
    """The language of a process with that environment: the first variable for it that is set decides."""
    settings = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((setting for setting in settings if setting), "")
    language = re.split("[_.@]", locale)[0]
    return language if language in LANGUAGES else LANGUAGES[0]


def say(key: str, **values: object) -> str:
    """The sentence `key`, with its placeholders filled in from `values`; it need not use all of them.

    Raises:
        ContentError: there is no such sentence, or a placeholder has no value.
    """
    template = sentences(_Spoken.language).get(key)
    if template is None:
        raise ContentError(f"content/{_Spoken.language} has no sentence {key}")
    try:
        return template.format_map(values)
    except KeyError as missing:
        raise ContentError(f"the sentence {key} needs a value for {missing.args[0]}") from None


def knows(key: str) -> bool:
    """Whether the language that is spoken has a sentence `key`."""
    return key in sentences(_Spoken.language)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """All sentences of a language by key, as templates.

    Raises:
        ContentError: a file holds something that is no sentence or no template.
    """
    found: dict[str, str] = {}
    for file in files(__name__).joinpath(language).iterdir():
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            found.update(_flatten(file.name.removesuffix(".toml"), table))
    return found


def placeholders(template: str) -> frozenset[str]:
    """The names in braces.

    Raises:
        ContentError: the braces do not match, or hold more than a name.
    """
    try:
        fields = [field for field in Formatter().parse(template) if field[1] is not None]
    except ValueError as error:
        raise ContentError(f"{template!r} is no template: {error}") from None
    for _, name, form, conversion in fields:
        if not (name and name.isidentifier()) or form or conversion:
            raise ContentError(f"{template!r} is no template: braces hold a name and nothing else")
    return frozenset(str(name) for _, name, _, _ in fields)


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            yield from _flatten(key, value)
        elif isinstance(value, str):
            placeholders(value)
            yield key, value
        else:
            raise ContentError(f"{key} is no text")
