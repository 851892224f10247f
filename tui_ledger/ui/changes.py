"""What has changed between a moment of the past and now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tui_ledger.event_store.upcasting import as_today
from tui_ledger.query_side.views.amounts import to_minor

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.answer import Answer

MOST: Final = 200
"""The most wallets of one currency that are named."""

PAGE: Final = 500
"""Events that are counted at once: few enough not to hold up the screen."""

Progress = Callable[[int], None]
"""Told how much is ready, in per cent."""


class Change(msgspec.Struct, frozen=True):
    """A wallet that has changed.

    Attributes:
        then: What could be spent then; empty where there was no such wallet.
        now: What can be spent now.
        minor: The difference, in minor units.
        opened: Whether it is new since then.
        closed: Whether it was closed since then.
    """

    wallet: str
    currency: str
    then: str
    now: str
    minor: int
    opened: bool = False
    closed: bool = False


class Changes(msgspec.Struct, frozen=True):
    """What lies between two positions.

    Attributes:
        since: The position of the moment, and `until` that of the last event now.
        types: How many events there are of each type, the most frequent first.
        wallets: Those that have changed: by currency, and in it the largest difference first.
        same: How many wallets are as they were.
        more: How many more have changed, less than those that are named.
    """

    since: int
    until: int
    types: tuple[tuple[str, int], ...]
    wallets: tuple[Change, ...]
    same: int = 0
    more: int = 0


async def compare(ledger: Ledger, since: int, progress: Progress) -> Changes:
    """Hold the wallets as of the event at `since` against those of now.

    Raises:
        LedgerError: the log cannot be read, or BALANCES cannot apply it.
    """
    until = (await ledger.head()).position
    types = Counter[str]()
    at = since
    while at < until:
        events = await ledger.read(at, min(PAGE, until - at))
        if not events:
            break
        types.update(as_today(event).type for event in events)
        at = events[-1].position
        progress(50 * (at - since) // (until - since))
    await ledger.make_keyframes("balances", until, lambda made: progress(50 + 50 * made // max(1, until)))
    before = await ledger.documents("balances", as_of=since)
    after = await ledger.documents("balances", as_of=until)
    changed = differences(before, after)
    named = list(_largest(changed))
    return Changes(
        since=since,
        until=until,
        types=tuple(types.most_common()),
        wallets=tuple(named),
        same=len(after) - len(changed),
        more=len(changed) - len(named),
    )


def differences(before: Iterable[Answer], after: Iterable[Answer]) -> list[Change]:
    """The wallets whose documents differ: by currency, and in it the largest difference first."""
    then = {one.key: one.document or {} for one in before}
    found = [_change(one.key, then.get(one.key), one.document or {}) for one in after]
    changed = [one for one in found if one.minor or one.opened or one.closed]
    return sorted(changed, key=lambda one: (one.currency, -abs(one.minor), one.wallet))


def _change(wallet: str, then: dict[str, Any] | None, now: dict[str, Any]) -> Change:
    currency = str(now.get("currency", ""))
    old = str(then.get("available", "")) if then is not None else ""
    new = str(now.get("available", ""))
    return Change(
        wallet=wallet,
        currency=currency,
        then=old,
        now=new,
        minor=to_minor(new, currency) - (to_minor(old, currency) if old else 0),
        opened=then is None,
        closed=now.get("state") == "closed" and (then is None or then.get("state") != "closed"),
    )


def _largest(changed: Iterable[Change]) -> Iterable[Change]:
    """The first ones of each currency."""
    named = Counter[str]()
    for one in changed:
        named[one.currency] += 1
        if named[one.currency] <= MOST:
            yield one
