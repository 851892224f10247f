"""Writes a session as a scenario that plays it again and checks how it ends."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from tui_ledger.clock import parse_timestamp
from tui_ledger.domain.money import format_amount
from tui_ledger.domain.wallet import ClosedWallet, NoWallet
from tui_ledger.errors import InputError
from tui_ledger.ledger_views import BUILT_IN_NAMES
from tui_ledger.query_side.views import FOR_TEACHING
from tui_ledger.safe_text import safe_text
from tui_ledger.simulation.session import STEPS, Recording
from tui_ledger.simulation.session_steps import Plan, PlannedStep, plan_steps
from tui_ledger.toml_file import FILE_LIMIT

SHORTEST: Final = 0.5
"""The least time between two steps, in seconds: they are to be followed by eye."""

LONGEST: Final = 5.0
"""The most time between two steps, in seconds, however long somebody was away."""

_SAID: Final = 20  # positions that a comment lists

_KNOWN_VIEWS: Final = frozenset({*BUILT_IN_NAMES, *(view.name for view in FOR_TEACHING)})


class SessionFile(msgspec.Struct, frozen=True):
    """The text of a scenario, and how many steps it has."""

    text: str
    steps: int


def write_session(recording: Recording) -> SessionFile:
    """The scenario that does again what was done in the session.

    Raises:
        InputError: nothing was done, or too much for a scenario.
    """
    views = [view.view for view in recording.views if view.view in _KNOWN_VIEWS]
    moments = [moment for moment in recording.moments if moment.view is None or moment.view in views]
    plan = plan_steps(msgspec.structs.replace(recording, moments=moments))
    if not plan.steps:
        raise InputError("There is nothing to save yet: no command was sent.", "empty")
    if len(plan.steps) > STEPS:
        most = f"{STEPS:,} steps, the most that can be saved"
        raise InputError(f"The session has more than {most}.", "too_long")
    text = "\n".join(_lines(recording, plan, views))
    if len(text.encode()) > FILE_LIMIT:
        raise InputError("The session is too long: a scenario has at most 1 MiB.", "too_long")
    return SessionFile(text, len(plan.steps))


def _lines(recording: Recording, plan: Plan, views: list[str]) -> Iterator[str]:
    yield "# A session in the app, saved to be played again; tui-ledger run checks how it ends."
    yield f"# Between two steps are {SHORTEST:g} to {LONGEST:g} seconds. Transfers arrive by themselves."
    yield from _comment(plan)
    yield ""
    yield f"title = {_toml(recording.title)}"
    yield f"start = {_toml(_start(plan))}"
    if views:
        yield f"views = [{', '.join(map(_toml, views))}]"
    times = list(_times(plan.steps))
    for step, at in zip(plan.steps, times, strict=True):
        yield from _table(at, [("do", [step.line]), ("expect", step.expect)])
    yield from _table(times[-1] + SHORTEST, [("expect", list(_endings(recording, plan)))])
    yield ""


def _comment(plan: Plan) -> Iterator[str]:
    if plan.lost:
        shown = ", ".join(f"#{position}" for position in plan.lost[:_SAID])
        more = f" and {len(plan.lost) - _SAID} more" if len(plan.lost) > _SAID else ""
        yield "#"
        yield f"# Nothing is known of a command that caused {shown}{more}, or it does not fit into a step."
        yield "# So that is not done again, and nothing is expected of a wallet that it may have changed."


def _start(plan: Plan) -> str:
    """When the scenario begins: no time that a command names is after it."""
    return max(step.recorded_at for step in plan.steps)


def _times(steps: Iterable[PlannedStep]) -> Iterator[float]:
    at = 0.0
    yield at
    for before, step in itertools.pairwise(steps):
        gap = (_moment(step) - _moment(before)).total_seconds()
        at = round(at + min(max(gap, SHORTEST), LONGEST), 1)
        yield at


def _moment(step: PlannedStep) -> datetime:
    return parse_timestamp(step.recorded_at)


def _endings(recording: Recording, plan: Plan) -> Iterator[str]:
    """What has to be true after the last step."""
    shown = any(view.view == "balances" and _is_whole(view.state, view.parked) for view in recording.views)
    place = "balances" if shown else "truth"
    for wallet, state in sorted(recording.wallets.items()):
        if wallet in plan.unsure or isinstance(state, NoWallet):
            continue
        word = "closed" if isinstance(state, ClosedWallet) else "open"
        yield f"{place}/{wallet}.available == {_literal(format_amount(state.available, state.currency))}"
        yield f"{place}/{wallet}.state == {_literal(word)}"
    if plan.whole:
        yield f"log.head == {len(recording.events)}"
    yield "verify.ok == true"


def _is_whole(state: str, parked: tuple[int, ...]) -> bool:
    return state in ("live", "catching_up") and not parked


def _table(at: float, keys: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
    yield ""
    yield "[[step]]"
    yield f"at = {at:.1f}"
    for key, values in keys:
        match [_toml(value) for value in values]:
            case []:
                continue
            case [one]:
                yield f"{key} = {one}"
            case several:
                yield f"{key} = ["
                yield from (f"  {one}," for one in several)
                yield "]"


def _literal(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _toml(text: str) -> str:
    """`text` as a TOML string in which nothing is hidden and nothing acts on a terminal."""
    if "'" not in text and safe_text(text) == text and '"' in text and "\\" not in text:
        return f"'{text}'"
    return '"' + "".join(map(_toml_character, text)) + '"'


def _toml_character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if safe_text(character) == character:
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
