"""The commands that only read: `query`, `replay`, `events`, `status`, `verify` and `head`."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec

from tui_ledger.cli.event_lines import event_json, event_line
from tui_ledger.cli.output import complain, say, say_json, say_table
from tui_ledger.cli.progress import events_bar
from tui_ledger.command_side.streams import wallet_in
from tui_ledger.domain.events import EVENT_TYPES
from tui_ledger.errors import InputError, IntegrityError
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.event_store.upcasting import KNOWN_TYPES, as_today
from tui_ledger.ledger import Ledger
from tui_ledger.query_side.answer import Answer
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.when import parse_when


async def query(
    path: Path,
    view: str,
    key: str | None,
    *,
    at_least: int | None,
    timeout: float,
    fresh: bool,
    as_json: bool,
) -> int:
    """Print a document, or all under a prefix, and say on standard error how late they are."""
    async with Ledger.open(path, run_views=False) as ledger:
        if fresh:
            await ledger.catch_up(view)
        answer = await ledger.query(view, key or "", at_least=at_least, timeout=timeout)
        answers = [answer] if answer.document is not None else await ledger.documents(view, key or "")
    if not answers and key is not None:
        answers = [answer]
    _say_answers(answers, as_json=as_json)
    last = answers[-1] if answers else answer
    if last.stale:
        complain(_lateness(last))
    elif at_least is not None and last.as_of < at_least:
        complain(f"There is no #{at_least} yet, after {timeout:g} s: {view} is at the head, #{last.head}.")
    if last.status is not None and last.status.parked:
        complain(f"{view} is incomplete. {last.status.reason}")
    return 0


async def query_as_of(path: Path, view: str, key: str | None, when: str, *, as_json: bool) -> int:
    """Print a document, or all under a prefix, as they were; the view need be neither on nor well.

    Raises:
        InputError: there is no such view, or `when` is no position of the log and no time.
        IntegrityError: the view could not fold an event up to there.
    """
    wanted = parse_when(when)
    async with Ledger.open(path, run_views=False, views=()) as ledger:
        position = await ledger.position_of(wanted)
        with events_bar(f"keyframes of {view}", position) as show:
            await ledger.make_keyframes(view, position, show)
        answer = await ledger.query(view, key or "", as_of=position)
        answers = [answer]
        if answer.document is None:
            answers = await ledger.documents(view, key or "", as_of=position)
    if not answers and key is not None:
        answers = [answer]
    _say_answers(answers, as_json=as_json)
    return 0


async def replay(path: Path, wallet: str, when: str | None, *, as_json: bool) -> int:
    """Print the fold of a wallet, up to `when` or the head: each event and the balance after it."""
    as_of = None if when is None else parse_when(when)
    async with Ledger.open(path, run_views=False, views=()) as ledger:
        steps = await ledger.replay(wallet, as_of=as_of)
    if as_json:
        for step in steps:
            say_json(msgspec.structs.asdict(step))
    else:
        rows = [(f"#{step.position}", step.type, step.change, step.balance) for step in steps]
        say_table(("event", "type", "change", "balance"), rows)
    return 0


async def events(
    path: Path,
    *,
    after: int,
    limit: int | None,
    wallet: str | None,
    kind: str | None,
    follow: bool,
    as_json: bool,
) -> int:
    """Print the log, or what `wallet` and `kind` leave of it; `limit` counts what is printed."""
    if kind is not None and kind not in KNOWN_TYPES:
        raise InputError(f"There is no event type {kind}; the types are {', '.join(EVENT_TYPES)}.")
    left = limit
    async with (
        Ledger.open(path, run_views=False, views=()) as ledger,
        aclosing(ledger.events(after, follow=follow)) as log,
    ):
        async for event in log:
            if (wallet is not None and wallet_in(event.stream) != wallet) or not _is_of(kind, event):
                continue
            if as_json:
                say_json(event_json(event))
            else:
                say(event_line(event))
            if left is not None:
                left -= 1
                if left == 0:
                    break
    return 0


async def status(path: Path, *, as_json: bool) -> int:
    """Print the head, and where each view is."""
    async with Ledger.open(path, run_views=False) as ledger:
        snapshot = await ledger.status()
    if as_json:
        say_json({"head": snapshot.head, "views": [view_json(view) for view in snapshot.views]})
        return 0
    say(f"head #{snapshot.head}")
    say_table(
        ("view", "checkpoint", "lag", "state"),
        [(view.view, view.checkpoint, view.lag, view.state) for view in snapshot.views],
    )
    say_reasons(snapshot.views)
    return 0


async def verify(path: Path, *, anchor: str | None, as_json: bool) -> int:
    """Print what `Ledger.verify` found; the exit status says it too."""
    async with Ledger.open(path, run_views=False) as ledger:
        found = await ledger.verify(anchor)
    if as_json:
        say_json(msgspec.structs.asdict(found))
    elif found.ok:
        say(f"ok: {found.events} events, each in its place; the views agree. Head {found.head}")
    else:
        where = f"event #{found.first_bad}" if found.first_bad is not None else "the ledger"
        say(f"not ok: {where}: {found.reason}")
    return 0 if found.ok else IntegrityError.exit_status


async def head(path: Path, *, as_json: bool) -> int:
    """Print the position and the hash of the last event, as an anchor."""
    async with Ledger.open(path, run_views=False, views=()) as ledger:
        anchor = str(await ledger.head())
    if as_json:
        say_json({"head": anchor})
    else:
        say(anchor)
    return 0


def say_reasons(views: Iterable[ViewStatus]) -> None:
    """Print why a view does not go on, for each that does not."""
    for view in views:
        if view.reason is not None:
            where = f" by event #{view.failed_at}" if view.failed_at is not None else ""
            say(f"{view.view} {view.state}{where}: {view.reason}")


def _lateness(answer: Answer) -> str:
    """How late an answer is, why, and what helps."""
    late = answer.head - answer.as_of
    events = "1 event" if late == 1 else f"{late} events"
    behind = f"{answer.view} is {events} behind (as of #{answer.as_of}, head #{answer.head})"
    state = answer.status.state if answer.status is not None else None
    if answer.status is not None and state == "failed":
        reason = f"it failed at event #{answer.status.failed_at}: {answer.status.reason}"
        return f"{behind}; {reason.removesuffix('.')}; view park lets it go on without that event."
    if state == "paused":
        return f"{behind}; it is paused, and view resume lets it go on."
    if state == "rebuilding":
        return f"{behind}; it is being rebuilt, and this is what it was before."
    return f"{behind}; --fresh lets it catch up first."


def _is_of(kind: str | None, event: StoredEvent) -> bool:
    """Whether the event is of that type, by the name that it has today or the one that it had."""
    return kind in (None, event.type, as_today(event).type)


def view_json(view: ViewStatus) -> dict[str, Any]:
    """A view's status as `--json` prints it."""
    return {
        name: getattr(view, name) for name in ("view", "checkpoint", "lag", "state", "failed_at", "reason")
    }


def _say_answers(answers: Sequence[Answer], *, as_json: bool) -> None:
    if as_json:
        for one in answers:
            say_json({name: getattr(one, name) for name in ("view", "key", "as_of", "head", "document")})
    else:
        _say_documents(answers)


def _say_documents(answers: Sequence[Answer]) -> None:
    """One document as a list of its fields; several as a table, a document a row."""
    if not answers:
        say("There is no document yet.")
        return
    first = answers[0]
    if len(answers) > 1:
        fields = list(dict.fromkeys(name for answer in answers for name in answer.document or ()))
        rows = [[answer.key, *((answer.document or {}).get(name) for name in fields)] for answer in answers]
        say_table(["key", *fields], rows)
    elif first.document is None:
        say(f"{first.view} has no document {first.key}.")
    else:
        say_table((first.view, first.key), list(first.document.items()))
    say(f"as of #{first.as_of}, head #{first.head}")
