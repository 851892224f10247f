"""What is drawn under a line that is being typed: candidates, what is wrong, the form, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text

if TYPE_CHECKING:
    from tui_ledger.ui.completing import Candidate
    from tui_ledger.ui.grammar import Hint

GLYPHS: Final = {"open": "", "doubtful": "", "wrong": "✗ ", "ready": "✓ "}
STYLES: Final = {"open": "$quiet", "doubtful": "$warning", "wrong": "$error", "ready": "$success"}

_GAP: Final = "  "


def picture(hint: Hint, candidates: Sequence[Candidate], at: int | None, width: int, height: int) -> Content:
    """The hint in `height` lines of `width` cells.

    Args:
        hint: What to say.
        candidates: What the word can become.
        at: Which of them it is now.
    """
    note = (f"{GLYPHS[hint.state]}{safe_text(hint.note)}", STYLES[hint.state]) if hint.note else None
    choices = strip(candidates, at, width) if candidates else None
    if height == 1:
        return _in_one_line(hint, note, choices).truncate(width, ellipsis=True)
    parts = []
    if note is not None and hint.state != "ready":
        parts.append(Content.styled(*note))
    if choices is not None:
        parts.append(choices)
    if hint.form:
        parts.append(_form(hint))
    if hint.about:
        parts.append(Content.styled(hint.about, "$quiet italic"))
    if note is not None and hint.state == "ready":
        parts.append(Content.styled(*note))
    return Content("\n").join(parts)


def strip(candidates: Sequence[Candidate], at: int | None, width: int) -> Content:
    """As many candidates as fit into a line, with the one that was chosen, and how many there are more."""
    texts = [safe_text(_shown(one), limit=max(4, width - 6)) for one in candidates]
    first = last = 0
    while last < len(texts):
        last = first + max(1, _fitting(texts[first:], width))
        if at is None or at < last:
            break
        first = last
    parts: list[Content] = []
    for index in range(first, last):
        style = Style.from_meta({"@click": f"pick({index})"})
        chosen = "reverse bold" if index == at else "$foreground"
        parts.append(Content.styled(texts[index], chosen).stylize(style))
    more = len(texts) - (last - first)
    if more:
        parts.append(Content.styled(say("bar.more", count=f"{more:,}"), "$quiet"))
    return Content(_GAP).join(parts)


def _fitting(texts: Sequence[str], width: int) -> int:
    """How many texts fit beside each other, with room for how many there are more."""
    used, room = 0, width
    for count, text in enumerate(texts):
        used += cell_len(text) + (len(_GAP) if count else 0)
        left = len(texts) - count - 1
        if used + (len(_GAP) + len(f"+{left}") if left else 0) > room:
            return count
    return len(texts)


def _shown(candidate: Candidate) -> str:
    return f"{candidate.word} ({candidate.note})" if candidate.note else candidate.word


def _form(hint: Hint) -> Content:
    """The form, with the place in it that is being typed."""
    before, place, after = hint.form.partition(hint.place) if hint.place else (hint.form, "", "")
    return Content.assemble((before, "$quiet"), (place, "bold $write"), (after, "$quiet"))


def _in_one_line(hint: Hint, note: tuple[str, str] | None, choices: Content | None) -> Content:
    if note is not None and hint.state != "ready":
        return Content.styled(*note)
    parts = [Content.styled(*note)] if note is not None else []
    parts += [choices] if choices is not None else []
    parts += [_form(hint)] if hint.form else []
    parts += [Content.styled(hint.about, "$quiet italic")] if hint.about else []
    return Content.styled(" · ", "$quiet").join(parts)
