"""The line of an action while it is typed."""

import pytest

from tui_ledger.errors import InputError
from tui_ledger.simulation.action_completion import action_form, complete_action, is_unfinished
from tui_ledger.simulation.actions import ACTIONS, VIEW_FORMS, Load, Surroundings, parse_action


def _no_load(word: str) -> Load:
    raise AssertionError(word)


AROUND = Surroundings(views=("balances", "books"), addable=("balances", "books", "spending"), load=_no_load)


@pytest.mark.parametrize(
    ("line", "completions"),
    [
        ("", ["delay", "view", "bus", "traffic"]),
        ("d", ["delay"]),
        ("l", []),
        ("view p", ["pause", "park"]),
        ("view pause ", ["balances", "books"]),
        ("view pause bo", ["books"]),
        ("view delay b", ["balances", "books"]),
        ("view add ", ["spending"]),
        ("view crash books ", ["before", "after"]),
        ("view repair books o", ["on", "off"]),
        ("view seek books ", []),
        ("delay B", ["balances", "books"]),
        ("bus d", ["delay", "double", "drop"]),
        ("bus ca", ["calm"]),
        ("bus drop ", []),
        ("traffic ", []),
        ("view nothing ", []),
        ("deposit ", []),
    ],
)
def test_the_last_word_of_an_action_is_completed(line: str, completions: list[str]) -> None:
    assert complete_action(line, AROUND) == completions


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("view pause", "view pause <view>"),
        ("view crash books a", "view crash <view> [before|after]"),
        ("delay", "delay <view> <seconds, 0 to 5> [<jitter>]"),
        ("bus drop 1", "bus drop <0 to 1>"),
        ("bus jitter", "bus jitter <0 to 5>"),
        ("bus calm", "bus calm"),
        ("traffic 3", "traffic <count of commands, 1 to 10,000>"),
        ("view", "view <action> <view>"),
        ("view nothing", "view <action> <view>"),
        ("bus", "bus <dial> <value>"),
        ("bus nothing", "bus <dial> <value>"),
        ("deposit", ""),
    ],
)
def test_the_form_of_an_action_stands_there_as_soon_as_it_is_known_which(line: str, form: str) -> None:
    assert action_form(line) == form


@pytest.mark.parametrize(
    "line", ["v", "view", "view ", "view pau", "view pause", "view pause ", "view pause bal", "delay ", "bus"]
)
def test_typing_on_can_make_an_action_of_it(line: str) -> None:
    with pytest.raises(InputError):
        parse_action(line, AROUND)
    assert is_unfinished(line, AROUND)


@pytest.mark.parametrize(
    "line",
    ["x", "view nothing ", "view pause nothing", "view pause books now", "bus drop x", "delay books 9 "],
)
def test_typing_on_does_not_make_an_action_of_it(line: str) -> None:
    assert not is_unfinished(line, AROUND)


def test_every_action_that_can_be_done_to_a_view_is_offered_and_has_a_form() -> None:
    assert complete_action("view ", AROUND) == list(VIEW_FORMS)
    assert set(complete_action("", AROUND)) == set(ACTIONS) - {"load"}
    for verb in VIEW_FORMS:
        assert action_form(f"view {verb}").startswith(f"view {verb} <view>")
