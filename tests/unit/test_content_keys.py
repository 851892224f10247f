"""Every sentence that the screen asks for is there in each language, and none that it does not ask for."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

import tui_ledger.ui
from tui_ledger.content import LANGUAGES, placeholders, say, sentences, speak
from tui_ledger.domain import mistakes, rejections
from tui_ledger.domain.command_language import CommandSyntaxError, parse
from tui_ledger.simulation.demo_data import demo_data_folder
from tui_ledger.ui.translation import misspelt

SOURCE: Final = Path(tui_ledger.ui.__file__).parent
OF_THE_RULES: Final = ("refusal.", "mistake.", "syntax.")
"""What the rules say themselves, in English: `content` has its translations only."""

OTHERS: Final = [language for language in LANGUAGES if language != "en"]
NO_COMMANDS: Final = (
    "",
    "depositt ann 5",
    "xyzzy",
    f"create {'a' * 70_000}",
    'create ann owner="',
    "create ann ownr=x",
    "create ann xyzzy=x",
    "create ann owner=x owner=y",
    "create ann bob",
    "deposit ann",
    "deposit ann abc",
)


def keys(language: str) -> frozenset[str]:
    return frozenset(key for key in sentences(language) if not key.startswith(OF_THE_RULES))


def of_the_rules(language: str, file: str) -> Mapping[str, str]:
    found = sentences(language).items()
    return {key.removeprefix(file): text for key, text in found if key.startswith(file)}


def forms(key: ast.expr) -> Iterator[str]:
    """What the keys look like that an expression stands for; nothing where that cannot be seen."""
    match key:
        case ast.Constant(value=str(text)):
            yield re.escape(text)
        case ast.JoinedStr(values=parts):
            yield "".join(_form(part) for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from forms(one)
            yield from forms(other)
        case ast.BinOp(left=beginning, op=ast.Add(), right=end):
            yield from (one + other for one in forms(beginning) for other in forms(end))


def _form(part: ast.expr) -> str:
    match part:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.FormattedValue(value=ast.Attribute(attr="_view")):  # of a `ListingTable`
            return "(top_items|books|own)"
        case ast.FormattedValue(value=ast.Subscript(value=ast.Name(id="_TITLES"))):  # of the panes
            return "(commands|events|views)"
    return "[A-Za-z_]+"


def nodes() -> Iterator[ast.AST]:
    for file in sorted(SOURCE.rglob("*.py")):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def asked_for() -> Iterator[str]:
    """What is given to `say` and `Sentence`, directly or by way of a variable of the name `key`."""
    for node in nodes():
        match node:
            case ast.Call(func=ast.Name(id="say" | "Sentence"), args=[key, *_]):
                yield from forms(key)
            case ast.Assign(targets=[ast.Name(id="key")], value=key):
                yield from forms(key)


def mentioned() -> Iterator[str]:
    """What could be a key in the source, and what scenarios say."""
    for node in nodes():
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
            yield from forms(node)
    for file in demo_data_folder().glob("*.toml"):
        steps = tomllib.loads(file.read_text(encoding="utf-8")).get("step", [])
        yield from (re.escape(step["say"]) for step in steps if "say" in step)


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_the_same_sentences(language: str) -> None:
    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_leaves_the_same_blanks(language: str) -> None:
    for key in keys(language) & keys("en"):
        assert placeholders(sentences(language)[key]) == placeholders(sentences("en")[key]), key


def test_whatever_is_asked_for_is_there() -> None:
    known = sentences("en").keys() | sentences("ja").keys()
    for form in set(asked_for()):
        if r"\." in form:  # else it is a part of a key
            assert [key for key in known if re.fullmatch(form, key)], form


def test_nothing_is_there_that_nobody_asks_for() -> None:
    asked = [re.compile(form) for form in set(mentioned()) if r"\." in form]
    unasked = {key for key in keys("en") if not any(form.fullmatch(key) for form in asked)}
    assert {key for key in unasked if not key.startswith("keys.")} == set()  # the footer's: see test_footer


@pytest.mark.parametrize("language", OTHERS)
def test_every_refusal_is_translated(language: str) -> None:
    translated = of_the_rules(language, "refusal.")
    assert translated.keys() == rejections.SENTENCES.keys() | {"command_id_reused"}
    for code, english in rejections.SENTENCES.items():
        assert placeholders(translated[code]) == placeholders(english), code
    assert placeholders(translated["command_id_reused"]) == {"command_id"}


@pytest.mark.parametrize("language", OTHERS)
def test_every_mistake_is_translated(language: str) -> None:
    translated = of_the_rules(language, "mistake.")
    assert translated.keys() == mistakes.SENTENCES.keys()
    for code, english in mistakes.SENTENCES.items():
        assert placeholders(translated[code]) == placeholders(english), code


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_makes_a_line_no_command_is_translated(language: str) -> None:
    speak(language)
    said = set()
    for line in NO_COMMANDS:
        with pytest.raises(CommandSyntaxError) as error:
            parse(line)
        translation = misspelt(error.value, "ENGLISH")
        assert "ENGLISH" not in str(translation), line
        said.add(translation.key.removeprefix("syntax."))
    assert of_the_rules(language, "syntax.").keys() == said


def test_english_has_the_words_of_the_rules_from_the_rules() -> None:
    assert not [key for key in sentences("en") if key.startswith(OF_THE_RULES)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_can_be_said(language: str) -> None:
    speak(language)
    for key, template in sentences(language).items():
        assert say(key, **dict.fromkeys(placeholders(template), "x")).strip(), key
