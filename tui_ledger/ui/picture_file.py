"""A picture of the screen as an SVG file, which needs nothing from anywhere else to be shown."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from tui_ledger.file_replacement import new_file

if TYPE_CHECKING:
    from textual.app import App

NAME: Final = "tui-ledger"
"""What the files are called; a number tells the second from the first."""

_MOST: Final = 10_000
_CELL: Final = 12.2  # how wide the drawing makes a cell
_FONTS: Final = (
    '"Fira Code", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK JP", monospace'
)
_FONT_FACE: Final = re.compile(r"@font-face\s*\{[^}]*\}\s*")
_COMMENT: Final = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_TEXT: Final = re.compile(r'textLength="[^"]*"([^>]*)>([^<]*)<')


def picture(app: App[None]) -> str:
    """The screen as it is now, as SVG, with the fonts of whoever looks at it."""
    svg = app.export_screenshot(title=app.title, simplify=True)
    svg = _COMMENT.sub("", _FONT_FACE.sub("", svg)).replace(
        "font-family: Fira Code, monospace", f"font-family: {_FONTS}"
    )
    return _TEXT.sub(_as_wide_as_drawn, svg)


def _as_wide_as_drawn(match: re.Match[str]) -> str:
    """The length of a text in cells: it has that of its characters, of which some take two."""
    rest, text = match.groups()
    return f'textLength="{cell_len(unescape(text)) * _CELL:g}"{rest}>{text}<'


def save_picture(svg: str) -> Path:
    """Write it to a new file in the current folder.

    Raises:
        OSError: that cannot be done.
    """
    for number in range(1, _MOST):
        path = Path(f"{NAME}.svg" if number == 1 else f"{NAME}-{number}.svg")
        if path.exists() or path.is_symlink():
            continue
        try:
            with new_file(path) as file:
                file.write(svg.encode())
        except FileExistsError:
            continue  # somebody was faster
        return path.absolute()
    raise FileExistsError(0, "there are pictures enough")
