"""Sentences: how they are read, filled in, and said in the language that is spoken."""

from pathlib import Path

import pytest

from tui_ledger import content
from tui_ledger.content import ContentError, Sentence, say, sentences, speak, spoken


@pytest.fixture
def language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of sentences that is read in place of the program's own, but for the English ones."""
    sentences("en")
    monkeypatch.setattr(content, "files", lambda _: tmp_path.parent)
    monkeypatch.setattr(content, "LANGUAGES", ("en", tmp_path.name))
    speak(tmp_path.name)
    return tmp_path


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


def test_a_sentence_that_is_kept_follows_the_language(language: Path) -> None:
    (language / "pane.toml").write_text('late = "{view} ist spät: {why}"\nwhy = "der Bus"', encoding="utf-8")
    kept = Sentence("pane.late", {"view": "balances", "why": Sentence("pane.why")})
    assert str(kept) == "balances ist spät: der Bus"
    speak("en")
    with pytest.raises(ContentError, match=r"content/en has no sentence pane\.late"):
        str(kept)


def test_a_language_that_is_not_there_cannot_be_spoken() -> None:
    with pytest.raises(ContentError, match="there is no language fr"):
        speak("fr")
    assert spoken() == "en"
