"""What is wrong in a TOML file that has another form than was expected, for whoever wrote it."""

import re
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tui_ledger.nearest import nearest

_SENTENCES: Final = {
    "bool_type": "true or false is expected",
    "dict_type": "a table is expected",
    "finite_number": "a number is expected",
    "float_type": "a number is expected",
    "greater_than_equal": "{ge:g} is the least",
    "int_type": "a whole number is expected",
    "less_than_equal": "{le:g} is the most",
    "list_type": "a list is expected",
    "model_type": "a table is expected",
    "string_too_long": "{max_length:,} characters are the most",
    "string_too_short": "it is empty",
    "string_type": "a text in quotes is expected",
    "too_long": "{max_length:,} are the most",
    "too_short": "it is empty",
}
"""By the type of pydantic's error; of any other, its own message is plain enough."""

_CHOICE: Final = re.compile("'([^']*)'")


def first_mistake(error: ValidationError) -> ErrorDetails:
    """The one to be told of first: a key that is misspelled is also one that is missing."""
    mistakes = error.errors(include_url=False)
    return next((one for one in mistakes if one["type"] == "extra_forbidden"), mistakes[0])


def reason_of(mistake: ErrorDetails) -> str:
    """The end of a sentence: what was expected in place of a value."""
    context = mistake.get("ctx", {})
    if sentence := _SENTENCES.get(mistake["type"]):
        return f"{sentence.format(**context)}."
    if mistake["type"] == "literal_error" and isinstance(mistake["input"], str):
        choices = _CHOICE.findall(context["expected"])
        return f"{_uncapitalised(mistake['msg'])}{nearest(mistake['input'], choices)}"
    return f"{_uncapitalised(str(context.get('error', mistake['msg'])))}."


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]
