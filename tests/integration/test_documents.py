"""The contract of every place where a view is kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Documents, Generation, Lease, State
from tui_ledger.query_side.documents.sqlite import SqliteDocuments

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
