"""What stands under the line while it is being typed."""

import pytest

from tui_ledger.ui.grammar import completion, hint


@pytest.mark.parametrize(
    "line",
    ["", "d", "dep", "deposit", "deposit ", "deposit ann", "deposit ann ", 'buy ann "swo', "buy ann x 5 cat"],
)
def test_a_line_that_typing_on_puts_right_is_not_called_wrong(line: str) -> None:
    assert (hint(line).state, hint(line).note) == ("open", "")


@pytest.mark.parametrize("line", ["deposit ann 5x", "deposit Ann", "withdraw ann 0", "depp"])
def test_the_word_that_is_being_typed_is_doubted_only(line: str) -> None:
    assert hint(line).state in ("doubtful", "open")


@pytest.mark.parametrize("line", ["deposit ann 5x ", "depp ", "buy ann x 5 cat=food "])
def test_a_word_that_is_finished_and_wrong_is_called_wrong(line: str) -> None:
    assert hint(line).state == "wrong"


@pytest.mark.parametrize("line", ["", "deposit", "deposit ann", 'buy ann "swo'])
def test_a_line_that_was_sent_is_told_what_it_lacks(line: str) -> None:
    assert hint(line, sent=True).state == "wrong"
    assert hint(line, sent=True).note


def test_the_form_of_the_command_stands_there_from_the_verb_on() -> None:
    assert hint("deposit").form == "deposit <wallet> <amount> [source=...]"


def test_a_line_that_can_be_sent_says_so() -> None:
    assert hint("deposit ann 5").state == "ready"


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("", None),
        ("de", "deposit"),
        ("deposit mo", "deposit moyin"),
        ("buy moyin sw", None),
        ('buy moyin "sw', 'buy moyin "sword 剣"'),
        ("buy moyin he", "buy moyin headphones"),
        ("buy moyin x 5 cat", "buy moyin x 5 category="),
        ("nonsense mo", None),
    ],
)
def test_the_last_word_is_completed_from_what_was_seen(line: str, completed: str | None) -> None:
    values = {"wallet": ["moyin"], "item": ["sword 剣", "headphones"]}
    assert completion(line, values) == completed
