"""The arithmetic of the benchmarks: percentiles, ratios round by round, and whether an aim is met."""

import pytest

from tui_ledger.bench.figures import (
    Aim,
    Sample,
    judge,
    latency_figure,
    median_ratio,
    percentile,
    plain_figure,
    rate_figure,
)


def test_a_rate_is_events_by_seconds() -> None:
    assert Sample(seconds=0.5, events=20).rate == 40


@pytest.mark.parametrize(("per_cent", "value"), [(0, 1), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(per_cent: float, value: float) -> None:
    assert percentile(list(range(100, 0, -1)), per_cent) == value


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7], 50) == percentile([7], 99) == 7


def test_a_ratio_is_taken_within_each_round_and_only_then_the_median() -> None:
    # The ratio of the medians would be 20 / 10 = 2.
    assert median_ratio([10, 20, 90], [10, 5, 30]) == 3


def test_rounds_without_their_base_are_no_ratio() -> None:
    with pytest.raises(ValueError, match="shorter"):
        median_ratio([10, 20], [10])


@pytest.mark.parametrize(
    ("aim", "value", "met"),
    [
        (Aim("es", at_least=13), 13.0, True),
        (Aim("es", at_least=13), 12.99, False),
        (Aim("es", at_most=1.2), 1.2, True),
        (Aim("es", at_most=1.2), 1.21, False),
        (Aim("es", at_least=1, at_most=2), 3.0, False),
        (Aim("es", at_least=13), None, None),
    ],
)
def test_an_aim_is_met_up_to_its_limit_and_undecided_without_a_figure(
    aim: Aim, value: float | None, met: bool | None
) -> None:
    judgement = judge(aim, {"es": value, "raw": 1000.0})

    assert (judgement.value, judgement.met) == (value, met)
    assert (judgement.of, judgement.at_least, judgement.at_most) == (aim.of, aim.at_least, aim.at_most)


def test_an_aim_whose_base_was_not_measured_is_undecided() -> None:
    assert judge(Aim("es", at_least=13), {"raw": 20.0}).met is None


def test_a_figure_of_rates_has_medians_over_the_rounds() -> None:
    samples = [Sample(1, 100, (0.001, 0.003)), Sample(2, 100, (0.002, 0.009)), Sample(4, 100, (0.004, 0.005))]
    base = [Sample(1, 10), Sample(1, 25), Sample(1, 1)]

    figure = rate_figure(
        "append", "1 caller", samples, {"es": base}, [Aim("es", at_least=11), Aim("p99_ms", at_most=1)]
    )

    assert (figure.value, figure.unit, figure.rounds, figure.events) == (50, "events/s", (100, 50, 25), 100)
    assert figure.ratios == {"es": 10}
    assert (figure.p50_ms, figure.p99_ms) == (2, 5)
    assert [(aim.value, aim.met) for aim in figure.aims] == [(10, False), (5, False)]


def test_an_aim_may_be_what_95_in_100_wait() -> None:
    samples = [Sample(1, 20, [0.001] * 19 + [0.009]), Sample(1, 20, [0.002] * 18 + [0.007] * 2)]

    figure = latency_figure("travel", "balances", samples, {}, [Aim("p95_ms", at_most=4)])

    assert [(aim.value, aim.met) for aim in figure.aims] == [(4, True)]


def test_a_figure_of_latencies_compares_what_half_of_the_callers_waited() -> None:
    samples = [
        Sample(1, 3, (0.002, 0.004, 0.1)),
        Sample(1, 3, (0.006, 0.006, 0.1)),
        Sample(1, 3, (0.001,) * 3),
    ]
    base = [Sample(1, 3, (0.002, 0.002, 0.002))] * 3

    figure = latency_figure("hot", "hot wallet", samples, {"fresh": base}, [Aim("fresh", at_most=2)])

    assert (figure.value, figure.unit, figure.rounds) == (4, "ms", (4, 6, 1))
    assert figure.ratios == {"fresh": 2}
    assert figure.aims[0].met is True


def test_a_case_in_which_nobody_waited_has_no_latencies() -> None:
    figure = rate_figure("append", "exec of a file", [Sample(2, 10)], {})

    assert (figure.value, figure.p50_ms, figure.p99_ms) == (5, None, None)


def test_any_other_figure_has_its_own_unit_and_is_held_against_its_value_or_a_ratio() -> None:
    aims = (Aim("value", at_most=15), Aim("base", at_most=2), Aim("missing", at_most=1))
    figure = plain_figure("screen", "load", "%", [10, 30, 20], 5, {"base": [10, 10, 10]}, aims)

    assert (figure.unit, figure.value, figure.rounds, figure.events) == ("%", 20, (10, 30, 20), 5)
    assert figure.ratios == {"base": 2}
    assert [(aim.value, aim.met) for aim in figure.aims] == [(20, False), (2, True), (None, None)]
