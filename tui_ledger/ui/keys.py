"""Keys that are shown: their words come from `content`, by the id of the binding."""

from typing import Final

from textual.binding import Binding

from tui_ledger.content import say

_WORDS: Final = "keys."


def shown(
    keys: str,
    action: str,
    id: str,  # noqa: A002 - as `Binding` calls it
    *,
    key_display: str | None = None,
    priority: bool = False,
) -> Binding:
    """A binding that the footer shows, with the sentence `keys.<id>`; one that is not shown has no words."""
    return Binding(keys, action, _WORDS + id, key_display=key_display, priority=priority, id=id)


def in_words(description: str) -> str:
    """What the footer says of a binding with that description."""
    return say(description) if description.startswith(_WORDS) else description
