"""The form: a command filled in field by field."""

import shlex
from collections.abc import Callable

import pytest
from textual.widgets import OptionList

from tests.ui.stage import Stage, on_stage
from tests.ui.test_hostile_text import HOSTILE, check
from tui_ledger.domain.command_language import optional_fields, parse, required_fields
from tui_ledger.domain.commands import COMMANDS, CreateUser, DepositMoney, PurchaseItem
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.command_form import CommandForm, MoreLine
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.form_field import Candidates, FormField
from tui_ledger.ui.widgets.prose import Prose
from tui_ledger.ui.widgets.results import Results


async def fill_in(stage: Stage, verb: str) -> CommandForm:
    """Open the form for a command."""
    await stage.pilot.press("n")
    await stage.pilot.pause()
    form = stage.app.screen
    assert isinstance(form, CommandForm)
    form.query_one(OptionList).highlighted = list(COMMANDS).index(verb)
    await stage.pilot.press("enter")
    await opened(stage, form, verb)
    return form


async def opened(stage: Stage, form: CommandForm, verb: str) -> None:
    """Wait until the fields of a command are there, and one of them has the keys."""
    await until(stage, lambda: form._draft.verb == verb and any(one.is_here for one in form.query(FormField)))


async def until(stage: Stage, true: Callable[[], bool]) -> None:
    for _ in range(100):
        await stage.pilot.pause()
        if true():
            return
    raise AssertionError("it did not come true")


def field(form: CommandForm, name: str) -> FormField:
    return next(one for one in form.query(FormField) if one.field == name)


def shown(form: CommandForm, name: str) -> str:
    """What stands under a field."""
    return field(form, name).query_one(Candidates).text.plain


def foot(form: CommandForm) -> tuple[str, str]:
    """The line that comes of it, and whether it can be sent."""
    return tuple(form.query_one(f"#form-{name}", Prose).text.plain for name in ("line", "verdict"))  # type: ignore[return-value]


async def put(stage: Stage, form: CommandForm, name: str, value: str) -> None:
    field(form, name).input.value = value
    field(form, name).input.focus()
    await until(stage, lambda: field(form, name).is_here)


@pytest.mark.slow
async def test_the_form_has_the_fields_of_each_model_and_asks_for_the_first_that_is_missing() -> None:
    async with on_stage() as stage:
        for verb, kind in COMMANDS.items():
            form = await fill_in(stage, verb)
            names = [one.field for one in form.query(FormField) if one.display]
            assert names == [*required_fields(kind), *optional_fields(kind)]
            assert field(form, "wallet").input.has_focus
            line, verdict = foot(form)
            assert line == f"❯ {verb} {' '.join(f'<{name}>' for name in required_fields(kind))}"
            assert verdict == f"still needed: {', '.join(required_fields(kind))}"
            await stage.pilot.press("escape", "escape")


async def test_what_is_filled_in_is_sent_as_the_bar_would_and_answered_as_anything() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.pilot.press("escape")
        form = await fill_in(stage, "deposit")
        assert field(form, "wallet").input.value == "ann"
        assert field(form, "amount").input.has_focus
        await stage.pilot.press("5", "0", "enter", *"rent", "enter")
        await stage.answered("deposit ann 50 source=rent")
        assert stage.app.screen is stage.app.main
        assert stage.app.main.query_one(Results).entries[0].last == 2
        await stage.pilot.press("colon", "up")
        assert stage.app.main.query_one(CommandInput).value == "deposit ann 50 source=rent"


@pytest.mark.slow
async def test_what_is_refused_is_on_record_for_a_saved_session() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.pilot.press("escape")
        form = await fill_in(stage, "withdraw")
        await put(stage, form, "amount", "9")
        await stage.pilot.press("ctrl+j")
        await stage.answered("withdraw ann 9")
        session = stage.app._session
        assert session is not None
        assert [(one.line, one.code) for one in session._moments] == [
            ("withdraw ann 9", "insufficient_funds")
        ]


async def test_the_line_and_what_is_wrong_follow_what_is_typed() -> None:
    async with on_stage() as stage:
        form = await fill_in(stage, "buy")
        await put(stage, form, "wallet", "ann")
        await put(stage, form, "item", "green tea")
        await put(stage, form, "price", "3x")
        assert shown(form, "price") == "price 3x: an amount looks like 12.34."
        assert foot(form) == ('❯ buy ann "green tea" 3x', "✗ price")
        await put(stage, form, "category", "food")
        assert shown(form, "price") == "✗ price 3x: an amount looks like 12.34."
        await put(stage, form, "price", "3")
        assert foot(form) == ('❯ buy ann "green tea" 3 category=food', "✓ can be sent")


async def test_sending_too_early_leads_to_the_first_field_that_is_missing() -> None:
    async with on_stage() as stage:
        form = await fill_in(stage, "buy")
        await put(stage, form, "wallet", "ann")
        await stage.pilot.press("ctrl+j")
        await until(stage, lambda: field(form, "item").is_here)
        assert stage.app.screen is form
        assert "✗" in shown(form, "price")
        assert stage.app.main.query_one(Results).entries == ()


async def test_a_wrong_field_that_is_folded_is_unfolded_to_be_put_right() -> None:
    async with on_stage() as stage:
        form = await fill_in(stage, "close")
        await put(stage, form, "wallet", "ann")
        form.action_unfold()
        await put(stage, form, "expect", "x")
        await put(stage, form, "wallet", "ann")
        form.action_unfold()
        assert not field(form, "expect").display
        await stage.pilot.press("ctrl+j")
        await until(stage, lambda: field(form, "expect").input.has_focus)
        assert field(form, "expect").display


@pytest.mark.slow
async def test_escape_goes_back_to_the_commands_and_keeps_what_was_typed_and_then_closes() -> None:
    async with on_stage() as stage:
        form = await fill_in(stage, "deposit")
        await put(stage, form, "wallet", "ann")
        await put(stage, form, "amount", "5")
        await stage.pilot.press("escape", "down", "enter")
        await opened(stage, form, "withdraw")
        assert foot(form)[0] == "❯ withdraw ann 5"
        await stage.pilot.press("escape", "escape")
        assert stage.app.screen is stage.app.main
        assert stage.app.main.query_one(Results).entries == ()


async def test_wallets_are_offered_and_down_takes_them() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "create annika", "create bob")
        await stage.tick()
        form = await fill_in(stage, "send")
        await put(stage, form, "wallet", "an")
        assert shown(form, "wallet").endswith("↓ ann  annika")
        await stage.pilot.press("down", "down")
        assert field(form, "wallet").input.value == "annika"
        await put(stage, form, "to", "")
        assert shown(form, "to").endswith("↓ ann  bob")


async def test_a_refund_offers_what_the_wallet_has_bought() -> None:
    async with on_stage() as stage:
        await stage.execute(
            "create ann", "deposit ann 90", "buy ann tea 3", "buy ann 'long sword' 20", "create bob"
        )
        await stage.tick()
        form = await fill_in(stage, "refund")
        await put(stage, form, "wallet", "ann")
        await put(stage, form, "purchase", "")
        await until(stage, lambda: "sword" in shown(form, "purchase"))
        assert shown(form, "purchase").endswith("↓ 4  long sword 20.00\n  3  tea 3.00")
        await stage.pilot.press("down")
        assert foot(form)[0] == "❯ refund ann 4"


@pytest.mark.slow
async def test_the_chosen_event_fills_in_its_wallet_and_its_purchase() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 90", "buy ann tea 3", "create bob")
        await stage.tick()
        stage.app.main.query_one(EventStream).show(3)
        await stage.pilot.press("n", "enter")
        form = stage.app.screen
        assert isinstance(form, CommandForm)
        await opened(stage, form, "refund")
        assert foot(form)[0] == "❯ refund ann 3"


async def test_a_new_wallet_is_not_called_as_one_that_there_is() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann")
        await stage.tick()
        form = await fill_in(stage, "create")
        assert field(form, "wallet").input.value == ""
        await stage.pilot.press("escape", "down", "enter")
        await opened(stage, form, "deposit")
        assert field(form, "wallet").input.value == "ann"


@pytest.mark.slow
async def test_the_mouse_chooses_unfolds_takes_and_sends() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann")
        await stage.tick()
        await stage.pilot.press("n")
        await stage.pilot.click("#form-verbs", offset=(3, 6))
        await stage.pilot.pause()
        form = stage.app.screen
        assert isinstance(form, CommandForm)
        await opened(stage, form, "close")
        await stage.pilot.click(MoreLine)
        assert field(form, "at").display
        await stage.pilot.click(MoreLine)
        assert not field(form, "at").display
        await put(stage, form, "wallet", "a")
        note = field(form, "wallet").query_one(Candidates)
        await stage.pilot.click(note, offset=(note.styles.padding.left + 3, 1))
        assert field(form, "wallet").input.value == "ann"
        await stage.pilot.click("#form-send")
        await until(stage, lambda: stage.app.screen is stage.app.main)
        await stage.answered("close ann")


@pytest.mark.parametrize(
    "size", [(20, 5), *(pytest.param(size, marks=pytest.mark.slow) for size in ((1, 1), (40, 12), (80, 24)))]
)
async def test_no_terminal_is_too_small_for_it(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await stage.execute("create ann", "deposit ann 50", "buy ann tea 5")
        await stage.tick()
        form = await fill_in(stage, "refund")
        for key in ("down", "tab", "tab", "enter", "tab", "tab", "tab"):
            await stage.pilot.press(key)
        stage.screen_text()
        form.action_unfold()
        await stage.pilot.resize_terminal(120, 40)
        await stage.pilot.pause()
        assert "the number of its event" in stage.screen_text()
        assert stage.app.crash is None


async def test_the_field_that_is_typed_into_is_in_sight_at_20_by_5() -> None:
    async with on_stage(size=(20, 5)) as stage:
        await fill_in(stage, "buy")
        for key in ("a", "enter", "b", "enter", "7"):
            await stage.pilot.press(key)
        await stage.pilot.pause()
        assert "price" in stage.screen_text()


@pytest.mark.slow
async def test_what_people_wrote_is_shown_literally_in_the_form_and_in_the_bar() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await stage.ledger.execute(CreateUser(wallet="ann"))
        await stage.ledger.execute(DepositMoney(wallet="ann", amount="999"))
        for text in [*HOSTILE.values(), "x" * 200, "剣" * 100]:
            await stage.ledger.execute(PurchaseItem(wallet="ann", item=text, price="1"))
        await stage.tick()
        form = await fill_in(stage, "refund")
        await until(stage, lambda: "+" in shown(form, "purchase"))
        for _ in range(3):
            await stage.pilot.press(*["down"] * 5)
            check(stage)
        await put(stage, form, "purchase", "".join(HOSTILE.values()))
        check(stage)
        await stage.pilot.press("escape", "escape")
        form = await fill_in(stage, "buy")
        await put(stage, form, "item", "".join(HOSTILE.values()))
        check(stage)
        await put(stage, form, "item", "")
        for _ in range(3):
            await stage.pilot.press("down")
            check(stage)
        assert stage.app.crash is None


@pytest.mark.slow
async def test_what_can_be_seen_is_what_is_sent() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 9")
        await stage.tick()
        form = await fill_in(stage, "buy")
        await put(stage, form, "item", "\x1b[2Jtea [/b] 'x' \"y\" \\ a=b")
        await put(stage, form, "price", "1")
        line = foot(form)[0].removeprefix("❯ ")
        command = parse(line)
        assert isinstance(command, PurchaseItem)
        assert command.item == "\ufffd[2Jtea [/b] 'x' \"y\" \\ a=b"
        assert shlex.split(line)[2] == command.item
        await stage.pilot.press("ctrl+j")
        await stage.answered(line)
        assert stage.app.main.query_one(Results).entries[0].state == "accepted"


async def test_n_is_a_letter_to_whoever_types() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon", "n")
        assert stage.app.screen is stage.app.main
        assert stage.app.main.query_one(CommandInput).value == "n"


async def test_the_form_follows_the_language_and_keeps_what_was_typed() -> None:
    async with on_stage() as stage:
        form = await fill_in(stage, "deposit")
        await put(stage, form, "wallet", "ann")
        await stage.pilot.press("f2")
        assert foot(form) == ("❯ deposit ann <amount>", "足りないもの: amount")
        assert "お金を受け取るウォレット" in shown(form, "wallet")
        await stage.pilot.press("escape")
        assert "ウォレットに入金します。" in stage.screen_text().replace(" ", "")
