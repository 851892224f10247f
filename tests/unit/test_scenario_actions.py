"""What a step can do is said in words that the command line has, too; a wrong word is pointed out."""

from pathlib import Path

import pytest

from tui_ledger.domain.commands import DepositMoney
from tui_ledger.errors import InputError
from tui_ledger.simulation.actions import (
    Action,
    CalmBus,
    Crash,
    Customers,
    KeepApart,
    Load,
    Repair,
    Seek,
    SetDelay,
    Steer,
    Surroundings,
    SwitchView,
    TurnDial,
    parse_action,
)

AROUND = Surroundings(
    views=("balances", "returns"),
    addable=("balances", "returns", "spending"),
    load=lambda word: Load(Path(word)),
)


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("deposit ann 5", DepositMoney(wallet="ann", amount="5")),
        ("delay balances 1.5", SetDelay("balances", 1.5)),
        ("view delay balances 1.5", SetDelay("balances", 1.5)),
        ("view delay balances 1 0.25", SetDelay("balances", 1, 0.25)),
        ("view  pause   balances", Steer("pause", "balances")),
        ("view rebuild balances", Steer("rebuild", "balances")),
        ("view crash balances", Crash("balances", "after")),
        ("view crash balances before", Crash("balances", "before")),
        ("view seek balances 12", Seek("balances", 12)),
        ("view apart balances on", KeepApart("balances", on=True)),
        ("view apart balances off", KeepApart("balances", on=False)),
        ("view repair returns", Repair("returns", on=True)),
        ("view repair returns off", Repair("returns", on=False)),
        ("view add spending", SwitchView("spending", on=True)),
        ("view drop balances", SwitchView("balances", on=False)),
        ("bus drop 0.3", TurnDial("drop", 0.3)),
        ("bus delay 5", TurnDial("delay", 5)),
        ("bus calm", CalmBus()),
        ("traffic 25", Customers(25)),
        ("load decade", Load(Path("decade"))),
    ],
)
def test_a_line_says_an_action(line: str, action: Action) -> None:
    assert parse_action(line, AROUND) == action


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "there is no command or action "),
        ("deposot ann 5", "there is no command or action deposot; did you mean deposit?"),
        ("veiw pause balances", "there is no command or action veiw; did you mean view?"),
        ("view puase balances", "there is no action view puase; did you mean pause?"),
        ("view", "there is no action view "),
        ("view pause", "expected: view pause <view>."),
        ("view pause balances now", "expected: view pause <view>."),
        ("view pause balancs", "there is no view balancs; did you mean balances?"),
        ("view pause spending", "spending is not on; view add spending switches it on."),
        ("view add spendign", "there is no view spendign; did you mean spending?"),
        ("view add spending now", "expected: view add <view>."),
        ("view crash balances soon", "expected: view crash <view> [before|after]."),
        ("view seek balances", "expected: view seek <view> <position>."),
        ("view seek balances -1", "expected: view seek <view> <position>."),
        ("view seek balances ٣", "expected: view seek <view> <position>."),
        ("view apart balances", "expected: view apart <view> on|off."),
        ("view repair returns maybe", "expected: view repair <view> [on|off]."),
        ("view delay balances 1 2 3", "expected: view delay <view> <seconds, 0 to 5> [<jitter>]."),
        ("delay balances 5.5", "expected: delay <view> <seconds, 0 to 5> [<jitter>]."),
        ("bus", "there is no action bus "),
        ("bus dorp 1", "there is no action bus dorp; did you mean drop?"),
        ("bus drop", "expected: bus drop <0 to 1>."),
        ("bus drop 1.5", "expected: bus drop <0 to 1>."),
        ("bus delay 6", "expected: bus delay <0 to 5>."),
        ("bus drop nan", "expected: bus drop <0 to 1>."),
        ("traffic", "expected: traffic <count of commands, 1 to 10,000>."),
        ("traffic 0", "expected: traffic"),
        ("traffic 10001", "expected: traffic"),
        ("load", "expected: load <data set, scenario or file>."),
    ],
)
def test_a_line_that_says_none_is_answered_with_what_was_expected(line: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_action(line, AROUND)
    assert str(caught.value).startswith(sentence)
