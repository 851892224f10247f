"""Pictures of the screen as files."""

import errno
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.ui.stage import on_stage
from tests.ui.test_hostile_text import HOSTILE
from tui_ledger.domain.commands import CreateUser
from tui_ledger.ui import picture_file

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def test_f12_saves_what_is_on_the_screen_and_says_where(tmp_path: Path) -> None:
    async with on_stage() as stage:
        await stage.execute("create moyin", "deposit moyin 1000", "buy moyin 'sword 剣' 200")
        await stage.advance(1)
        await stage.pilot.press("f12")
        assert stage.notices == [f"A picture of the screen is in {tmp_path / 'tui-ledger.svg'}"]
    text = "".join(ET.parse(tmp_path / "tui-ledger.svg").getroot().itertext())  # noqa: S314 - our own
    text = text.replace("\xa0", " ")
    assert "MoneyDeposited" in text
    assert "sword 剣" in text


@pytest.mark.slow
async def test_a_picture_can_be_taken_of_a_window_and_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "tui-ledger.svg").write_text("mine")
    (tmp_path / "tui-ledger-2.svg").symlink_to(tmp_path / "nowhere")
    async with on_stage() as stage:
        await stage.pilot.press("question_mark", "f12", "f12")
        await stage.tick()
    assert (tmp_path / "tui-ledger.svg").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "tui-ledger-2.svg",
        "tui-ledger-3.svg",
        "tui-ledger-4.svg",
        "tui-ledger.svg",
    ]
    assert "What\xa0you\xa0see" in (tmp_path / "tui-ledger-3.svg").read_text().replace("&#160;", "\xa0")


@pytest.mark.slow
async def test_a_picture_refers_to_nothing_elsewhere_and_runs_nothing() -> None:
    async with on_stage(size=(200, 60), name="".join(HOSTILE.values())) as stage:
        for number, text in enumerate(HOSTILE.values()):
            await stage.ledger.execute(CreateUser(wallet=f"wallet-{number}", owner=text))
        await stage.advance(1)
        svg = picture_file.picture(stage.app)
    assert set(re.findall(r"[a-z]+://[^\s\"')]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert "@font-face" not in svg
    assert "@import" not in svg
    elements = ET.fromstring(svg).iter()  # noqa: S314 - our own
    tags = {element.tag.removeprefix(SVG) for element in elements}
    assert tags <= {"svg", "style", "defs", "clipPath", "rect", "g", "text", "circle"}


@pytest.mark.slow
async def test_wide_characters_are_as_wide_in_a_picture_as_on_the_screen() -> None:
    async with on_stage() as stage:
        await stage.execute("create moyin", "deposit moyin 1000", "buy moyin 剣剣剣 200")
        await stage.advance(1)
        svg = picture_file.picture(stage.app)
    lengths = re.findall(r'textLength="([\d.]+)"[^>]*>(剣剣剣(?:&#160;)*)<', svg)
    assert lengths
    assert all(float(length) == pytest.approx(12.2 * (6 + text.count("&#160;"))) for length, text in lengths)


async def test_a_folder_that_takes_no_picture_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(picture_file, "new_file", full)
    async with on_stage() as stage:
        await stage.pilot.press("f12")
        assert stage.notices == ["No picture can be saved here: No space left on device."]
    assert list(tmp_path.iterdir()) == []
