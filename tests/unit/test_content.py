"""What the screen says comes from content, and every sentence there can be said."""

import textwrap
from pathlib import Path

import pytest

from tui_ledger import content
from tui_ledger.content import ContentError, placeholders, say, sentences
from tui_ledger.simulation.scenario import load_scenario

LANGUAGES = tuple(
    sorted(one.name for one in Path(content.__file__).parent.iterdir() if (one / "dials.toml").exists())
)
"""The languages that there are."""


@pytest.fixture
def language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of sentences that is read in place of the program's own."""
    monkeypatch.setattr(content, "files", lambda _: tmp_path.parent)
    monkeypatch.setattr(content, "LANGUAGE", tmp_path.name)
    return tmp_path


def test_every_template_can_be_said() -> None:
    assert sentences("en")
    for key, template in sentences("en").items():
        values = dict.fromkeys(placeholders(template), "x")
        assert say(key, **values).strip(), key


def test_a_sentence_is_filled_in_and_the_value_never_interpreted(language: Path) -> None:
    (language / "pane.toml").write_text('[title]\nlag = "{view} is {count} behind"', encoding="utf-8")
    assert say("pane.title.lag", view="{count}[b]", count=3) == "{count}[b] is 3 behind"


def test_a_sentence_need_not_use_every_value(language: Path) -> None:
    (language / "pane.toml").write_text('short = "{view}"', encoding="utf-8")
    assert say("pane.short", view="balances", count=3) == "balances"


def test_a_sentence_that_is_missing_is_named() -> None:
    with pytest.raises(ContentError, match=r"content/en has no sentence story\.tomorrow"):
        say("story.tomorrow")


def test_a_value_that_is_missing_is_named(language: Path) -> None:
    (language / "pane.toml").write_text('lag = "{view} is late"', encoding="utf-8")
    with pytest.raises(ContentError, match=r"pane\.lag needs a value for view"):
        say("pane.lag")


@pytest.mark.parametrize("template", ["{", "{}", "{0}", "{view.name}", "{view!r}", "{count:>9}", "a } b"])
def test_braces_hold_a_name_and_nothing_else(template: str, language: Path) -> None:
    (language / "pane.toml").write_text(f"bad = '{template}'", encoding="utf-8")
    with pytest.raises(ContentError, match="is no template"):
        sentences(language.name)


def test_only_text_is_a_sentence(language: Path) -> None:
    (language / "pane.toml").write_text("lines = 2", encoding="utf-8")
    with pytest.raises(ContentError, match=r"pane\.lines is no text"):
        sentences(language.name)


def test_what_the_story_says_fits_into_two_lines_of_78_columns() -> None:
    for step in load_scenario("moyin").steps:
        if step.say is not None:
            assert len(textwrap.wrap(say(step.say), 78)) <= 2, step.say
