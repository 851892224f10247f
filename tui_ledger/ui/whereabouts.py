"""What the frame of the list of events says: whether the list follows the log, and where it ends."""

from textual.content import Content

from tui_ledger.content import say
from tui_ledger.ui.links import link


def whereabouts(head: int, end: int, seen: int, *, following: bool, past: bool) -> Content:
    """What to say.

    Args:
        head: The position of the last event.
        end: That of the last one that may be shown.
        seen: How long the log was when following ended.
        following: Whether the list stays at its end.
        past: Whether the list is of a moment of the past.
    """
    if past:
        text = say("time.stream", position=f"{end:,}", later=f"{head - end:,}")
        return Content.styled(text, "bold $past")
    if following:
        return link(say("screen.stream.following"), "freeze", "$quiet")
    key = "screen.stream.frozen_new" if head > seen else "screen.stream.frozen"
    return link(say(key, new=f"{head - seen:,}"), "freeze", "bold $warning")
