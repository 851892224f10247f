"""Texts cut and padded to terminal cells: what a column is made of."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_ledger.safe_text import safe_text

Cell = tuple[str, Style]
"""A text of exactly the column's width, and how it looks."""


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text`, made safe, in exactly `width` cells: cut with an ellipsis or padded with blanks."""
    if width <= 0:
        return ""
    shown = safe_text(text, limit=width)
    padding = " " * (width - cell_len(shown))
    return padding + shown if right else shown + padding


def row(cells: list[Cell], width: int, base: Style) -> Strip:
    """A line of `cells` with a blank between them, as wide as `width`, on the style `base`."""
    segments: list[Segment] = []
    # In reverse, the colour of each text would be behind it.
    over = Style(color=base.color, bgcolor=base.bgcolor) if base.reverse else Style.null()
    blank, taken = Segment(" ", base), 0
    for text, style in cells:
        if text:
            segments += (Segment(text, base + style + over), blank)
            taken += cell_len(text) + 1
    return Strip(segments, taken).adjust_cell_length(width, base)


def bar(style: Style) -> Style:
    """What a style says about the whole line that is chosen: what is behind it, or that it is in reverse."""
    return Style(bgcolor=style.bgcolor, reverse=style.reverse)
