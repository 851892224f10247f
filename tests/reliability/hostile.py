"""Texts that want to act, hide, reorder or break out; and ledgers full of them.

In front of each stands a sign of the field that it is in, such as `it>` for an item.
"""

from pathlib import Path
from typing import Final

from tui_ledger.domain.commands import (
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    SendMoney,
    WithdrawMoney,
)
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_views import BUILT_IN_NAMES

CORPUS: Final = {
    "closing tag": "[/foo] [/] [/b]",
    "action": "[@click=app.quit]x[/] [@click=app.exit()]",
    "markup": "[red on blue][link=http://x.invalid]l[/link][not a tag",
    "escaped markup": "\\[bold]\\\\[/bold]\\",
    "braces": "{x} {0} %s $v {wallet!r}",
    "CSI": "\x1b[2J\x1b[31m\x1b[10;10Hgone\x1b[?1049l",
    "OSC title": "\x1b]0;title\x07\x1b]2;title\x1b\\",
    "OSC link and clipboard": "\x1b]8;;http://x.invalid\x1b\\x\x1b]8;;\x1b\\\x1b]52;c;aGk=\x07",
    "DCS": "\x1bP$q q\x1b\\\x1b_G a=T\x1b\\\x1bc",
    "C1": "\x9b2J\x9d0;title\x9c\x90q\x9c\x85\x84",
    "bells and feeds": "\x07\x08\x0b\x0c\x0e\x0f\x7f",
    "lines": "one\ntwo\rthree\ttab\u2028four\u2029five",
    "bidi overrides": "\u202eevil\u202c \u202dx\u202c \u200f\u200e\u061c",
    "bidi isolates": "\u2066a\u2069\u2067b\u2069\u2068c\u2069",
    "zero width": "ad\u200dmin an\u200cn a\u200bb\ufeffc\u2060d\u00ade",
    "invisible letters": "a\u3164\u115f\u1160\uffa0\u034f\u2800b",
    "stacked marks": "z" + "\u0301\u0489\u20dd" * 12,
    "marks alone": "\u0301\u0488\u093f",
    "tag characters": "🏴\U000e0067\U000e0062\U000e007f \U000e0001",
    "variation selectors": "a\ufe0f1\ufe0fx\U000e0100 ❤\ufe0f ⌚\ufe0e",
    "private and unassigned": "\ue000\U000f0000\U0010ffff\u0378",
    "wide": "剣盾弓" * 12,
    "long": "long-" * 36,
    "joined emoji": "👩\u200d💻🏳\ufe0f\u200d🌈👨\u200d👩\u200d👧\u200d👦",
    "skin and flags": "👩🏽🇩🇪🇯🇵🇩 a🏽🏽🏽 1\ufe0f\u20e3",
    "ambiguous width": "①±—°×÷Ω①②③",
    "syllables": "हिन्दी தமிழ் ක්\u200dය \u1112\u1161\u11ab\u1161\u1161",
    "right to left": "שלום عربى می\u200cخواهم",
    "new and wide": "\u4dc0\u4dc1\u2630\U0001fae8",
}
"""By what is bad about them. Each fits into a field of a command."""

MIXED: Final = (
    "[/f][@click=app.quit]{x}\\[b]\x1b[2J\x1b]0;t\x07\x9b2J\x9d0;t\x9c\x07\r\n\t\u202ee\u2066i\u2069\u200d\u3164\ufeff"
    "剣👩\u200d💻❤\ufe0f🏽नि\ue000" + "\u0301" * 6
)
"""Something of nearly all of them."""

OWN_VIEWS: Final = '''
TEXT = {text!r}


class Mirror:
    """Shows what somebody wrote, as it is."""

    name = "mirror"
    version = 1

    def keys(self, event):
        return ["ke>" + TEXT]

    def fold(self, event, documents):
        documents["ke>" + TEXT] = {{"fi>": "do>" + TEXT, TEXT: 1}}


class Brittle:
    """Fails at once, and says what somebody wrote."""

    name = "brittle"
    version = 1

    def keys(self, event):
        return ["all"]

    def fold(self, event, documents):
        raise ValueError("fa>" + TEXT)


VIEWS = [Mirror(), Brittle()]
'''


def commands(text: str) -> list[Command]:
    """Commands with `text` in each field that takes one."""
    return [
        CreateUser(wallet="w1", owner=f"ow>{text}"),
        CreateUser(wallet="w2"),
        DepositMoney(wallet="w1", amount="500", source=f"so>{text}"),
        WithdrawMoney(wallet="w1", amount="1", destination=f"de>{text}"),
        PurchaseItem(wallet="w1", item=f"it>{text}", price="5", merchant=f"me>{text}", category=f"ca>{text}"),
        SendMoney(wallet="w1", to="w2", amount="2", note=f"no>{text}"),
        CreateUser(wallet="w3"),
        CloseWallet(wallet="w3", reason=f"re>{text}"),
    ]


async def make_ledger(path: Path, text: str, *own: str) -> None:
    """A ledger at `path` full of `text`, with `own` views on besides the usual ones; see `write_views`."""
    create_ledger(path)
    async with Ledger.open(path) as ledger:
        for command in commands(text):
            receipt = await ledger.execute(command)
            assert receipt.accepted, receipt
        await ledger.settle()
    if own:
        (path / "ledger.toml").write_text('views_module = "hostile_views"\n')
        names = [*BUILT_IN_NAMES, *own]
        (path / "views" / "enabled").write_text("".join(f"{name}\n" for name in names))


def write_views(folder: Path, text: str) -> None:
    """A module of views that say `text`, in a folder where Python finds it."""
    folder.mkdir()
    (folder / "hostile_views.py").write_text(OWN_VIEWS.format(text=text), encoding="utf-8")
