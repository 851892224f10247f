"""The contract of every place where keyframes are kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head
from tui_ledger.query_side.keyframes.memory import MemoryKeyframes
from tui_ledger.query_side.keyframes.port import BOUNDS, Bounds, KeyframeGone, Keyframes, Span
from tui_ledger.query_side.keyframes.sqlite import SqliteKeyframes
from tui_ledger.query_side.views.balances import Balances

ODD_KEYS = ["%", "_", "a'b", 'a"b', "a\\b", "a\nb", "é", "剣", "😀", "a/b/c", "null", "-1", "\U0010ffff/x"]
FOUR = Bounds(spacing=10, most=4, few=1)


@pytest.fixture(params=["memory", "sqlite"])
async def keyframes(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Keyframes]:
    """None yet; ten events apart at first, and four at most."""
    kept: Keyframes = (
        MemoryKeyframes(FOUR)
        if request.param == "memory"
        else SqliteKeyframes(tmp_path / "keyframes.db", Balances(), FOUR)
    )
    try:
        yield kept
    finally:
        await kept.close()


def head(position: int) -> Head:
    return Head(position, f"hash {position}") if position else GENESIS


async def add(keyframes: Keyframes, **changed: str | None) -> Head:
    """Add the keyframe that comes next."""
    span = await keyframes.around(0)
    after = head(span.last.position + span.spacing)
    assert await keyframes.add(span, after, changed)
    return after


async def test_at_first_there_is_only_the_beginning_where_there_is_nothing(keyframes: Keyframes) -> None:
    assert await keyframes.around(99) == Span(GENESIS, GENESIS, 10)
    assert await keyframes.load(GENESIS, ["a"]) == await keyframes.scan(GENESIS, "") == {}


async def test_a_position_lies_after_the_last_keyframe_that_is_not_beyond_it(keyframes: Keyframes) -> None:
    for _ in range(3):
        await add(keyframes)
    befores = [(await keyframes.around(position)).before.position for position in (0, 9, 10, 11, 29, 30, 99)]
    assert befores == [0, 0, 10, 10, 20, 30, 30]
    assert (await keyframes.around(0)).last == head(30)


async def test_a_document_is_as_it_was_at_each_keyframe(keyframes: Keyframes) -> None:
    await add(keyframes, a="1", b="1")
    await add(keyframes, b="2")
    await add(keyframes, a=None, c="3")
    expected = {10: {"a": "1", "b": "1"}, 20: {"a": "1", "b": "2"}, 30: {"b": "2", "c": "3"}}
    for position, documents in expected.items():
        assert await keyframes.load(head(position), ["a", "b", "c", "d"]) == documents
        assert await keyframes.scan(head(position), "") == documents
        assert await keyframes.load(head(position), []) == {}


async def test_a_prefix_is_a_key_or_goes_up_to_a_slash(keyframes: Keyframes) -> None:
    names = ["a", "a/1", "a/1/x", "a/2", "a!", "a0", "ab", "b/1", ""]
    at = await add(keyframes, **dict.fromkeys(names, "{}"))
    expected = {"a": ["a", "a/1", "a/1/x", "a/2"], "a/1": ["a/1", "a/1/x"], "b": ["b/1"], "": sorted(names)}
    for prefix, keys in expected.items():
        assert sorted(await keyframes.scan(at, prefix)) == keys


async def test_keys_and_bodies_of_any_text_come_back(keyframes: Keyframes) -> None:
    at = await add(keyframes, **{key: f'{{"is":"{number}"}}' for number, key in enumerate(ODD_KEYS)})
    assert await keyframes.scan(at, "") == await keyframes.load(at, ODD_KEYS)
    assert list((await keyframes.load(at, ODD_KEYS)).values()) == [
        f'{{"is":"{number}"}}' for number in range(len(ODD_KEYS))
    ]
    assert "剣" in await keyframes.load(at, ["剣"])


async def test_of_two_who_add_the_same_keyframe_the_second_is_told(keyframes: Keyframes) -> None:
    span = await keyframes.around(0)
    assert await keyframes.add(span, head(10), {"a": "mine"})
    assert not await keyframes.add(span, head(10), {"a": "theirs", "b": "theirs"})
    assert await keyframes.scan(head(10), "") == {"a": "mine"}


async def test_when_there_are_too_many_every_other_one_goes_and_the_rest_say_the_same(
    keyframes: Keyframes,
) -> None:
    for number in range(1, 5):
        await add(keyframes, a=f"a{number}", **{f"b{number}": "1"}, c="1" if number % 2 else None)
    span = await keyframes.around(0)
    before = {position: await keyframes.scan(head(position), "") for position in (20, 40)}
    assert await keyframes.add(span, head(50), {"a": "a5", "c": "1"})

    assert await keyframes.around(59) == Span(head(40), head(40), 20)
    assert {position: await keyframes.scan(head(position), "") for position in (20, 40)} == before
    assert not await keyframes.add(span, head(50), {}), "that was another spacing"
    assert await keyframes.add(await keyframes.around(0), head(60), {"a": "a6", "c": None})
    assert await keyframes.scan(head(60), "") == {"a": "a6", "b1": "1", "b2": "1", "b3": "1", "b4": "1"}
    assert await keyframes.scan(head(40), "") == before[40]


async def test_there_are_never_more_than_there_may_be(keyframes: Keyframes) -> None:
    for number in range(30):
        await add(keyframes, a=str(number))
        span = await keyframes.around(0)
        assert span.last.position // span.spacing in range(1, 5)
        assert await keyframes.load(span.last, ["a"]) in ({"a": str(number)}, {"a": str(number - 1)})


async def test_what_takes_too_much_room_is_thinned_out_down_to_a_few(tmp_path: Path) -> None:
    bounds = Bounds(spacing=10, most=100, few=3, size=1_000_000, size_of_event=1000)
    places: list[Keyframes] = [
        MemoryKeyframes(bounds),
        SqliteKeyframes(tmp_path / "k.db", Balances(), bounds),
    ]
    for kept in places:
        try:
            for _ in range(20):
                await add(kept, a="x" * 100_000)
            span = await kept.around(0)
        finally:
            await kept.close()
        assert span.last.position // span.spacing in range(4, 11), "eleven of 100 kB are too many"
    assert (tmp_path / "k.db").stat().st_size < 1_500_000


@pytest.mark.parametrize("gone", [Head(10, "another log's"), Head(15, "hash 15"), Head(30, "hash 30")])
async def test_what_is_no_keyframe_any_more_is_not_answered_with_what_was_before(
    keyframes: Keyframes, gone: Head
) -> None:
    await add(keyframes, a="1")
    await add(keyframes, a="2")
    with pytest.raises(KeyframeGone):
        await keyframes.load(gone, ["a"])
    with pytest.raises(KeyframeGone):
        await keyframes.scan(gone, "")


async def test_after_discarding_there_is_only_the_beginning_again(keyframes: Keyframes) -> None:
    for _ in range(6):
        at = await add(keyframes, a="1")
    await keyframes.discard()
    assert await keyframes.around(99) == Span(GENESIS, GENESIS, 10)
    with pytest.raises(KeyframeGone):
        await keyframes.load(at, ["a"])
    await keyframes.discard()
    await add(keyframes, b="1")
    assert await keyframes.scan(head(10), "") == {"b": "1"}


def test_a_million_events_have_500_keyframes() -> None:
    spacing = BOUNDS.spacing
    while BOUNDS.exceeded(1_000_000 // spacing, 0, 1_000_000):
        spacing *= 2
    assert 1_000_000 // spacing == 500
