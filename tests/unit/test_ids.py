"""Ids: UUIDs of version 7 that sort by the time at which they were made."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.ids import Uuid7Source, uuid7
from tui_ledger.testing import CountingIds, VirtualClock


class SettableClock(VirtualClock):
    """A clock whose time of day can be set, also back."""

    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def test_an_id_is_a_lower_case_uuid_of_version_7_of_its_millisecond() -> None:
    new_id = Uuid7Source(VirtualClock())
    id_ = new_id()
    parsed = uuid.UUID(id_)
    assert str(parsed) == id_
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122
    assert parsed.int >> 80 == int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)


@given(st.integers(0, 2**60 - 1), st.binary(min_size=8, max_size=8))
def test_every_tick_and_noise_make_a_valid_uuid(tick: int, noise: bytes) -> None:
    parsed = uuid.UUID(uuid7(tick, noise))
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert (parsed.int >> 80, parsed.int >> 64 & 0xFFF) == divmod(tick, 4096)


def test_the_example_of_rfc_9562_comes_out() -> None:
    tick = 0x017F22E279B0 << 12 | 0xCC3
    assert uuid7(tick, bytes.fromhex("18c4dc0c0c07398f")) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_ten_thousand_ids_of_one_millisecond_stay_in_order() -> None:
    new_id = Uuid7Source(VirtualClock())
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("step", [timedelta(seconds=-1), timedelta(days=-365), timedelta(milliseconds=1)])
def test_ids_stay_in_order_when_the_clock_goes_back_or_on(step: timedelta) -> None:
    clock = SettableClock()
    new_id = Uuid7Source(clock)
    before = [new_id() for _ in range(5_000)]
    clock.moment += step
    ids = before + [new_id() for _ in range(5_000)]
    assert ids == sorted(set(ids))


def test_two_sources_do_not_make_the_same_ids() -> None:
    clock = VirtualClock()
    one, other = Uuid7Source(clock), Uuid7Source(clock)
    assert not {one() for _ in range(100)} & {other() for _ in range(100)}


def test_counting_ids_are_the_same_in_every_run_and_in_order() -> None:
    one, other = CountingIds(), CountingIds()
    ids = [one() for _ in range(5_000)]
    assert ids == [other() for _ in range(5_000)] == sorted(set(ids))
    assert ids[0] == "00000000-0000-7001-8000-000000000000"
