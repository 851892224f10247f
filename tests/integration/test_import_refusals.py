"""What an import refuses: the line is named, and the log is as it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.importing import HISTORY, changed, events_of, lines_of, written
from tui_ledger.domain.command_language import parse
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.ledger import Ledger

# Lines of the history, by their number.
CREATED, BOB, SALARY, SWORD, REFUND, SENT, RECEIVED, SETTLED, OUT, LOST, BACK, ANN, CLOSED = range(1, 14)

NO_COMMAND: Final = {"commandid": None, "commandcontent": None, "correlationid": None}

Change = Callable[[list[bytes]], list[bytes]]


@pytest.fixture
async def history() -> list[StoredEvent]:
    """What another ledger recorded, in which there is an event of every type."""
    return await events_of(*HISTORY, first_id=1000)


def with_line(number: int, **attributes: Any) -> Change:
    """The history in which one line is another."""
    return lambda lines: [
        changed(line, **attributes) if one == number else line for one, line in enumerate(lines, start=1)
    ]


def without(*numbers: int) -> Change:
    """The history without some lines."""
    return lambda lines: [line for one, line in enumerate(lines, start=1) if one not in numbers]


def bare_and_without(number: int, missing: int) -> Change:
    """The history without the line `missing`, in which `number` names neither a cause nor a command."""
    bare = with_line(number, causationid=None, **NO_COMMAND)
    return lambda lines: without(missing)(bare(lines))


def moved(number: int, behind: int) -> Change:
    """The history in which one line comes later."""

    def change(lines: list[bytes]) -> list[bytes]:
        line = lines[number - 1]
        return [*lines[: number - 1], *lines[number:behind], line, *lines[behind:]]

    return change


def renamed(number: int, kind: str, *dropped: str, **data: Any) -> Change:
    """The history in which one line is an event of another type, of no known command."""

    def change(lines: list[bytes]) -> list[bytes]:
        event = json.loads(lines[number - 1])
        fields = {name: value for name, value in (event["data"] | data).items() if name not in dropped}
        event |= {"type": kind, "data": fields, **NO_COMMAND}
        return [*lines[: number - 1], json.dumps(event).encode(), *lines[number:]]

    return change


REFUSED: Final[list[tuple[Change, int, str]]] = [
    # what the state of the wallet does not allow
    (without(CREATED), 2, "There is no wallet moyin"),
    (moved(CREATED, SALARY), 2, "There is no wallet moyin"),
    (with_line(SALARY, data={"amount": 1000}, **NO_COMMAND), SWORD, "moyin has 10.00 USD"),
    (with_line(OUT, data={"amount": 10_001}, **NO_COMMAND), OUT, "bob has 100.00 USD"),
    (with_line(SALARY, data={"currency": "EUR"}, **NO_COMMAND), SALARY, "kept in USD"),
    (with_line(REFUND, data={"amount": 20_001}, **NO_COMMAND), REFUND, "can be refunded"),
    (with_line(REFUND, data={"item": "shield"}, **NO_COMMAND), REFUND, "item is shield"),
    (without(SWORD), SWORD, "has no purchase"),
    # what the two wallets of a transfer do not allow
    (without(SENT), SENT, "what caused it"),
    (bare_and_without(RECEIVED, SENT), SENT, "was not sent to bob"),
    (bare_and_without(SETTLED, RECEIVED), RECEIVED, "was not received"),
    (bare_and_without(BACK, LOST), LOST, "no transfer lost on its way"),
    (with_line(RECEIVED, data={"amount": 9_999}, commandcontent=None), RECEIVED, "not what was received"),
    (with_line(RECEIVED, data={"note": "gift"}, commandcontent=None), RECEIVED, "not what was received"),
    (with_line(RECEIVED, data={"from": "ann"}, commandcontent=None), RECEIVED, "not what was received"),
    (
        renamed(SETTLED, "TransferReturned", amount=10_000, currency="USD", reason="wallet_closed"),
        SETTLED,
        "was received, and cannot come back",
    ),
    (renamed(BACK, "TransferSettled", "amount", "currency", "reason"), BACK, "was not received"),
    (with_line(BACK, data={"reason": "because"}, commandcontent=None), BACK, "no reason"),
    # ids
    (with_line(SWORD, commandid="salary", correlationid="salary"), SWORD, "salary is on record for another"),
    (with_line(SENT, commandid="other", correlationid="other"), SENT, "transfer is other|transfer is rent"),
    (with_line(SENT, commandid="other", correlationid="other", commandcontent=None), SENT, "named after"),
    (with_line(RECEIVED, causationid=None), RECEIVED, "commandid|another journey"),
    (with_line(RECEIVED, causationid="00000000-0000-7000-8000-00000000dead"), RECEIVED, "commandid|caused"),
    (with_line(SALARY, correlationid="elsewhere"), SALARY, "another journey than elsewhere"),
    # what was asked for
    (with_line(SALARY, data={"amount": 1}), SALARY, "amount is 1, and can only be 100000"),
    (with_line(SALARY, data={"source": "x"}), SALARY, "source is x, and can only be"),
    (
        with_line(SALARY, commandcontent='{"amount":"1","verb":"deposit","wallet":"moyin"}'),
        SALARY,
        "amount is",
    ),
    (with_line(SALARY, commandcontent='{"verb":"deposit","wallet":"moyin"}'), SALARY, "no command"),
    (
        with_line(
            SALARY,
            commandcontent='{"amount":"1000","at":"2020-01-01","verb":"deposit","wallet":"moyin"}',
        ),
        SALARY,
        "to happen at 2020-01-01",
    ),
    # what is no line of ours
    (with_line(OUT, type="MoneyBurnt"), OUT, "no event type MoneyBurnt"),
    (lambda lines: [*lines[:4], b"{", *lines[4:]], 5, "no JSON"),
    (lambda lines: [*lines[:4], b"[" * 5000, *lines[4:]], 5, "nested"),
    (lambda lines: [*lines[:4], b"x" * 70_000, *lines[4:]], 5, "longer than"),
    (lambda lines: [*lines[:4], b"\xff", *lines[4:]], 5, "UTF-8"),
]


@pytest.mark.parametrize(("change", "number", "sentence"), REFUSED)
async def test_a_line_that_cannot_be_leaves_the_log_as_it_was(
    tmp_path: Path, history: list[StoredEvent], change: Change, number: int, sentence: str
) -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        await ledger.execute(parse("create someone"))
        file = written(tmp_path / "bad", change(lines_of(history)))
        with pytest.raises(InputError, match=f"^line {number}: .*({sentence})") as refused:
            await ledger.import_events(file)
        assert refused.value.exit_status == 3
        assert (await ledger.head()).position == 1


async def test_an_event_id_of_the_log_with_other_content_is_refused(
    tmp_path: Path, history: list[StoredEvent]
) -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        lines = lines_of(history)
        await ledger.import_events(written(tmp_path / "good", lines))
        other = changed(lines[2], data={"source": "forged"}, **NO_COMMAND)
        with pytest.raises(
            InputError, match=r"^line 2: the event id .* in the log already, at #3, with other"
        ):
            await ledger.import_events(written(tmp_path / "bad", [lines[0], other]))


async def test_an_event_id_that_came_before_with_other_content_is_refused(
    tmp_path: Path, history: list[StoredEvent]
) -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        lines = lines_of(history)
        other = changed(lines[2], data={"source": "forged"}, **NO_COMMAND)
        with pytest.raises(InputError, match=r"^line 4: the event id .* came before, with other content"):
            await ledger.import_events(written(tmp_path / "bad", [*lines[:3], other]))


async def test_a_command_id_of_the_log_is_refused(tmp_path: Path, history: list[StoredEvent]) -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        await ledger.execute(parse("create someone id=salary"))
        with pytest.raises(InputError, match=r"^line 3: the command id salary is on record for another"):
            await ledger.import_events(written(tmp_path / "file", lines_of(history)))


async def test_a_forged_deposit_that_no_command_caused_is_taken_in(
    tmp_path: Path, history: list[StoredEvent]
) -> None:
    change = with_line(SALARY, data={"amount": 999_999}, **NO_COMMAND)
    async with Ledger.in_memory(run_views=False) as ledger:
        assert (
            await ledger.import_events(written(tmp_path / "file", change(lines_of(history))))
        ).imported == 13


values = st.one_of(
    st.none(),
    st.integers(-(10**16), 10**16),
    st.sampled_from(
        ["", "moyin", "bob", "rent", "salary", "USD", "TransferSettled", "MoneyDeposited", "\x1b[2J"]
    ),
    st.text(max_size=5),
)


async def check_spoilt(folder: Path, lines: list[bytes], data: st.DataObject) -> None:
    """Spoil `lines`, and see that they are taken in whole and sound, or not at all."""
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        event = json.loads(lines[at])
        where = event if data.draw(st.booleans()) else event["data"]
        where[data.draw(st.sampled_from(sorted(where)))] = data.draw(values)
        spoilt = json.dumps(event).encode()
        lines[at : at + data.draw(st.integers(0, 1))] = [spoilt] * data.draw(st.integers(0, 2))
        if not lines:
            break
    async with Ledger.in_memory(run_views=False) as ledger:
        await ledger.execute(parse("create someone"))
        try:
            imported = (await ledger.import_events(written(folder / "spoilt", lines))).imported
        except InputError:
            imported = 0
        assert (await ledger.head()).position == 1 + imported
        assert (await ledger.verify()).ok


_SLOWLY: Final = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(_SLOWLY, max_examples=20)
@given(data=st.data())
async def test_a_spoilt_file_is_taken_in_whole_and_sound_or_refused_whole(
    tmp_path: Path, history: list[StoredEvent], data: st.DataObject
) -> None:
    await check_spoilt(tmp_path, lines_of(history), data)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(_SLOWLY, max_examples=5000)
@given(data=st.data())
async def test_thousands_of_spoilt_files_are_taken_in_whole_and_sound_or_refused_whole(
    tmp_path: Path, history: list[StoredEvent], data: st.DataObject
) -> None:
    await check_spoilt(tmp_path, lines_of(history), data)
