"""Finding benchmarks by name."""

import pytest

from tui_ledger.bench.registry import BENCHES, find_benches
from tui_ledger.errors import InputError


def test_without_a_name_every_benchmark_runs() -> None:
    assert find_benches([]) == list(BENCHES)


def test_benchmarks_run_in_the_order_named_and_each_once() -> None:
    assert [bench.name for bench in find_benches(["hot", "append", "hot"])] == ["hot", "append"]


def test_every_benchmark_has_a_name_of_its_own() -> None:
    assert len({bench.name for bench in BENCHES}) == len(BENCHES)


def test_an_unknown_name_is_answered_with_the_nearest_and_all_there_are() -> None:
    with pytest.raises(
        InputError, match=r"^There is no bench apend; did you mean append\? The benches are append, hot, "
    ):
        find_benches(["hot", "apend"])


def test_a_name_that_is_like_no_other_is_answered_without_a_guess() -> None:
    with pytest.raises(InputError, match=r"^There is no bench xyz\. The benches are "):
        find_benches(["xyz"])
