"""What stands under the line while it is being typed."""

from collections.abc import Mapping, Sequence

import pytest

from tests.ui.stage import plain
from tui_ledger.content import sentences
from tui_ledger.domain.command_language import COMMON_FIELDS, optional_fields, required_fields
from tui_ledger.domain.commands import COMMANDS, Command, DepositMoney
from tui_ledger.errors import InputError
from tui_ledger.simulation.actions import DIALS, VIEW_FORMS, Steer
from tui_ledger.ui.bar_hint import picture, strip
from tui_ledger.ui.completing import Candidate, Completing
from tui_ledger.ui.grammar import Grammar
from tui_ledger.ui.misread import ELSEWHERE
from tui_ledger.ui.names import Names, Purchase


class Known(Names):
    """Names that need no ledger."""

    def __init__(self, **values: Sequence[str]) -> None:
        self._values = values

    @property
    def views(self) -> list[str]:
        return ["balances", "statement", "books"]

    def values(self, wallet: str | None) -> Mapping[str, Sequence[str]]:
        return self._values

    def purchases(self, wallet: str) -> tuple[Purchase, ...]:
        return (Purchase(4, "shield", "300.00"),) if wallet == "moyin" else ()


GRAMMAR = Grammar(Known(wallet=["moyin", "mika"], item=["sword 剣", "headphones"], purchase=["4"]))
hint = GRAMMAR.hint


def words(line: str) -> list[str]:
    return [one.word for one in GRAMMAR.candidates(line)]


@pytest.mark.parametrize(
    "line",
    ["", "d", "dep", "deposit", "deposit ", "deposit ann", "deposit ann ", 'buy ann "swo', "buy ann x 5 cat"],
)
def test_a_line_that_typing_on_puts_right_is_not_called_wrong(line: str) -> None:
    assert (hint(line).state, hint(line).note) == ("open", "")


@pytest.mark.parametrize("line", ["v", "view", "view pa", "view pause", "view pause ba", "delay ", "bus dr"])
def test_an_action_that_typing_on_puts_right_is_not_called_wrong_either(line: str) -> None:
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
        ("de", "deposit"),
        ("deposit mo", "deposit moyin"),
        ("buy moyin sw", None),
        ('buy moyin "sw', 'buy moyin "sword 剣"'),
        ("buy moyin he", "buy moyin headphones"),
        ("buy moyin x 5 cat", "buy moyin x 5 category="),
        ("view pause ba", "view pause balances"),
        ("nonsense mo", None),
        ("", None),
    ],
)
async def test_what_goes_on_as_the_line_does_is_suggested_behind_it(line: str, completed: str | None) -> None:
    assert await GRAMMAR.get_suggestion(line) == completed


@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        ("d", ["deposit", "delay"]),
        ("deposit m", ["moyin", "mika"]),
        ("buy moyin sw", ['"sword 剣"']),
        ("buy moyin SW", ['"sword 剣"']),
        ("buy moyin tea 3 ", ["category=", "merchant="]),
        ("buy moyin tea 3 e", ["expect="]),
        ("refund moyin ", ["4"]),
        ("view crash books ", ["before", "after"]),
        ("bus d", ["delay", "double", "drop"]),
        ("deposit moyin", []),
    ],
)
def test_the_last_word_can_become(line: str, candidates: list[str]) -> None:
    assert words(line) == candidates


def test_a_purchase_is_offered_by_its_position_and_what_it_was() -> None:
    assert GRAMMAR.candidates("refund moyin ") == (Candidate("4", "shield 300.00"),)
    assert GRAMMAR.candidates("refund mika ") == (Candidate("4"),)


def test_tab_goes_through_the_candidates_and_around() -> None:
    completing = GRAMMAR.completing("deposit m", " 5")
    assert completing is not None
    lines = []
    for step in (1, 1, 1, -1):
        completing.step(step)
        lines.append(completing.line)
    assert lines == ["deposit moyin 5", "deposit mika 5", "deposit moyin 5", "deposit mika 5"]
    completing.back()
    assert completing.line == "deposit m 5"


def test_the_only_candidate_is_taken_with_a_blank_behind_it() -> None:
    for line, done in (("wi", "withdraw "), ("buy moyin x 5 cat", "buy moyin x 5 category=")):
        completing = GRAMMAR.completing(line, "")
        assert completing is not None
        completing.step(1)
        assert completing.line == done


# What a line means


def test_a_line_is_a_command_or_an_action() -> None:
    assert GRAMMAR.read("deposit ann 5") == DepositMoney(wallet="ann", amount="5")
    assert GRAMMAR.read("view pause books") == Steer("pause", "books")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("depsit ann", "There is no command or action depsit; did you mean deposit?"),
        ("veiw pause books", "There is no command or action veiw; did you mean view?"),
        ("view puase books", "There is no action view puase; did you mean view pause?"),
        ("view pause boks", "There is no read model boks; did you mean books?"),
        ("view pause spending", "spending is not on; view add spending switches it on."),
        ("bus drop 2", "Expected: bus drop <0 to 1>"),
        ("load decade", "load belongs into scenarios."),
        ("help", "Help is not a command: Esc leaves this line"),
        ("undo", "Nothing is ever deleted"),
        ("transfer ann bob 5", "Money goes to another wallet with send"),
    ],
)
def test_a_line_that_says_nothing_is_answered_with_what_to_do(line: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        GRAMMAR.read(line)
    assert str(error.value).startswith(sentence)
    assert hint(f"{line} ").note.startswith(sentence)


# What stands under it


def test_the_field_that_is_being_typed_is_marked_in_the_form_and_explained() -> None:
    here = hint("buy moyin te")
    assert (here.place, here.about) == ("<item>", 'what is bought, such as tea or "green tea"')
    assert hint("buy moyin tea 3 cat").place == ""
    assert hint("buy moyin tea 3 category=fo").place == "[category=...]"
    assert hint("create ann currency=").place == "[currency=USD]"


def fields_of(kind: type[Command]) -> tuple[str, ...]:
    return required_fields(kind) + optional_fields(kind) + COMMON_FIELDS


def test_every_command_field_and_action_is_explained() -> None:
    for kind in COMMANDS.values():
        assert hint(kind.verb).about
        for field in fields_of(kind):
            assert hint(f"{kind.verb} {field}=").about, field
    for verb in VIEW_FORMS:
        assert hint(f"view {verb}").about
    for dial in (*DIALS, "calm"):
        assert hint(f"bus {dial}").about
    known = {key for key in sentences("en") if key.startswith("bar.elsewhere.")}
    assert known == {f"bar.elsewhere.{name}" for name in ELSEWHERE.values()}


def test_no_field_is_explained_that_no_command_has() -> None:
    own = {f"form.field.{kind.verb}.{name}" for kind in COMMANDS.values() for name in fields_of(kind)}
    common = {f"form.field.any.{name}" for name in ("id", "expect", "at")}
    known = {key for key in sentences("en") if key.startswith("form.field.")}
    assert known <= own | common
    assert {key for key in sentences("en") if key.startswith("form.verb.")} == {
        f"form.verb.{verb}" for verb in COMMANDS
    }


HOSTILE = [
    "[/foo]",
    "[@click=app.quit]x",
    "\x1b[2J",
    "\u202eevil",
    "剣" * 30,
    "👩\u200d👩\u200d👧",
    "a" + "\u0301" * 40,
]


@pytest.mark.parametrize("width", [4, 20, 60])
def test_candidates_fit_into_their_line_whatever_they_are(width: int) -> None:
    candidates = [Candidate(text, text) for text in [*HOSTILE, "x" * 200]]
    for at in (None, *range(len(candidates))):
        shown = strip(candidates, at, width)
        assert shown.cell_length <= max(width, 12)
        assert "\n" not in shown.plain


def test_candidates_that_do_not_fit_are_counted_and_the_chosen_one_is_shown() -> None:
    candidates = [Candidate(f"wallet-{number}") for number in range(50)]
    assert plain(strip(candidates, None, 30)) == "wallet-0  wallet-1  +48"
    assert "wallet-31" in plain(strip(candidates, 31, 30))


def test_in_one_line_what_is_wrong_comes_before_all_else() -> None:
    wrong = hint("deposit moyin x ")
    assert plain(picture(wrong, (), None, 80, 1)).startswith("✗ amount x: an amount looks like")
    ready = picture(hint("deposit moyin 5"), (), None, 80, 1)
    assert plain(ready).startswith("✓ Enter sends it · deposit <wallet>")


def test_stepping_through_candidates_in_the_middle_of_a_line_keeps_what_stands_behind() -> None:
    completing = Completing("deposit ", "m", " 5", [Candidate("moyin")])
    completing.pick(0)
    assert (completing.line, completing.until_cursor) == ("deposit moyin 5", "deposit moyin")
