"""A position of the log as a person writes it: `#41,002`, or how many events on or back."""

from __future__ import annotations

import re
from typing import Final

from tui_ledger.content import say
from tui_ledger.errors import InputError
from tui_ledger.nearest import shown

_POSITION: Final = re.compile(r"#?\s*([0-9]{1,15}|[0-9]{1,3}(?:[,\u202f\u00a0 '_][0-9]{3}){1,4})", re.ASCII)


def parse_position(text: str, here: int, head: int) -> int:
    """The position that `text` means: a number, or `-100` and `+5`, from `here` on.

    Raises:
        InputError: it is no position, or none that there is; the sentence says which there are.
    """
    text = text.strip()
    sign = text[:1] if text[:1] in ("+", "-", "−") else ""
    match = _POSITION.fullmatch(text[len(sign) :].strip())
    if match is None:
        raise InputError(say("dials.seek.no_position", text=shown(text)))
    number = int(re.sub(r"[^0-9]", "", match[1]))
    position = {"": number, "+": here + number}.get(sign, here - number)
    if position > head:
        raise InputError(say("dials.seek.beyond", position=f"{position:,}", head=f"{head:,}"))
    if position < 0:
        raise InputError(say("dials.seek.before", here=f"{here:,}"))
    return position
