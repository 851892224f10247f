"""Which look a terminal gets."""

import pytest

from tui_ledger.ui.look import colours_of


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"TERM": "xterm-256color"}, "many"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "many"),
        ({"TERM": "xterm"}, "few"),
        ({"TERM": "linux"}, "few"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "0"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "many"),
    ],
)
def test_the_environment_says_how_many_colours_there_may_be(
    environment: dict[str, str], colours: str
) -> None:
    assert colours_of(environment) == colours
