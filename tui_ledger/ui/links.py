"""Texts that name keys, and can be clicked in their place."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style

_BETWEEN = " · "


def linked(text: str, *actions: str) -> Content:
    """`text`, whose parts, those between the dots, do `actions` when they are clicked, one each.

    A part more than there are actions, or an empty action, does nothing.
    """
    parts = text.split(_BETWEEN)
    acts = [*actions, *[""] * len(parts)]
    found = [
        link(part, action) if action else Content(part) for part, action in zip(parts, acts, strict=False)
    ]
    return Content(_BETWEEN).join(found)


def link(text: str, action: str, style: str = "") -> Content:
    """`text`, safe to be shown, which does `action` when it is clicked."""
    content = Content.styled(text, Style.from_meta({"@click": action}))
    return content.stylize(style) if style else content
