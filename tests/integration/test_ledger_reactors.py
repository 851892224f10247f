"""Reactors of a whole ledger: the mails stay, whatever becomes of the files that are derived."""

import shutil
from pathlib import Path

import pytest

from tests.integration.playing import STORY, play
from tui_ledger.domain.events import MoneyDeposited, RecordedEvent
from tui_ledger.errors import InputError
from tui_ledger.ledger import Ledger
from tui_ledger.reactors.reactor import Mail

BOTH = ("mailer", "mailer-unguarded")


async def texts(ledger: Ledger, reactor: str = "mailer") -> list[str]:
    """What a reactor's mails say."""
    await ledger.settle()
    return [one.mail.text for one in await ledger.outbox() if one.reactor == reactor]


SWORD, SHIELD = "moyin bought sword for 200.00 USD.", "moyin bought shield for 300.00 USD."
ROPE = "moyin bought rope for 1.00 USD."


async def test_a_ledger_without_reactors_sends_nothing(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path) as ledger:
        await play(ledger, "buy moyin rope 1")
        await ledger.settle()
        assert await ledger.outbox() == []
        assert ledger.snapshot().reactors == ()
    assert not (ledger_path / "outbox.db").exists()


async def test_a_ledger_in_memory_has_an_outbox_too() -> None:
    async with Ledger.in_memory(reactors=["mailer"]) as ledger:
        await play(ledger, *STORY)
        assert await texts(ledger) == [SWORD, SHIELD]


async def test_mails_are_sent_once_over_several_sittings(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True, reactors=["mailer"]) as ledger:
        await play(ledger, *STORY)
        assert await texts(ledger) == [SWORD, SHIELD]
    async with Ledger.open(path) as ledger:
        await play(ledger, "buy moyin rope 1")
    async with Ledger.open(path, reactors=["mailer"]) as ledger:
        assert await texts(ledger) == [SWORD, SHIELD, ROPE]


async def test_who_was_sent_money_gets_a_mail_when_it_has_arrived() -> None:
    async with Ledger.in_memory(reactors=["mailer"]) as ledger:
        await play(ledger, "create moyin", "create tunde", "deposit moyin 10", "send moyin tunde 2.50")
        assert await texts(ledger) == ["tunde received 2.50 USD from moyin."]


@pytest.mark.parametrize(
    ("after", "mails"), [(None, [ROPE]), (3, [SHIELD, ROPE]), (0, [SWORD, SHIELD, ROPE])]
)
async def test_nobody_gets_mail_about_what_happened_before_unless_that_is_asked_for(
    ledger_path: Path, after: int | None, mails: list[str]
) -> None:
    async with Ledger.open(ledger_path, reactors=["mailer"], react_after=after) as ledger:
        await play(ledger, "buy moyin rope 1")
        assert await texts(ledger) == mails


@pytest.mark.parametrize("lost", ["derived", "outbox.db", "views"])
async def test_what_is_lost_is_not_sent_again(tmp_path: Path, lost: str) -> None:
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True, reactors=["mailer"]) as ledger:
        await play(ledger, *STORY)
        assert await texts(ledger) == [SWORD, SHIELD]
    if (path / lost).is_dir():
        shutil.rmtree(path / lost)
    else:
        (path / lost).unlink()
    async with Ledger.open(path, reactors=["mailer"]) as ledger:
        await play(ledger, "buy moyin rope 1")
        assert await texts(ledger) == ([] if lost == "outbox.db" else [SWORD, SHIELD]) + [ROPE]


async def test_a_replay_floods_the_outbox_only_where_nothing_guards_it(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path, reactors=BOTH) as ledger:
        await play(ledger, "buy moyin rope 1")
        assert (await texts(ledger), await texts(ledger, "mailer-unguarded")) == ([ROPE], [ROPE])
        for reactor in BOTH:
            await ledger.replay_reactor(reactor)
        assert await texts(ledger) == [ROPE]
        assert await texts(ledger, "mailer-unguarded") == [ROPE, SWORD, SHIELD, ROPE]
        guarded, unguarded = ledger.snapshot().reactors
        assert (guarded.view, guarded.sent, guarded.refused) == ("mailer", 1, 1)
        assert (unguarded.view, unguarded.sent, unguarded.refused) == ("mailer-unguarded", 4, 0)
        assert [(one.checkpoint, one.lag, one.state) for one in (guarded, unguarded)] == [(5, 0, "live")] * 2
        assert (await ledger.status()).reactors == (guarded, unguarded)


async def test_a_reactor_does_not_count_among_the_views(tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True, reactors=["mailer"]) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
        assert "mailer" not in [view.view for view in ledger.snapshot().views]
        assert (await ledger.verify()).ok


async def test_a_damaged_outbox_stops_the_reactor_and_is_left_as_it_is(ledger_path: Path) -> None:
    (ledger_path / "outbox.db").write_text("mine")
    async with Ledger.open(ledger_path, reactors=["mailer"]) as ledger:
        await play(ledger, "buy moyin rope 1")
        await ledger.settle()
        [mailer] = ledger.snapshot().reactors
        assert mailer.state == "crashed"
        assert "outbox.db" in str(mailer.reason)
    assert (ledger_path / "outbox.db").read_text() == "mine"


class Thanks:
    """A reactor of one's own."""

    name = "thanks"
    guarded = True

    def react(self, event: RecordedEvent) -> Mail | None:
        return Mail("bank", "thanks") if isinstance(event.data, MoneyDeposited) else None


async def test_a_reactor_of_one_s_own_works_like_the_built_in_one() -> None:
    async with Ledger.in_memory(reactors=[Thanks(), "mailer"]) as ledger:
        await play(ledger, *STORY)
        assert await texts(ledger, "thanks") == ["thanks"]
        assert await texts(ledger) == [SWORD, SHIELD]


async def test_what_makes_no_sense_is_refused(ledger_path: Path) -> None:
    with pytest.raises(InputError, match="no reactor maler; did you mean mailer"):
        async with Ledger.open(ledger_path, reactors=["maler"]):
            pass
    with pytest.raises(InputError, match="cannot begin after -1"):
        async with Ledger.open(ledger_path, reactors=["mailer"], react_after=-1):
            pass
    async with Ledger.open(ledger_path, reactors=["mailer"]) as ledger:
        with pytest.raises(InputError, match="no reactor mailer-unguarded\\. The reactors are mailer\\."):
            await ledger.replay_reactor("mailer-unguarded")
    async with Ledger.open(ledger_path) as ledger:
        with pytest.raises(InputError, match="no reactor mailer\\. There is none here"):
            await ledger.replay_reactor("mailer")


async def test_the_dials_of_the_bus_are_on_the_ledger() -> None:
    async with Ledger.in_memory(reactors=["mailer"]) as ledger:
        ledger.faults.drop = 1.0
        await play(ledger, *STORY)
        assert await texts(ledger) == [SWORD, SHIELD]
        assert ledger.faults.counts.dropped == 4
