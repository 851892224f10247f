"""Text that wants to act, hide or break: it is shown, and that is all."""

import shlex
import unicodedata

import pytest

from tests.ui.stage import Stage, on_stage
from tui_ledger.domain.commands import CreateUser, DepositMoney, PurchaseItem
from tui_ledger.errors import StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.safe_text import MARK_LIMIT
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
    "joined emoji": "👩\u200d💻🏳\ufe0f\u200d🌈❤\ufe0f",
    "skin and flags": "👩🏽🇩🇪🇯🇵 a🏽🏽 1\ufe0f\u20e3",
    "syllables": "हिन्दी தமிழ் ක්\u200dය \u1112\u1161\u11ab",
    "marks alone": "\u0301\u0488\u093f",
    "new and wide": "\u4dc0\u4dc1\u2630",
}
KEPT = "\n\u200d"  # the lines are joined by the one, emoji and syllables by the other
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def check(stage: Stage) -> str:
    text = stage.screen_text()
    bad = {f"U+{ord(one):04X}" for one in text if one not in KEPT and unicodedata.category(one) in HIDDEN}
    assert not bad
    assert HOSTILE["joiner"] not in text
    runs = (text[at : at + MARK_LIMIT + 1] for at in range(len(text) - MARK_LIMIT))
    assert not any(all(map(unicodedata.combining, run)) for run in runs)
    return text


@pytest.mark.parametrize("size", [(200, 60), pytest.param((80, 24), marks=pytest.mark.slow)])
async def test_names_items_and_notes_are_shown_literally_in_every_pane(size: tuple[int, int]) -> None:
    async with on_stage(size=size, name="".join(HOSTILE.values())) as stage:
        for number, text in enumerate(HOSTILE.values()):
            wallet = f"wallet-{number}"
            await stage.ledger.execute(CreateUser(wallet=wallet, owner=text))
            await stage.ledger.execute(DepositMoney(wallet=wallet, amount="50", source=text))
            await stage.ledger.execute(PurchaseItem(wallet=wallet, item=text, price="5", merchant=text))
            await stage.advance(0.1)
            check(stage)
            if size[0] == 200 and text.isascii() and text.isprintable():
                assert stage.screen_text().count(text) >= 3
        for key in ("v", "v", "v", "v", "question_mark"):
            await stage.pilot.press(key)
            await stage.tick()
            check(stage)


@pytest.mark.slow
async def test_commands_and_their_answers_are_shown_literally() -> None:
    async with on_stage(size=(200, 60)) as stage:
        await stage.type("create ann")
        for text in HOSTILE.values():
            await stage.send(f"deposit ann 50 source={shlex.quote(text)}")
            await stage.send(f"refund ann {shlex.quote(text)}")
            check(stage)
            stage.app.screen.query_one(CommandInput).value = f"{text} ann "
            await stage.pilot.pause()
            check(stage)


async def test_what_is_pasted_into_the_bar_can_be_seen() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon")
        for text in HOSTILE.values():
            stage.app.screen.query_one(CommandInput).value = f"deposit ann 5 source={text}"
            await stage.pilot.pause()
            check(stage)


@pytest.mark.slow
async def test_errors_of_the_ledger_are_shown_literally(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ""

    async def failing(*_: object) -> None:
        raise StorageError(f"The file {wrong} cannot be read.")

    async with on_stage(size=(200, 60)) as stage:
        monkeypatch.setattr(Ledger, "execute", failing)
        for wrong in HOSTILE.values():  # noqa: B007 - `failing` reads it
            await stage.send("create ann")
            assert "The file" in check(stage)


async def test_a_click_on_text_from_a_user_does_nothing() -> None:
    async with on_stage() as stage:
        await stage.ledger.execute(CreateUser(wallet="ann", owner=HOSTILE["action"]))
        await stage.advance(0.1)
        strips = stage.app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip]
        acts = [str(style.meta["@click"]) for style in styles if style and "@click" in style.meta]
        assert not any("quit" in act or "bell" in act for act in acts)
