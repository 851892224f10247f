"""What has changed since then, as text: the events between, and each wallet then and now."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from tui_ledger.content import say
from tui_ledger.domain.money import format_amount
from tui_ledger.ui.cells import fit
from tui_ledger.ui.changes import Change, Changes

_BAR: Final = 24
_REST: Final = 21  # cells of a line beside the wallet and its amounts


def picture(changes: Changes, width: int) -> Content:
    """All of it, in lines of `width` cells."""
    lines = [_heading(say("time.changes.events", count=f"{changes.until - changes.since:,}"))]
    lines += _types(changes.types, width)
    lines.append(Content())
    if not changes.wallets:
        lines.append(Content(say("time.changes.nothing")))
        return Content("\n").join(lines)
    lines.append(_heading(say("time.changes.wallets", count=f"{len(changes.wallets) + changes.more:,}")))
    lines += _wallets(changes.wallets, width)
    if changes.more:
        lines.append(_quiet(say("time.changes.more", count=f"{changes.more:,}")))
    if changes.same:
        lines.append(_quiet(say("time.changes.same", count=f"{changes.same:,}")))
    return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)


def as_text(changes: Changes) -> str:
    """The wallets as lines with tabs between the fields, to be copied."""
    rows = [(one.wallet, one.currency, one.then, one.now, _difference(one, "-")) for one in changes.wallets]
    return "".join("\t".join(row) + "\n" for row in [("wallet", "currency", "then", "now", "change"), *rows])


def _types(types: tuple[tuple[str, int], ...], width: int) -> list[Content]:
    most = max((count for _, count in types), default=1)
    number = max((len(f"{count:,}") for _, count in types), default=1)
    bar = min(_BAR, max(0, width - number - 22))
    return [
        Content.assemble(
            f"  {fit(f'{count:,}', number, right=True)}  {fit(kind, 18)}",
            ("▇" * max(1, count * bar // most), "$past"),
        )
        for kind, count in types
    ]


def _wallets(wallets: tuple[Change, ...], width: int) -> list[Content]:
    amount = max(8, *(len(text) for one in wallets for text in (one.then, one.now, _difference(one, "−"))))
    wallet = max(6, min(24, width - 3 * amount - _REST))
    then, now, difference = (
        fit(say(f"time.changes.{name}"), amount, right=True) for name in ("then", "now", "difference")
    )
    lines = [_quiet(f"  {fit(say('time.changes.wallet'), wallet)}  {then}   {now}  {difference}")]
    for one in wallets:
        mark = "opened" if one.opened else "closed" if one.closed else ""
        lines.append(
            Content.assemble(
                (f"  {fit(one.wallet, wallet)}", "bold"),
                (f"  {fit(one.then or say('time.changes.none'), amount, right=True)}", "$past"),
                (" →", "$quiet"),
                f" {fit(one.now, amount, right=True)}",
                (f"  {fit(_difference(one, '−'), amount, right=True)}", _style(one.minor)),
                (f"  {one.currency}", "$quiet"),
                (f" {say(f'time.changes.{mark}')}" if mark else "", "bold $warning"),
            )
        )
    return lines


def _difference(change: Change, minus: str) -> str:
    if not change.minor:
        return "0"
    amount = format_amount(abs(change.minor), change.currency)
    return f"{'+' if change.minor > 0 else minus}{amount}"


def _style(minor: int) -> str:
    return "$success" if minor > 0 else "$warning" if minor < 0 else "$quiet"


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $past")


def _quiet(text: str) -> Content:
    return Content.styled(text, "$quiet")
