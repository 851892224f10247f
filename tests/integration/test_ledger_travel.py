"""Time travel through the front door: any view, on or not, as of a position or a time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.own_views import Shelf
from tests.integration.playing import STORY, play
from tui_ledger.domain.wallet import NoWallet, OpenWallet
from tui_ledger.errors import InputError, LedgerError
from tui_ledger.ledger import Ledger
from tui_ledger.query_side.view import UnknownView
from tui_ledger.query_side.views import BUILT_IN


@pytest.fixture(params=["memory", "file"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    """The story, without any view."""
    opened = (
        Ledger.in_memory(run_views=False, views=())
        if request.param == "memory"
        else Ledger.open(tmp_path / "ledger", create=True, run_views=False, views=())
    )
    async with opened as ledger:
        await play(ledger, *STORY)
        yield ledger


async def test_a_document_is_as_it_was(ledger: Ledger) -> None:
    said = [await ledger.query("balances", "moyin", as_of=position) for position in range(5)]
    assert [(answer.as_of, answer.head) for answer in said] == [(position, 4) for position in range(5)]
    assert said[0].document is None
    posted = [answer.document["posted"] for answer in said if answer.document is not None]
    assert posted == ["0.00", "1000.00", "800.00", "500.00"]


@pytest.mark.parametrize("view", BUILT_IN, ids=lambda view: view.name)
async def test_any_view_answers_that_is_known_though_it_is_not_on(ledger: Ledger, view: str) -> None:
    name = view.name  # type: ignore[attr-defined] # of the view
    assert await ledger.documents(name, as_of=0) == []
    assert await ledger.documents(name, as_of=4) != []


async def test_documents_come_in_order_from_either_end_and_as_many_as_asked_for(ledger: Ledger) -> None:
    async def keys(**how: object) -> list[str]:
        return [one.key for one in await ledger.documents("statement", "moyin", as_of=3, **how)]  # type: ignore[arg-type]

    assert await keys() == ["moyin/000001", "moyin/000002", "moyin/000003"]
    assert await keys(newest_first=True, limit=2) == ["moyin/000003", "moyin/000002"]
    assert await keys(limit=1) == ["moyin/000001"]
    assert await keys(limit=0) == []


async def test_a_time_means_the_last_position_up_to_which_nothing_happened_later(ledger: Ledger) -> None:
    await play(ledger, "deposit moyin 5 at=2020-01-31T12:00:00Z", "create bob at=2019-05-05")
    long_ago, now = datetime(2020, 6, 1, tzinfo=UTC), datetime.now(UTC)
    assert await ledger.position_of(long_ago) == 0, "the first event occurred after that"
    assert await ledger.position_of(now) == 6
    assert (await ledger.query("balances", "moyin", as_of=now)).as_of == 6
    assert (await ledger.query("balances", "moyin", as_of=long_ago)).document is None
    assert await ledger.documents("balances", as_of=long_ago) == []


async def test_a_time_needs_a_zone(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="zone"):
        await ledger.query("balances", "moyin", as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - on purpose


@pytest.mark.parametrize("position", [-1, 5, 2**70])
async def test_a_position_that_the_log_does_not_have_is_bad_input(ledger: Ledger, position: int) -> None:
    sentence = rf"There is no event #{position}: the head is #4\."
    with pytest.raises(InputError, match=sentence):
        await ledger.query("balances", "moyin", as_of=position)
    with pytest.raises(InputError, match=sentence):
        await ledger.documents("balances", as_of=position)
    with pytest.raises(InputError, match=sentence):
        await ledger.replay("moyin", as_of=position)
    with pytest.raises(InputError, match=sentence):
        await ledger.truth(["moyin"], as_of=position)
    with pytest.raises(InputError, match=sentence):
        await ledger.make_keyframes("balances", position, lambda _: None)


async def test_nobody_waits_for_the_past(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="at_least"):
        await ledger.query("balances", "moyin", at_least=4, as_of=4)


async def test_an_unknown_view_is_refused_with_those_that_there_are(ledger: Ledger) -> None:
    with pytest.raises(UnknownView, match=r"did you mean balances\? The views are balances, statement"):
        await ledger.query("balance", "moyin", as_of=4)


async def test_a_key_that_is_no_text_is_bad_input(ledger: Ledger) -> None:
    with pytest.raises(InputError, match="valid Unicode"):
        await ledger.query("balances", "\ud800", as_of=4)
    with pytest.raises(InputError, match="valid Unicode"):
        await ledger.documents("balances", "\ud800", as_of=4)


async def test_a_wallet_is_replayed_and_known_up_to_a_position(ledger: Ledger) -> None:
    assert await ledger.replay("moyin", as_of=3) == (await ledger.replay("moyin"))[:3]
    with pytest.raises(InputError, match=r"There is no wallet moyin as of #0\."):
        await ledger.replay("moyin", as_of=0)
    states = [await ledger.truth(["moyin", "bob"], as_of=position) for position in (0, 3)]
    assert states[0] == {"moyin": NoWallet(), "bob": NoWallet()}
    assert isinstance(states[1]["moyin"], OpenWallet)
    assert (states[1]["moyin"].available, states[1]["bob"]) == (80_000, NoWallet())


async def test_a_view_of_ones_own_travels_too(ledger_path: Path, shelf: Shelf) -> None:
    shelf.module("my_views")
    (ledger_path / "ledger.toml").write_text('views_module = "my_views"\n')
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        answer = await ledger.query("counter", "all", as_of=3)
    assert answer.document == {"events": 3}


async def test_neither_the_views_file_nor_its_worker_has_a_part_in_it(ledger_path: Path) -> None:
    (ledger_path / "views" / "balances.db").write_bytes(b"rubbish")
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        answer = await ledger.query("balances", "moyin", as_of=3)
        with pytest.raises(LedgerError):
            await ledger.query("balances", "moyin")
    assert answer.document is not None
    assert answer.document["posted"] == "800.00"
    assert (ledger_path / "views" / "balances.db").read_bytes() == b"rubbish"
    assert (ledger_path / "derived" / "keyframes-balances.db").is_file()
