"""The last line: its words come from content, by the id of the key."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets._footer import FooterKey

import tui_ledger.ui
from tests.ui.stage import Stage, on_stage
from tui_ledger.content import LANGUAGES, sentences, speak
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.keys import shown
from tui_ledger.ui.widgets.key_footer import KeyFooter


def own(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for one in kind.__subclasses__():
        yield from own(one)
        if one.__module__.startswith("tui_ledger."):
            yield one


def bindings() -> list[tuple[str, Binding]]:
    """Every key of this program, with the class that has it."""
    for module in pkgutil.walk_packages(tui_ledger.ui.__path__, "tui_ledger.ui."):
        importlib.import_module(module.name)
    kinds = dict.fromkeys(own(DOMNode))
    return [(kind.__name__, one) for kind in kinds for one in kind.__dict__.get("BINDINGS", ())]


def footer(stage: Stage) -> list[str]:
    """The words of the keys, as they are drawn."""
    return [str(key.description) for key in stage.app.screen.query(FooterKey)]


def test_every_key_has_an_id_and_the_footer_no_words_of_its_own() -> None:
    for where, binding in bindings():
        assert binding.id, f"a key of {where}: {binding.key}"
        assert binding.description in ("", f"keys.{binding.id}"), f"{where}: {binding.description}"


def test_every_key_that_is_shown_has_words_and_no_other() -> None:
    described = {binding.description for _, binding in bindings() if binding.description}
    assert described == {key for key in sentences("en") if key.startswith("keys.")}


def test_a_key_that_is_shown_is_called_by_its_id() -> None:
    binding = shown("p", "app.steer('pause')", "view.pause", key_display="P")
    assert (binding.id, binding.description, binding.show) == ("view.pause", "keys.view.pause", True)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_keys_fit_into_80_columns(language: str) -> None:
    speak(language)
    async with on_stage(size=(80, 24), scenario=load_scenario("moyin")) as stage:
        await stage.execute("create ann")
        for keys in (["1"], ["2"], ["3"], ["colon"], ["escape", "2", "enter"]):
            await stage.pilot.press(*keys)
            await stage.tick()
            bar = stage.app.screen.query_one(KeyFooter)
            assert bar.virtual_size.width - 1 <= 80, footer(stage)  # it ends in a blank
            assert footer(stage)
