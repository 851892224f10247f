"""Drawing with ASCII alone: all that is the screen's own has a character, as wide as before."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from textual._border import BORDER_CHARS
from textual.color import Color

import tui_ledger.ui
from tui_ledger.content import sentences
from tui_ledger.ui.ascii_only import AsciiOnly, to_ascii

JAPANESE = re.compile("[\u3000-\u30ff\u4e00-\u9fff]")
TABLES = {"ascii_only.py", "columns.py", "wrapping.py"}  # of characters; they say nothing
UI = Path(tui_ledger.ui.__file__).parent


def texts_of_the_screen() -> Iterator[tuple[str, str]]:
    """Where it stands and what it is: every sentence in English, and every text in the user interface."""
    yield from sentences("en").items()
    for file in UI.rglob("*.py"):
        if file.name in TABLES:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{file.name}:{node.lineno}", node.value


def test_all_that_the_screen_says_and_draws_is_ascii_and_as_wide_as_before() -> None:
    ours = {where: JAPANESE.sub("", text) for where, text in texts_of_the_screen()}  # F2 speaks it
    assert {where: to_ascii(text) for where, text in ours.items() if not to_ascii(text).isascii()} == {}
    wrong = [where for where, text in texts_of_the_screen() if len(to_ascii(text)) != len(text)]
    assert wrong == []


def test_all_frames_and_blocks_are_ascii_and_one_cell_wide() -> None:
    frames = {character for frame in BORDER_CHARS.values() for row in frame for character in row}
    drawn = {character: to_ascii(character) for character in [*map(chr, range(0x2500, 0x25A0)), *frames]}
    assert {before: after for before, after in drawn.items() if not after.isascii()} == {}
    assert all(cell_len(after) == 1 for before, after in drawn.items() if before)


def test_bars_of_different_heights_and_frames_with_and_without_the_keys_stay_different() -> None:
    assert len(set(to_ascii("▁▂▃▄▅▆▇█"))) == 8
    assert to_ascii("─") != to_ascii("━")


def test_what_people_have_written_stays() -> None:
    assert to_ascii("sword 剣 é ü 🐉") == "sword 剣 é ü 🐉"


def test_a_mark_of_something_that_goes_on_is_as_wide_as_it_was() -> None:
    assert to_ascii("on its way …") == "on its way.."
    assert to_ascii("a long na…") == "a long na~"


def test_a_line_keeps_its_styles_and_its_length() -> None:
    before = [Segment("│ "), Segment("剣 ✓ "), Segment("plain")]
    after = AsciiOnly().apply(before, Color(0, 0, 0))
    assert [segment.text for segment in after] == ["| ", "剣 * ", "plain"]
