"""What a command on record asked for, as a person would type it."""

import msgspec
from pydantic import ValidationError

from tui_ledger.domain.command_language import format_command
from tui_ledger.domain.commands import COMMANDS
from tui_ledger.journey import Step


def asked_for(step: Step) -> str | None:
    """The line of a person's command, of a process's the verb and the wallet; None if it is not on record.

    What this program does not understand is given as it is stored.
    """
    text = step.events[0].content
    content = as_read(text) if text is not None else None
    if not isinstance(content, dict):
        return text
    verb, wallet = content.pop("verb", None), content.get("wallet")
    if step.asked_by == "event":
        return f"{verb} {wallet}"
    try:
        return format_command(COMMANDS[verb].model_validate(content))
    except (LookupError, TypeError, ValidationError):  # of no command that this program knows
        return text


def as_read(text: str) -> object:
    """What the JSON `text` stands for; itself, if it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
