"""What a command on record asked for, as a person would type it."""

import msgspec

from tui_ledger.domain.command_language import format_command
from tui_ledger.domain.commands import read_content
from tui_ledger.journey import Step


def asked_for(step: Step) -> str | None:
    """The line of a person's command, of a process's the verb and the wallet; None if it is not on record.

    What this program does not understand is given as it is stored.
    """
    text = step.events[0].content
    if text is None:
        return None
    if step.asked_by == "event":
        content = as_read(text)
        return f"{content.get('verb')} {content.get('wallet')}" if isinstance(content, dict) else text
    try:
        return format_command(read_content(text))
    except ValueError:
        return text


def as_read(text: str) -> object:
    """What the JSON `text` stands for; itself, if it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
