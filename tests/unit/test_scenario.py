"""A scenario is understood as a whole before anything of it happens, and a mistake in one is pointed out."""

import contextlib
import itertools
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_ledger.domain.commands import CreateUser, DepositMoney, PurchaseItem
from tui_ledger.errors import InputError
from tui_ledger.simulation.actions import Include, Load, SetDelay
from tui_ledger.simulation.demo_data import demo_data_file
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
        (HEAD + "step = []", "line 3: step: it is empty."),
        (HEAD + "step = 1", "line 3: a step begins with [[step]], in double brackets."),
        (
            HEAD + STEP.replace("[[step]]", "[step]"),
            "line 3: a step begins with [[step]], in double brackets.",
        ),
        (HEAD + STEP + STEP.replace("step", "stpe"), "line 6: there is no key stpe; did you mean step?"),
        (HEAD.replace("title", "tilte") + STEP, "line 1: there is no key tilte; did you mean title?"),
        (HEAD + "step = [1]", "step 1: the table: "),
        ("titel = 1\n" + HEAD + STEP, "line 1: there is no key titel; did you mean title?"),
        (HEAD + STEP + STEP + "sya = 1", "line 9: there is no key sya; did you mean say?"),
        (HEAD + "step = [{at = 0, dew = 1}]", "line 3: step 1: there is no key dew"),
        (HEAD + '[[step]]\ndo = "create ann"', "line 3: at is missing."),
        (HEAD + "[[step]]\nat = nan", "line 4: at: a number is expected."),
        (HEAD + "[[step]]\nat = -1", "line 4: at: 0 is the least."),
        (HEAD + "[[step]]\nat = true", "line 4: at: "),
        (HEAD + "[[step]]\nat = 1" + "0" * 400, "line 4: at: "),
        (HEAD + "[[step]]\nat = 0", "line 4: a step needs something to do, to say or to expect."),
        (HEAD + 'seed = "1"\n' + STEP, "line 3: seed: "),
        (HEAD + 'start = "soon"\n' + STEP, "line 3: start: a time looks like 2026-01-31 or 2026-01-31T"),
        (HEAD + "start = 2026-01-01\n" + STEP, "line 3: start: a text in quotes is expected."),
        (HEAD + 'start = "9999-01-01"\n' + STEP, "line 3: start: "),
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


BIG = """\
title = "A test"
views = [
  "balances",
]

[[step]]
at = 0
do = [
  "create ann",
  "create bob",
]
expect = [
  "log.head == 2",
  'balances/ann.available == "0.00"',
]

[[step]]
at = 1
do = "deposit ann {n}"
times = 3
expect = 'balances/ann.available == "6.00"'
within = 2
"""


def test_a_step_can_do_and_expect_several_things_and_be_repeated(tmp_path: Path) -> None:
    file = tmp_path / "it.toml"
    file.write_text(BIG, encoding="utf-8")
    scenario = load_scenario(file)
    first, second = scenario.steps
    assert first.actions == (CreateUser(wallet="ann"), CreateUser(wallet="bob"))
    assert [expectation.text for expectation in first.expect] == [
        "log.head == 2",
        'balances/ann.available == "0.00"',
    ]
    assert (first.line, first.within, first.times) == (6, None, 1)
    assert list(second.rounds()) == [(DepositMoney(wallet="ann", amount=str(n)),) for n in (1, 2, 3)]
    assert (second.line, second.within, second.times) == (17, 2, 3)
    assert len(scenario.commands) == 5


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"create bob"', '"crate bob"', "line 10: there is no command or action crate; did you mean create?"),
        ('"log.head == 2"', '"log.haed == 2"', "line 13: there is no field haed; did you mean head?"),
        ('"0.00"', "0.00", "line 14: available is an amount, a text such as"),
        ('/ann.available == "6', '/ann.availble == "6', "line 21: there is no field availble; did you mean"),
        ('"balances",', '"balancse",', "line 2: there is no view balancse; did you mean balances?"),
        ("times = 3", "times = 0", "line 20: times: "),
        ("times = 3", "times = 100001", "line 20: times: "),
        ("times = 3", "tiems = 3", "line 20: there is no key tiems; did you mean times?"),
        ("times = 3", "", "line 19: amount {n}: "),
        ("within = 2", "within = -2", "line 22: within: "),
        ('do = "deposit ann {n}"', "", "line 20: there is nothing to do so often."),
        ('do = "deposit ann {n}"', "do = []", "line 19: do: "),
        ("expect = '", "say = '", "line 22: there is nothing to expect within that time."),
        ('"log.head == 2"', '"receipt/3.accepted == true"', "line 13: this step has 2 commands, and no such"),
        ("at = 1", 'at = "1"', "line 18: at: "),
        ("at = 1", "", "line 17: at is missing."),
        ("at = 1", "att = 1", "line 18: there is no key att; did you mean at?"),
        ('"create bob"', '"create an!"', "line 10: wallet an!: "),
        ('"create bob"', '"create"', "line 10: create needs wallet."),
        ('"deposit ann {n}"', '"traffic {n}"', "line 19: {n} counts in commands only."),
        ('"deposit ann {n}"', '"depost ann {n}"', "line 19: there is no command or action depost; did you"),
    ],
)
def test_a_mistake_in_a_long_step_is_named_with_its_line(
    before: str, after: str, sentence: str, tmp_path: Path
) -> None:
    assert before in BIG
    with pytest.raises(InputError) as caught:
        load(tmp_path, BIG.replace(before, after, 1))
    assert str(caught.value).startswith(f"{tmp_path / 'it.toml'}, {sentence}")


def test_what_is_expected_of_commands_needs_commands(tmp_path: Path) -> None:
    text = HEAD + '[[step]]\nat = 0\ndo = "traffic 3"\nexpect = "receipts.accepted == 3"\n'
    with pytest.raises(InputError, match="line 6: this step has 0 commands, and no such receipt"):
        load(tmp_path, text)


def test_a_view_that_is_added_can_be_steered_from_then_on(tmp_path: Path) -> None:
    add = STEP.replace("create ann", "view add spending")
    use = STEP.replace("create ann", "view pause spending")
    load(tmp_path, HEAD + add + use)
    with pytest.raises(InputError, match="line 5: spending is not on; view add spending switches it on"):
        load(tmp_path, HEAD + use + add)


def test_a_view_of_ones_own_is_taken_as_it_is_said(tmp_path: Path) -> None:
    load(tmp_path, HEAD.replace("balances", "shops") + STEP + 'expect = "shops/x.y == 1"')


def test_load_takes_a_data_set_a_scenario_or_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").touch()
    (tmp_path / "other.toml").write_text(HEAD + STEP, encoding="utf-8")
    file = tmp_path / "it.toml"
    words = ("evolve", "moyin", "mine.jsonl", "./mine.jsonl", "other.toml")
    steps = (STEP.replace("create ann", f"load {word}") for word in words)
    file.write_text(HEAD + "".join(steps), encoding="utf-8")
    evolve, moyin, mine, also_mine, other = (step.actions[0] for step in load_scenario(file).steps)
    assert evolve == Load(demo_data_file("evolve.jsonl"))
    assert moyin == Include("moyin", load_scenario("moyin"))
    assert mine == also_mine == Load(tmp_path / "mine.jsonl")
    assert isinstance(other, Include)
    assert other.scenario.commands == (CreateUser(wallet="ann"),)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("moyn", "there is no data set and no scenario moyn; did you mean moyin?"),
        ("evolvee", "there is no data set and no scenario evolvee; did you mean evolve?"),
        ("mine.jsonl", "there is no file mine.jsonl beside this one."),
        ("../../no/such.toml", "there is no file ../../no/such.toml beside this one."),
        ("it.toml", "it loads the scenario it.toml, and is loaded itself: one or the other."),
    ],
)
def test_what_cannot_be_loaded_is_named(word: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path, HEAD + STEP.replace("create ann", f"load {word}"))
    assert f"line 5: {sentence}" in str(caught.value)


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


def mutated(text: str, dice: random.Random) -> str:
    """`text` with a few things wrong with it."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(text))
        end = min(len(text), start + dice.choice((0, 1, 1, 2, 8, 40)))
        other = dice.randrange(len(text))
        new = dice.choice(
            ("", " ", '"', "'", "[", "]", "=", ".", "/", "0", "-1", "{n}", "\n", "true", "剣", "\0")
        )
        text = text[:start] + dice.choice((new, text[other : other + dice.randrange(30)])) + text[end:]
    return text


def fuzz(folder: Path, rounds: int, seed: int) -> int:
    """Load so many files that once were right, each wrong in some way; how many still are scenarios."""
    dice = random.Random(seed)
    texts = [demo_data_file(f"{name}.toml").read_text(encoding="utf-8") for name in scenario_names()] + [BIG]
    understood = 0
    for _ in range(rounds):
        with contextlib.suppress(InputError):
            load(folder, mutated(dice.choice(texts), dice))
            understood += 1
    return understood


def test_a_scenario_with_something_wrong_is_a_scenario_or_an_input_error(tmp_path: Path) -> None:
    assert 0 < fuzz(tmp_path, 60, seed=1) < 60


@pytest.mark.slow
def test_thousands_of_scenarios_with_something_wrong(tmp_path: Path) -> None:
    assert 0 < fuzz(tmp_path, 5_000, seed=2) < 5_000
