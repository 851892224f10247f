"""The line that says what there is no room for; a click shows it."""

from collections.abc import Mapping

from textual.content import Content

from tui_ledger.content import say
from tui_ledger.ui.links import link


def not_shown(panes: Mapping[str, str], width: int) -> Content:
    """What to say in `width` cells of these panes, by their titles: as much as there is room for."""
    links = [link(title, f"screen.pane('{pane}')") for title, pane in panes.items()]
    short = [link(title[0], f"screen.pane('{pane}')") for title, pane in panes.items()]
    texts = [
        _around("long", Content(", ").join(links)),
        _around("medium", Content(", ").join(links)),
        _around("short", Content(" ").join(short)),
    ]
    return next((text for text in texts if text.cell_length <= width), texts[-1])


def _around(length: str, names: Content) -> Content:
    before, _, after = say(f"screen.hidden.{length}", panes="\n").partition("\n")
    return Content.assemble(before, names, after)
