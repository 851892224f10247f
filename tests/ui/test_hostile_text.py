"""Text that wants to act, hide or break: it is shown, and that is all."""

import shlex
import unicodedata

import pytest
from tests.ui.stage import Stage, on_stage

from tui_ledger.domain.commands import CreateUser, DepositMoney, PurchaseItem
from tui_ledger.errors import StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.ui.widgets.command_bar import CommandInput

HOSTILE = {
    "closing tag": "[/foo]",
    "action": "[@click=app.quit]x[/]",
    "unclosed": "[red",
    "braces": "{x} {0} %s $v",
    "escape": "\x1b[2Jgone",
    "c1": "\x9b31mred",
    "osc": "\x1b]0;title\x07",
    "bidi": "\u202eevil",
    "marks": "a" + "\u0301" * 40,
    "wide": "剣" * 30,
    "joiner": "ad\u200dmin",
    "lines": "one\ntwo\rthree\ttab",
    "backslash": "\\[bold]\\",
}
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def check(stage: Stage) -> str:
    text = stage.screen_text()
    bad = {f"U+{ord(one):04X}" for one in text if one != "\n" and unicodedata.category(one) in HIDDEN}
    assert not bad
    assert not any(unicodedata.combining(text[at + 5]) and all(map(unicodedata.combining, text[at : at + 5])) for at in range(len(text) - 5))
    return text


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("size", [(200, 60), (80, 24)])
async def test_names_items_and_notes_are_shown_literally_in_every_pane(name: str, size: tuple[int, int]) -> None:
    text = HOSTILE[name]
    async with on_stage(size=size, name=text) as stage:
        await stage.ledger.execute(CreateUser(wallet="ann", owner=text))
        await stage.ledger.execute(DepositMoney(wallet="ann", amount="50", source=text))
        await stage.ledger.execute(PurchaseItem(wallet="ann", item=text, price="5", merchant=text))
        await stage.advance(0.1)
        shown = check(stage)
        if name in ("closing tag", "action", "unclosed", "braces") and size[0] == 200:
            assert shown.count(text) >= 5  # header, three events, two lines of the statement
        await stage.pilot.press("v")
        await stage.tick()
        check(stage)
        await stage.pilot.press("question_mark")
        await stage.pilot.pause()
        check(stage)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("escape", "osc", "c1")])
async def test_commands_and_their_answers_are_shown_literally(name: str) -> None:
    text = HOSTILE[name]
    async with on_stage(size=(200, 60)) as stage:
        await stage.type("create ann")
        await stage.type(f"deposit ann 50 source={shlex.quote(text)}")
        check(stage)
        await stage.type(f"refund ann {shlex.quote(text)}")
        check(stage)
        await stage.type(f"{text} ann")
        check(stage)


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_pasted_into_the_bar_can_be_seen(name: str) -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon")
        stage.app.screen.query_one(CommandInput).value = f"deposit ann 5 source={HOSTILE[name]}"
        await stage.pilot.pause()
        check(stage)


@pytest.mark.parametrize("name", HOSTILE)
async def test_errors_of_the_ledger_are_shown_literally(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(*_: object) -> None:
        raise StorageError(f"The file {HOSTILE[name]} cannot be read.")

    async with on_stage(size=(200, 60)) as stage:
        monkeypatch.setattr(Ledger, "execute", failing)
        await stage.type("create ann")
        await stage.tick()
        assert "The file" in check(stage)


async def test_a_click_on_text_from_a_user_does_nothing() -> None:
    async with on_stage() as stage:
        await stage.ledger.execute(CreateUser(wallet="ann", owner=HOSTILE["action"]))
        await stage.advance(0.1)
        for y in range(40):
            for style in (segment.style for strip in stage.app.screen._compositor.render_strips()[y : y + 1] for segment in strip):
                assert not (style and style.meta and "@click" in style.meta)
