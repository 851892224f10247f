"""A scenario is understood as a whole before anything of it happens, and a mistake in one is pointed out."""

import contextlib
import itertools
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_ledger.domain.commands import CreateUser, DepositMoney, PurchaseItem
from tui_ledger.errors import InputError
from tui_ledger.simulation.actions import SetDelay
from tui_ledger.simulation.scenario import load_scenario, scenario_names

HEAD = 'title = "A test"\nviews = ["balances"]\n'
STEP = '[[step]]\nat = 0\ndo = "create ann"\n'


def load(folder: Path, text: str | bytes) -> None:
    file = folder / "it.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    load_scenario(file)


def test_the_story_is_what_the_lessons_tell() -> None:
    story = load_scenario("moyin")
    assert [type(command) for command in story.commands] == [
        CreateUser,
        DepositMoney,
        PurchaseItem,
        PurchaseItem,
    ]
    deposits = [command.amount for command in story.commands if isinstance(command, DepositMoney)]
    prices = [command.price for command in story.commands if isinstance(command, PurchaseItem)]
    assert (deposits, prices) == (["1000"], ["200", "300"])
    items = [command.item for command in story.commands if isinstance(command, PurchaseItem)]
    assert items == ["sword 剣", "shield 盾"]


def test_every_command_of_the_story_has_an_id_of_its_own() -> None:
    ids = [command.id for command in load_scenario("moyin").commands]
    assert None not in ids
    assert len(set(ids)) == len(ids)


def test_the_story_takes_a_newcomer_35_to_45_seconds_with_4_to_6_for_each_step() -> None:
    times = [step.at for step in load_scenario("moyin").steps]
    assert 35 <= times[-1] <= 45
    assert all(4 <= later - earlier <= 6 for earlier, later in itertools.pairwise(times))


def test_the_story_makes_balances_late_before_anything_happens() -> None:
    actions = [action for step in load_scenario("moyin").steps for action in step.actions]
    assert actions[0] == SetDelay("balances", 1.5)


def test_a_scenario_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    assert "moyin" in scenario_names()
    file = tmp_path / "mine.toml"
    file.write_text(HEAD + STEP, encoding="utf-8")
    scenario = load_scenario(str(file))
    assert scenario == load_scenario(file)
    assert (scenario.title, scenario.views, scenario.seed) == ("A test", ("balances",), 0)
    assert scenario.steps[0].actions == (CreateUser(wallet="ann"),)
    assert scenario.steps[0].do == ("create ann",)
    assert scenario.steps[0].line == 3


@pytest.mark.parametrize("name", ["moyn", "Moyin", "moyin.toml", "./moyin.toml"])
def test_a_near_miss_of_a_name_is_pointed_out(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^There is no .*; did you mean moyin\?$"):
        load_scenario(name)


@pytest.mark.parametrize(
    "name", ["", "..", "zzzzzz", "no/such.toml", "a" * 5000, "a" * 5000 + ".toml", "\0/"]
)
def test_what_does_not_exist_is_said_in_one_sentence(name: str) -> None:
    with pytest.raises(InputError, match=r"^There is no "):
        load_scenario(name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title = ", "is not TOML: Invalid value (at end of document)."),
        ("a = " + "[" * 10_000, "nested too deeply."),
        ("a = " + "9" * 5000, "is not TOML: "),
        (b"title = '\xff'", "line 1: this is not UTF-8 text."),
        (b"#" * (1024 * 1024 + 1), "is larger than 1 MiB, the most that a scenario may have."),
        ("", "title is missing."),
        ('title = "no steps"', "step is missing."),
        (HEAD + "step = []", "step: list should have at least 1 item"),
        (HEAD + "step = [1]", "step 1: the table: "),
        ("titel = 1\n" + HEAD + STEP, "line 1: there is no key titel; did you mean title?"),
        (HEAD + STEP + STEP + "sya = 1", "line 9: there is no key sya; did you mean say?"),
        (HEAD + "step = [{at = 0, dew = 1}]", "line 3: step 1: there is no key dew"),
        (HEAD + '[[step]]\ndo = "create ann"', "line 3: at is missing."),
        (HEAD + "[[step]]\nat = nan", "line 4: at: "),
        (HEAD + "[[step]]\nat = -1", "line 4: at: "),
        (HEAD + "[[step]]\nat = true", "line 4: at: "),
        (HEAD + "[[step]]\nat = 1" + "0" * 400, "line 4: at: "),
        (HEAD + "[[step]]\nat = 0", "line 4: a step needs something to do, to say or to expect."),
        (HEAD + 'seed = "1"\n' + STEP, "line 3: seed: "),
        (HEAD + STEP.replace("0", "2") + STEP, "line 7: it is at 0 s, and the step before at 2 s."),
        (
            HEAD + STEP + 'say = "story.crated"',
            "line 6: there is no sentence story.crated; did you mean story.c",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(
    text: str | bytes, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "it.toml"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("crate ann", "there is no command or action crate; did you mean create?"),
        ("dely balances 1", "there is no command or action dely; did you mean delay?"),
        ("   ", "there is no command or action "),
        ("deposit ann 1e3", "amount 1e3: an amount looks like 12.34."),
        ("delay balance 1", "there is no view balance; did you mean balances?"),
        ("delay balances 6", "expected: delay <view> <seconds, 0 to 5> [<jitter>]."),
        ("delay balances inf", "expected: delay <view> <seconds, 0 to 5> [<jitter>]."),
        ("delay balances", "expected: delay <view> <seconds, 0 to 5> [<jitter>]."),
    ],
)
def test_an_action_that_is_none_is_named_with_its_step(line: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path, HEAD + STEP + STEP.replace("create ann", line))
    assert str(caught.value).startswith(f"{tmp_path / 'it.toml'}, line 8: {sentence}")


def test_a_folder_or_a_fifo_is_no_scenario(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.toml"
    os.mkfifo(fifo)
    for path in (tmp_path, fifo):
        with pytest.raises(InputError, match="is not a regular file"):
            load_scenario(path)


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "it.toml"
    file.touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"cannot be read: Permission denied\."):
        load_scenario(file)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.text().map(lambda text: HEAD + STEP + text)))
def test_any_file_is_a_scenario_or_an_input_error(tmp_path: Path, content: str | bytes) -> None:
    with contextlib.suppress(InputError):
        load(tmp_path, content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
