"""The README's pictures show the app as it is."""

import re
from pathlib import Path

import pytest

from tests.ui.pictures import FOLDER, PICTURES, draw

README = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_is_what_the_app_shows_now(name: str) -> None:
    drawn = await draw(name)
    accepted = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert drawn == accepted, "python -m tests.ui.pictures makes it anew: look at it, and commit it"


@pytest.mark.slow
async def test_a_picture_is_the_same_in_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await draw("journey")
    monkeypatch.chdir(tmp_path)
    assert await draw("journey") == here


def test_the_readme_shows_every_picture_and_says_what_is_on_it() -> None:
    shown = dict(re.findall(r"!\[([^\]]+)\]\(docs/pictures/([\w-]+)\.svg\)", README))
    assert sorted(shown.values()) == sorted(PICTURES) == sorted(file.stem for file in FOLDER.iterdir())
    assert all(len(words) > 40 for words in shown)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_needs_nothing_from_elsewhere_and_is_small(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert str(FOLDER.parents[1]) not in text
    assert len(text.encode()) < 100_000
