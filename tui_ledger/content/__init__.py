"""Every sentence that the screen says, by key: `say("story.created")`.

A language is a folder of TOML files; `created` in `en/story.toml` has the key `story.created`, and a table
adds a part. Sentences are templates: `{wallet}` stands for a value. Values are data, inserted as they are;
whoever passes one that came from a user passes it through `safe_text` first.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

LANGUAGE: Final = "en"
"""The language that the screen speaks: the name of a folder beside this file."""


class ContentError(LookupError):
    """The program asked for a sentence that is not there or cannot be said: a bug, not a user's mistake."""


def say(key: str, **values: object) -> str:
    """The sentence `key`, with its placeholders filled in from `values`; it need not use all of them.

    Raises:
        ContentError: there is no such sentence, or a placeholder has no value.
    """
    template = sentences(LANGUAGE).get(key)
    if template is None:
        raise ContentError(f"content/{LANGUAGE} has no sentence {key}")
    try:
        return template.format_map(values)
    except KeyError as missing:
        raise ContentError(f"the sentence {key} needs a value for {missing.args[0]}") from None


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
