"""The one sentence: which one, and that it is true."""

import msgspec
import pytest

from tui_ledger.content import placeholders, say, sentences
from tui_ledger.query_side.status import ViewState, ViewStatus
from tui_ledger.ui.explain import Sentence, explain
from tui_ledger.ui.scene import BalanceRow, Moment, Outcome, Picture, Scene
from tui_ledger.ui.translation import Translation

STANDING: tuple[ViewState, ...] = ("failed", "crashed", "idle", "paused", "rebuilding")


def view(
    name: str = "balances", checkpoint: int = 5, lag: int = 0, state: ViewState = "live", **more: object
) -> ViewStatus:
    status = ViewStatus(name, checkpoint, lag, state, None, None, 0.0, 0.0)
    return msgspec.structs.replace(status, **more)


def scene(**changes: object) -> Scene:
    before = Scene(opened=True, name="test", head=5, views=(view(), view("statement")))
    return msgspec.structs.replace(before, **changes)


def said(**changes: object) -> str:
    sentence = explain(scene(**changes))
    return say(sentence.key, **sentence.values)


STALE = Picture(
    as_of=4, head=5, balances=(BalanceRow("ann", "1.00", "1.00"), BalanceRow("moyin", "1000.00", "800.00"))
)
REFUSED = Outcome(position=None, refusal=Translation("refusal.x", {}, "cy has 1.00 USD."), head=5)
STORED = Outcome(position=5, head=5)
THEN = Moment(3, "12:04:51", "MoneyDeposited", "ann")


def test_a_stale_wallet_is_named_with_what_it_shows_and_what_is_true() -> None:
    text = said(views=(view(checkpoint=4, lag=1),), picture=STALE)
    assert text == (
        "#5 is stored, but BALANCES has applied only up to #4: "
        "moyin still shows 1000.00. The truth is 800.00."
    )


def test_a_wallet_that_balances_does_not_know_is_said_to_be_unknown() -> None:
    picture = Picture(as_of=4, head=5, balances=(BalanceRow("new", None, "0.00"),))
    assert said(views=(view(checkpoint=4, lag=1),), picture=picture).endswith("it does not know new yet.")


def test_a_view_that_is_behind_without_a_stale_wallet_is_named_all_the_same() -> None:
    assert said(views=(view(), view("statement", 3, 2))).startswith(
        "#5 is stored; STATEMENT has applied only up to #3"
    )


def test_an_empty_log_says_what_to_do() -> None:
    assert "create ann" in said(head=0, views=(view(checkpoint=0),))


def test_a_refused_command_says_that_nothing_has_changed() -> None:
    assert (
        said(outcome=REFUSED)
        == "cy has 1.00 USD. A refused command changes nothing: the log still ends at #5."
    )
    assert said(outcome=msgspec.structs.replace(REFUSED, head=0), head=0).endswith("the log is still empty.")


def test_a_refusal_is_no_longer_explained_once_the_log_has_gone_on() -> None:
    assert "refused" not in said(outcome=REFUSED, head=6)


def test_a_view_that_failed_says_where_and_why() -> None:
    failed = view(state="failed", failed_at=31, reason="no such wallet.")
    sentence = explain(scene(views=(failed,), outcome=REFUSED, story="story.welcome"))
    assert sentence.bad
    said = say(sentence.key, **sentence.values)
    assert said.startswith("BALANCES failed at #31;")
    assert said.endswith("no such wallet.")


def test_a_view_without_a_worker_is_worth_a_word_only_when_it_is_behind() -> None:
    assert "Nobody keeps" not in said(views=(view(state="idle"),))
    behind = view(state="idle", lag=1, checkpoint=4)
    assert said(views=(behind,)).startswith("Nobody keeps BALANCES up to date")


def test_a_view_that_somebody_paused_says_so_when_it_is_behind() -> None:
    assert said(views=(view(state="paused", lag=1, checkpoint=4),)).startswith("BALANCES is paused at #4")
    assert "paused" not in said(views=(view(state="paused"),))


def test_what_is_broken_comes_before_what_somebody_wanted() -> None:
    paused = view(state="paused", lag=1, checkpoint=4)
    failed = view(state="failed", failed_at=31, reason="no such wallet.")
    assert "failed at #31" in said(views=(paused, failed))


def test_a_view_that_is_made_anew_says_what_it_shows_meanwhile() -> None:
    assert said(views=(view(state="rebuilding", checkpoint=4),)).endswith("what it had before, as of #4.")


def test_trouble_with_the_ledger_comes_before_everything() -> None:
    sentence = explain(scene(trouble="The disk is full.", story="story.welcome"))
    assert (say(sentence.key, **sentence.values), sentence.bad) == ("The disk is full.", True)


def test_the_story_has_the_word_while_it_plays() -> None:
    assert said(story="story.sword", views=(view(checkpoint=4, lag=1),), picture=STALE) == say("story.sword")


def test_a_flood_of_events_is_talked_about_as_a_whole() -> None:
    assert said(rate=5.2, views=(view(checkpoint=2, lag=3),), picture=STALE) == (
        "5 events a second: BALANCES is 3 behind the log, and shows the past."
    )
    assert said(rate=5.2).endswith("everything is applied.")


def test_after_a_command_is_applied_at_once_the_key_that_shows_the_lag_is_named() -> None:
    assert "Esc, then 3 and l, makes a read model late by 3 s" in said(outcome=STORED)
    assert said(outcome=STORED, views=(view(delay=1.5),)).startswith("#5 is applied everywhere")


def test_of_the_past_it_says_what_the_wallet_had_and_nothing_about_what_is_late_now() -> None:
    past = Picture(moment=THEN, acted=BalanceRow("ann", "1.00", "3.00"))
    assert said(picture=past, views=(view(state="failed"),), story="story.sword", outcome=REFUSED) == (
        "After #3, MoneyDeposited, ann had 1.00; now it is 3.00. "
        "No balance of then was kept: the events up to here give it again."
    )
    assert said(picture=Picture(moment=THEN)) == (
        "You see what the first 3 events say, and no more. The last of them is MoneyDeposited; "
        "2 have followed since."
    )


def test_what_comes_from_outside_is_made_safe() -> None:
    assert "\x1b" not in said(trouble="bad \x1b[31m name")
    refusal = Translation("refusal.x", {}, "\u202eevil")
    assert "\u202e" not in said(outcome=msgspec.structs.replace(REFUSED, refusal=refusal))


SENTENCES = [key for key in sentences("en") if key.startswith("explain.") and ".hint." not in key]


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_of_explain_is_used(key: str) -> None:
    late = (view(checkpoint=4, lag=1),)
    unknown = Picture(as_of=4, head=5, balances=(BalanceRow("new", None, "0.00"),))
    scenes = [
        scene(),
        scene(opened=False),
        scene(trouble="x"),
        scene(head=0),
        scene(views=()),
        scene(outcome=REFUSED),
        scene(outcome=msgspec.structs.replace(REFUSED, head=0), head=0),
        scene(outcome=STORED),
        scene(outcome=STORED, views=(view(delay=1.0),)),
        scene(views=late),
        scene(views=late, picture=STALE),
        scene(views=late, picture=unknown),
        scene(rate=9.0),
        scene(rate=9.0, views=late),
        scene(picture=Picture(moment=THEN)),
        scene(picture=Picture(moment=msgspec.structs.replace(THEN, read=40))),
        *(
            scene(picture=Picture(moment=THEN, acted=BalanceRow("ann", "1.00", now)))
            for now in ("1.00", "2.00")
        ),
        *(scene(views=(view(state=state, lag=1),)) for state in STANDING),
    ]
    said_by = [sentence for sentence in map(explain, scenes) if sentence.key == key]
    assert said_by
    assert all(placeholders(sentences("en")[key]) <= sentence.values.keys() for sentence in said_by)


def test_every_hint_of_explain_is_used_and_can_be_said() -> None:
    found: dict[str, Sentence] = {}
    for state in STANDING:
        sentence = explain(scene(views=(view(state=state, lag=1),)))
        found |= {f"explain.hint.{name}": sentence for name in sentence.hints}
    assert found.keys() == {key for key in sentences("en") if key.startswith("explain.hint.")}
    for key, sentence in found.items():
        assert placeholders(sentences("en")[key]) <= sentence.values.keys()
