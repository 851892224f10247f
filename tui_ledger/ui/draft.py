"""A command that is being filled in, field by field. Imported after the first paint: pydantic is slow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tui_ledger.domain.command_language import (
    COMMON_FIELDS,
    format_fields,
    optional_fields,
    problems,
    quoted,
    required_fields,
)
from tui_ledger.domain.commands import COMMANDS
from tui_ledger.ui.completing import Completing
from tui_ledger.ui.grammar import about_field
from tui_ledger.ui.misread import why_no_command

if TYPE_CHECKING:
    from tui_ledger.ui.grammar import Grammar

VERBS: Final = tuple(COMMANDS)
"""What one can choose from."""


class Draft:
    """The fields of one command as far as they are filled in. An empty field is not given.

    Args:
        verb: Which command.
        values: What is filled in already; fields that the command does not have are kept for others.
        grammar: What knows the candidates.
    """

    def __init__(self, verb: str, values: Mapping[str, str], grammar: Grammar) -> None:
        self._kind = COMMANDS[verb]
        self._grammar = grammar
        self.verb = verb
        self.values = dict(values)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that it needs."""
        return required_fields(self._kind)

    @property
    def optional(self) -> tuple[str, ...]:
        """The fields that it has besides."""
        return optional_fields(self._kind)

    @property
    def common(self) -> tuple[str, ...]:
        """The fields that every command has."""
        return COMMON_FIELDS

    @property
    def given(self) -> dict[str, str]:
        """The fields of this command that are filled in."""
        return {name: self.values[name] for name in self._kind.model_fields if self.values.get(name)}

    @property
    def line(self) -> str:
        """The line of the command language, with a place for each field that is missing."""
        return format_fields(self._kind, self.given)

    @property
    def missing(self) -> list[str]:
        """The required fields that are empty."""
        return [name for name in self.required if name not in self.given]

    def problems(self) -> dict[str, str]:
        """What is wrong with a field that is filled in, as the bar says it."""
        wrong = problems(self._kind, self.given)
        return {name: str(why_no_command(error)) for name, error in wrong.items()}

    def about(self, field: str) -> str:
        """What belongs into `field`."""
        return about_field(self._kind, field)

    def default(self, field: str) -> str:
        """What it is if it is left empty; empty itself if that is nothing."""
        return str(self._kind.model_fields[field].get_default() or "") if field in self.optional else ""

    def completing(self, field: str) -> Completing | None:
        """What `field` can become; None if nothing is known."""
        return self._grammar.completing_field(field, self.values.get(field, ""), self.given.get("wallet"))

    def line_up_to(self, field: str) -> str:
        """A line that ends in `field`."""
        wallet = f"wallet={quoted(self.given.get('wallet', ''))} " if field != "wallet" else ""
        return f"{self.verb} {wallet}{field}={quoted(self.values.get(field, ''))}"
