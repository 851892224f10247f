"""What is kept for the next start, and what happens when it cannot be."""

import os
from pathlib import Path

import pytest

from tui_ledger.ui.preferences import Preferences, PreferencesFile, own_preferences


def test_a_choice_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "new" / "preferences.json"
    PreferencesFile(path).keep(theme="light")
    assert PreferencesFile(path).chosen == Preferences(theme="light")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["preferences.json"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"theme": 7}', b"\xff\xfe", b'{"theme": "' + b"x" * 20_000 + b'"}']
)
def test_a_broken_file_says_nothing_and_is_replaced_by_the_next_choice(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(content)
    preferences = PreferencesFile(path)
    assert preferences.chosen == Preferences()
    preferences.keep(theme="light")
    assert PreferencesFile(path).chosen.theme == "light"


def test_what_another_version_has_kept_besides_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(b'{"theme": "light", "sound": true}')
    assert PreferencesFile(path).chosen.theme == "light"


def test_a_pipe_in_the_place_of_the_file_does_not_make_the_start_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "preferences.json")
    assert PreferencesFile(tmp_path / "preferences.json").chosen == Preferences()


def test_what_cannot_be_written_is_chosen_for_this_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    preferences = PreferencesFile(tmp_path / "file" / "preferences.json")
    with pytest.raises(OSError, match="file"):
        preferences.keep(theme="light")
    assert preferences.chosen.theme == "light"


def test_without_a_file_choices_last_as_long_as_the_program() -> None:
    preferences = PreferencesFile()
    preferences.keep(theme="light")
    assert preferences.chosen.theme == "light"


def test_ones_own_are_where_the_system_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    own_preferences().keep(theme="light")
    assert [file.name for file in tmp_path.rglob("*.json")] == ["preferences.json"]
