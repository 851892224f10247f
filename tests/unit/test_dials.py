"""Dials go by sensible steps, say what they do, and stand for a line of the scenario language."""

import pytest
from rich.cells import cell_len

from tui_ledger.content import LANGUAGES, sentences
from tui_ledger.event_bus.faults import BusFaults
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.simulation.actions import Surroundings, parse_action
from tui_ledger.testing import VirtualClock
from tui_ledger.ui.delays import DELAYS
from tui_ledger.ui.dials import SHARES, Dial, bus_dials, fault_of, line_for_dial, view_dials


def faults(**settings: float) -> BusFaults:
    made = BusFaults(lambda _: True, VirtualClock())
    for name, value in settings.items():
        setattr(made, name, value)
    return made


def dial(name: str, value: float, steps: tuple[float, ...] = SHARES) -> Dial:
    area, _, kind = name.partition(".")
    return Dial(area, kind, value, steps)


@pytest.mark.parametrize(
    ("value", "step", "turned"),
    [(0.0, 1, 0.05), (0.05, 1, 0.1), (0.07, 1, 0.1), (0.07, -1, 0.05), (0.0, -1, 0.0), (1.0, 1, 1.0)],
)
def test_a_dial_goes_to_the_next_step_from_wherever_it_stands(value: float, step: int, turned: float) -> None:
    assert dial("bus.drop", value).turned(step) == turned


def test_each_step_is_as_long_as_any_other_on_the_gauge_and_a_click_there_hits_it() -> None:
    for value in SHARES:
        one = dial("bus.drop", value)
        assert one.at(one.share()) == value
    assert dial("bus.drop", 0).at(-3) == 0
    assert dial("bus.drop", 0).at(3) == 1


def test_every_dial_of_the_bus_and_of_a_view_stands_for_a_line_that_scenarios_understand() -> None:
    view = ViewStatus("balances", 7, 0, "live", None, None, 0.0, 1.5, 0.5)
    around = Surroundings(views=("balances",), addable=(), load=pytest.fail)
    said = []
    for beside in (bus_dials(faults()), view_dials(view)):
        for one in beside:
            for value in one.steps:
                line = line_for_dial(one, value, beside)
                parse_action(line, around)
                said.append(line)
    assert "bus drop 0.05" in said
    assert "delay balances 5 0.5" in said, "the jitter stays as it is"
    assert "delay balances 1.5" in said, "without a jitter, none is named"


def test_no_line_says_what_customers_do_since_their_commands_are_on_record() -> None:
    with pytest.raises(ValueError, match=r"no line of a scenario turns customers\.rate"):
        line_for_dial(dial("customers.rate", 5.0), 10.0, ())


def test_the_strip_names_what_the_bus_does_worst_first_and_nothing_where_it_is_honest() -> None:
    assert fault_of(faults()) is None
    assert str(fault_of(faults(drop=0.1))) == "drops 10 %"
    assert str(fault_of(faults(delay=1.5, drop=0.3, jitter=0.1))) == "drops 30 %, and 2 more"


def test_a_read_model_is_made_late_by_up_to_five_seconds() -> None:
    assert DELAYS[0] == 0
    assert DELAYS[-1] == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_of_the_panel_fits_into_one_line_of_78_columns(language: str) -> None:
    notes = {key: text for key, text in sentences(language).items() if key.endswith(".note")}
    assert notes
    for key, text in notes.items():
        assert cell_len(text.replace("{view}", "STATEMENT")) <= 75, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_behind_a_gauge_fits_there(language: str) -> None:
    for key, text in sentences(language).items():
        if key.startswith(("dials.bus.", "dials.view.", "dials.customers.")) and key.endswith(".on"):
            assert cell_len(text.replace("{value}", "0.5" if "jitter" in key else "100")) <= 11, key
        if key.startswith("dials.") and key.endswith(".name") and ".do." not in key:
            assert cell_len(text) <= 8, key
