"""What the app is opened with: which ledger, which views, and what plays."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tui_ledger.cli import opening
from tui_ledger.cli.app import app as run_cli
from tui_ledger.errors import InputError
from tui_ledger.ledger import create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.simulation.scenario import Scenario, load_scenario


class App:
    """Notes with what the app was opened."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.options: dict[str, Any] = {}

    def __call__(self, path: Path | None, **options: Any) -> int:
        self.path, self.options = path, options
        return 0

    @property
    def scenario(self) -> Scenario | None:
        """What is found to play, once the first frame is painted."""
        found: Scenario | None = asyncio.run(self.options["scenario"]())
        return found


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    app = App()
    monkeypatch.setattr(opening, "run_app", app)
    monkeypatch.setattr(opening, "_check_terminal", lambda: None)
    return app


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "it.toml"
    file.write_text(
        'title = "A test"\nviews = ["balances", "returns"]\n[[step]]\nat = 0\ndo = "create ann"\n',
        encoding="utf-8",
    )
    return file


def enabled(path: Path) -> list[str] | None:
    return LedgerFolder(path).enabled_views()


def test_a_new_ledger_has_the_views_of_the_scenario(app: App, scenario: Path, tmp_path: Path) -> None:
    opening.open_ledger(tmp_path / "new", scenario=str(scenario), traffic=None, seed=None, lang="en")
    assert app.path == tmp_path / "new"
    assert app.scenario == load_scenario(scenario)
    assert enabled(tmp_path / "new") == ["balances", "returns"]


def test_a_ledger_that_was_there_keeps_its_views_and_gets_those_that_are_missing(
    app: App, scenario: Path, tmp_path: Path
) -> None:
    create_ledger(tmp_path / "old", ["spending", "balances"])
    opening.open_ledger(tmp_path / "old", scenario=str(scenario), traffic=None, seed=None, lang="en")
    assert app.scenario == load_scenario(scenario)
    assert enabled(tmp_path / "old") == ["spending", "balances", "returns"]


def test_without_a_scenario_nothing_is_made_before_the_app_opens(app: App, tmp_path: Path) -> None:
    opening.open_ledger(tmp_path / "new", scenario=None, traffic=2.0, seed=3, lang="ja")
    assert app.options == {
        "scenario": None,
        "traffic": 2.0,
        "seed": 3,
        "language": "ja",
        "ascii_only": False,
    }
    assert not (tmp_path / "new").exists()


def test_a_scenario_that_is_none_makes_no_ledger(app: App, tmp_path: Path) -> None:
    opening.open_ledger(tmp_path / "new", scenario="moyn", traffic=None, seed=None, lang="en")
    with pytest.raises(InputError, match="did you mean moyin"):
        assert app.scenario is None
    assert not (tmp_path / "new").exists()


def test_a_demo_has_no_ledger_that_stays(app: App) -> None:
    opening.open_demo("moyin", traffic=None, seed=None, lang="en")
    assert app.path is None
    assert app.scenario == load_scenario("moyin")


def test_a_ledger_is_not_made_with_a_view_that_does_not_come_along(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="balanses"):
        create_ledger(tmp_path / "new", ["balanses"])
    assert not (tmp_path / "new").exists()


def test_the_screen_speaks_the_language_that_was_asked_for(app: App) -> None:
    opening.open_demo("moyin", traffic=None, seed=None, lang="ja")
    assert app.options["language"] == "ja"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_MESSAGES": "ja", "LANG": "en_GB.UTF-8"}, "ja"),
        ({"LC_ALL": "C", "LC_MESSAGES": "ja_JP", "LANG": "ja_JP"}, "en"),
        ({"LC_ALL": "", "LANG": "ja_JP"}, "ja"),
        ({"LANG": "jam_JM"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_unasked_the_screen_speaks_the_language_of_the_locale(
    environment: dict[str, str], language: str
) -> None:
    assert opening.language_for(None, environment) == language


def test_what_is_asked_for_goes_before_the_locale() -> None:
    assert opening.language_for("en", {"LC_ALL": "ja_JP.UTF-8"}) == "en"


def test_a_language_that_is_not_there_is_an_error_and_makes_no_ledger(app: App, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no language fr; there are en and ja\."):
        opening.open_ledger(tmp_path / "new", scenario=None, traffic=None, seed=None, lang="fr")
    assert app.path is None
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("arguments", [["demo", "--ascii"], ["open", "new", "--ascii"], ["--ascii"]])
def test_ascii_is_an_option_of_each_command_that_opens_the_app(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert run_cli(arguments, standalone_mode=False) == 0
    assert app.options["ascii_only"]


def test_a_terminal_that_cannot_place_the_cursor_is_told_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(opening.NoTerminal, match="can place the cursor"):
        opening.open_demo("moyin", traffic=None, seed=None, lang="en")


def test_the_story_is_told_until_it_has_been_played_to_its_end(app: App, tmp_path: Path) -> None:
    opening.open_story(tmp_path / "new", lang="en")
    assert not (tmp_path / "new").exists()
    assert app.scenario == load_scenario(opening.STORY)
    assert (tmp_path / "new").exists()
