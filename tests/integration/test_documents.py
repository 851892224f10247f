"""The contract of every place where a view is kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Documents, Generation, Lease, Settings, State
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.wishes import AnyWish, Change, Crash, Park, Rebuild, Restart, Retry, Seek, Step

MINE = Lease("mine", "here", 1, 100.0)
THEIRS = Lease("theirs", "there", 2, 200.0)
BALANCES = Generation(view="balances", version=1)
ODD_KEYS = ["%", "_", "a'b", 'a"b', "a\\b", "a\nb", "é", "剣", "😀", "a/b/c", "null", "-1", "1"]


@pytest.fixture(params=["memory", "sqlite"])
async def documents(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Documents]:
    kept: Documents = (
        MemoryDocuments() if request.param == "memory" else SqliteDocuments(tmp_path / "view.db")
    )
    try:
        await kept.open()
        await kept.claim(MINE, None)
        await kept.begin("mine", await kept.state(), BALANCES, beside=False)
        yield kept
    finally:
        await kept.close()


def state(checkpoint: int, failed_at: int | None = None, reason: str | None = None) -> State:
    return State(
        generation=1, checkpoint=checkpoint, anchor=f"hash {checkpoint}", failed_at=failed_at, reason=reason
    )


async def put(documents: Documents, *keys: str) -> None:
    now = await documents.state()
    assert await documents.commit("mine", now, state(now.checkpoint + 1), {key: {"key": key} for key in keys})


async def keys(
    documents: Documents, prefix: str = "", limit: int | None = None, turned: bool = False
) -> list[str]:
    _, found = await documents.scan(prefix, limit=limit, newest_first=turned)
    assert all(document == {"key": key} for key, document in found)
    return [key for key, _ in found]


async def test_what_was_begun_is_empty_and_says_what_it_is(documents: Documents) -> None:
    now = await documents.state()
    assert (now.view, now.version, now.generation, now.checkpoint) == ("balances", 1, 1, 0)
    assert now.anchor == "0" * 64
    assert (now.failed_at, now.reason, now.lease) == (None, None, MINE)
    assert await documents.scan() == (now, [])


async def test_documents_come_back_with_the_checkpoint_that_they_belong_to(documents: Documents) -> None:
    body = {"text": "剣 [b]\x1b", "list": [1, None, True], "object": {"amount": "-0.04"}}
    await documents.commit("mine", state(0), state(7), {"moyin": body})
    now, document = await documents.read("moyin")
    assert document == body
    assert list(document) == list(body)
    assert (now.checkpoint, now.anchor) == (7, "hash 7")


async def test_a_document_that_is_not_there_is_none(documents: Documents) -> None:
    now, document = await documents.read("moyin")
    assert document is None
    assert now.view == "balances"


async def test_documents_are_replaced_and_removed(documents: Documents) -> None:
    await documents.commit("mine", state(0), state(1), {"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}})
    await documents.commit("mine", state(1), state(2), {"a": {"n": 2}, "b": None, "never": None})
    assert (await documents.scan())[1] == [("a", {"n": 2}), ("c", {"n": 1})]


async def test_a_document_that_was_read_is_nobody_elses(documents: Documents) -> None:
    body = {"list": [1]}
    await documents.commit("mine", state(0), state(1), {"a": body})
    body["list"].append(2)
    _, first = await documents.read("a")
    assert first == {"list": [1]}
    first["list"].append(3)
    assert (await documents.read("a"))[1] == {"list": [1]}


async def test_only_those_that_exist_are_loaded(documents: Documents) -> None:
    await put(documents, *ODD_KEYS)
    assert await documents.load(1, [*ODD_KEYS, "no"]) == {key: {"key": key} for key in ODD_KEYS}
    assert await documents.load(0, ODD_KEYS) == {}
    assert await documents.load(1, []) == {}


async def test_a_prefix_ends_at_a_slash(documents: Documents) -> None:
    await put(
        documents, "moyin", "moyin-b", "moyin/000001", "moyin/000002", "moyin/a/b", "moyin0", "moyin2/000001"
    )
    assert await keys(documents, "moyin") == ["moyin", "moyin/000001", "moyin/000002", "moyin/a/b"]
    assert await keys(documents, "moyin/a") == ["moyin/a/b"]
    assert await keys(documents, "moy") == []
    assert await keys(documents, "moyin/000002") == ["moyin/000002"]


async def test_keys_are_found_by_how_they_begin(documents: Documents) -> None:
    assert await documents.keys("", 5) == []
    await put(documents, "anna", "ann", "ann/000001", "annika", "bob", "an", "Ann", "ann剣", "anΩ%_'")
    assert await documents.keys("ann", 9) == ["ann", "ann/000001", "anna", "annika", "ann剣"]
    assert await documents.keys("ann", 2) == ["ann", "ann/000001"]
    assert await documents.keys("anΩ%", 9) == ["anΩ%_'"]
    assert await documents.keys("c", 9) == []
    assert len(await documents.keys("", 99)) == 9


async def test_a_prefix_finds_the_key_whose_last_segment_is_empty(documents: Documents) -> None:
    await put(documents, "merchant/", "merchant/smithy", "merchants")
    assert await keys(documents, "merchant") == ["merchant/", "merchant/smithy"]
    assert await keys(documents, "merchant/") == ["merchant/"]
    assert await keys(documents, "merchant", turned=True) == ["merchant/smithy", "merchant/"]


@pytest.mark.parametrize("key", ODD_KEYS)
async def test_a_prefix_means_itself_whatever_is_in_it(documents: Documents, key: str) -> None:
    await put(documents, *ODD_KEYS, f"{key}/x")
    assert await keys(documents, key) == [key, f"{key}/x"]


async def test_all_come_in_the_order_of_their_code_points(documents: Documents) -> None:
    await put(documents, *reversed(ODD_KEYS))
    assert await keys(documents) == sorted(ODD_KEYS)
    assert await keys(documents, turned=True) == sorted(ODD_KEYS, reverse=True)


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 9])
async def test_a_limit_takes_the_first_of_the_order_asked_for(documents: Documents, limit: int) -> None:
    await put(documents, "m", "m/1", "m/2", "n")
    assert await keys(documents, "m", limit) == ["m", "m/1", "m/2"][:limit]
    assert await keys(documents, "m", limit, turned=True) == ["m/2", "m/1", "m"][:limit]
    assert await keys(documents, "", limit) == ["m", "m/1", "m/2", "n"][:limit]


@pytest.mark.parametrize(
    ("holder", "before"),
    [
        pytest.param("theirs", state(1), id="without the lease"),
        pytest.param("mine", state(0), id="from an older checkpoint"),
        pytest.param("mine", state(2), id="from a later checkpoint"),
        pytest.param("mine", State(generation=2, checkpoint=1), id="from another generation"),
    ],
)
async def test_a_lost_comparison_writes_nothing(documents: Documents, holder: str, before: State) -> None:
    await put(documents, "a")
    then = await documents.scan()
    assert not await documents.commit(holder, before, state(9), {"a": None, "b": {}})
    for beside in (False, True):
        assert not await documents.begin(holder, before, BALANCES, beside=beside)
    assert await documents.scan() == then


async def test_a_failure_is_kept_until_the_next_commit(documents: Documents) -> None:
    await documents.commit("mine", state(0), state(1, failed_at=2, reason="a bug"), {})
    now = await documents.state()
    assert (now.checkpoint, now.failed_at, now.reason) == (1, 2, "a bug")
    await documents.commit("mine", state(1), state(2), {})
    assert ((await documents.state()).failed_at, (await documents.state()).reason) == (None, None)


async def test_a_new_generation_is_empty_at_once(documents: Documents) -> None:
    await put(documents, "a", "b")
    new = Generation(view="balances", version=2)
    assert await documents.begin("mine", await documents.state(), new, beside=False)
    now, found = await documents.scan()
    assert (now.version, now.generation, now.checkpoint, found) == (2, 2, 0, [])
    assert (await documents.read("a"))[1] is None
    assert now.lease == MINE


async def test_what_was_discarded_begins_anew(documents: Documents) -> None:
    await put(documents, "a")
    await documents.discard()
    assert await documents.scan() == (State(), [])
    await documents.open()
    assert await documents.claim(THEIRS, None)


async def test_a_lease_goes_to_who_names_its_last_heartbeat(documents: Documents) -> None:
    assert not await documents.claim(THEIRS, None)
    assert await documents.beat("mine", 101.0)
    assert not await documents.claim(THEIRS, MINE)
    assert await documents.claim(THEIRS, (await documents.state()).lease)
    assert (await documents.state()).lease == THEIRS
    assert not await documents.beat("mine", 102.0)


async def test_only_its_holder_releases_a_lease(documents: Documents) -> None:
    await documents.release("theirs")
    assert (await documents.state()).lease == MINE
    await documents.release("mine")
    assert (await documents.state()).lease is None
    assert await documents.claim(THEIRS, None)


async def building(documents: Documents, until: int = 5) -> Generation:
    """A generation that is being built beside the one that is read."""
    new = Generation(view="balances", version=2, until=until, parked=(3,))
    assert await documents.begin("mine", await documents.state(), new, beside=True)
    begun = (await documents.state()).building
    assert begun is not None
    return begun


async def test_what_is_built_beside_is_not_read(documents: Documents) -> None:
    await put(documents, "old")
    begun = await building(documents)
    assert (begun.view, begun.version, begun.checkpoint, begun.until, begun.parked) == (
        "balances",
        2,
        0,
        5,
        (3,),
    )
    assert begun.generation > (await documents.state()).generation
    done = msgspec.structs.replace(begun, checkpoint=1, anchor="hash 1")
    assert await documents.commit("mine", begun, done, {"new": {"key": "new"}})
    now = await documents.state()
    assert (now.version, now.checkpoint, now.building) == (1, 1, done)
    assert now.underway == done
    assert await keys(documents) == ["old"]
    assert await documents.load(done.generation, ["old", "new"]) == {"new": {"key": "new"}}


async def test_what_was_built_is_read_from_one_moment_to_the_next(documents: Documents) -> None:
    await put(documents, "old")
    begun = await building(documents)
    done = msgspec.structs.replace(begun, checkpoint=5, anchor="hash 5")
    assert await documents.commit("mine", begun, done, {"new": {"key": "new"}}, serve=True)
    now, found = await documents.scan()
    assert (now.version, now.generation, now.checkpoint, now.parked) == (2, done.generation, 5, (3,))
    assert (now.building, now.lease) == (None, MINE)
    assert found == [("new", {"key": "new"})]
    while await documents.sweep():
        pass
    assert await documents.load(1, ["old"]) == {}
    assert await documents.load(done.generation, ["new"]) == {"new": {"key": "new"}}


async def test_another_one_that_is_begun_takes_the_place_of_what_was_being_built(
    documents: Documents,
) -> None:
    await put(documents, "old")
    first = await building(documents)
    assert await documents.commit("mine", first, first, {"first": {"key": "first"}})
    second = await building(documents)
    assert second.generation > first.generation
    assert not await documents.commit("mine", first, first, {"late": {}}), "it is gone"
    while await documents.sweep():
        pass
    assert await documents.load(first.generation, ["first", "late"]) == {}
    assert await documents.load(1, ["old"]) == {"old": {"key": "old"}}
    assert await documents.load(second.generation, ["first"]) == {}


async def test_what_is_read_can_go_on_beside_what_is_built(documents: Documents) -> None:
    begun = await building(documents)
    await put(documents, "more")
    now = await documents.state()
    assert (now.checkpoint, now.building) == (1, begun)


async def test_a_failure_belongs_to_its_generation(documents: Documents) -> None:
    begun = await building(documents)
    stopped = msgspec.structs.replace(begun, failed_at=1, reason="a bug")
    assert await documents.commit("mine", begun, stopped, {})
    now = await documents.state()
    assert (now.failed_at, now.reason) == (None, None)
    assert (now.underway.failed_at, now.underway.reason) == (1, "a bug")


async def test_settings_change_one_by_one_and_outlive_everything_but_the_file(documents: Documents) -> None:
    await documents.change(Change(delay=1.5))
    await documents.change(Change(paused=True))
    await documents.change(Change(paused=False, jitter=0.5))
    assert (await documents.state()).settings == Settings(delay=1.5, jitter=0.5)
    await building(documents)
    await documents.release("mine")
    await documents.open()
    assert (await documents.state()).settings == Settings(delay=1.5, jitter=0.5)


async def test_wishes_are_answered_once_and_in_order(documents: Documents) -> None:
    every: list[AnyWish] = [
        Change(paused=True),
        Step(),
        Seek(7),
        Crash("before"),
        Restart(),
        Rebuild(),
        Park(),
        Retry(),
    ]
    ids = [await documents.wish(one, 12.5) for one in every]
    assert ids == sorted(ids)
    assert [(one.wish, one.made_at) for one in await documents.wishes()] == [(one, 12.5) for one in every]
    assert await documents.answered(ids[0]) is None
    await documents.answer(ids[0])
    await documents.answer(ids[1], "no")
    await documents.answer(ids[1], "again")
    assert [await documents.answered(one) for one in ids[:3]] == ["", "no", None]
    await documents.withdraw(ids[2])
    await documents.withdraw(ids[0])
    assert await documents.answered(ids[0]) == "", "it was answered before"
    assert [one.id for one in await documents.wishes()] == ids[3:]


async def test_why_a_worker_crashed_is_known_until_one_holds_the_lease_again(documents: Documents) -> None:
    await documents.release("theirs", "not mine")
    assert (await documents.state()).crash is None
    await documents.release("mine", "the disk is full")
    assert ((await documents.state()).lease, (await documents.state()).crash) == (None, "the disk is full")
    await documents.claim(THEIRS, None)
    assert (await documents.state()).crash is None
    await documents.release("theirs", "again")
    await documents.release("mine")
    assert (await documents.state()).crash == "again"
    await documents.release("theirs")
    assert (await documents.state()).crash is None, "who crashed has said that it is over"
