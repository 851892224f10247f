"""The arithmetic of a benchmark: from what the rounds gave to figures, and whether these meet the aims.

A machine is now faster, now slower, by more than what is to be found out. So whatever is compared runs in
the same round, a ratio is taken round by round, and what counts is the median over the rounds.
"""

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

import msgspec

_MS: Final = 1000


class Sample(msgspec.Struct, frozen=True):
    """What one case gave in one round.

    Attributes:
        seconds: How long all of it took.
        events: How many events that were.
        latencies: How long each caller waited for each of them, in seconds; empty where nobody can tell.
    """

    seconds: float
    events: int
    latencies: Sequence[float] = ()

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds


class Aim(msgspec.Struct, frozen=True):
    """What a figure is to reach.

    Attributes:
        of: The base of a ratio, or `value`, `p50_ms`, `p95_ms`, `p99_ms` or `events_per_s`.
        at_least: The limit from below, or None.
        at_most: The limit from above, or None.
    """

    of: str
    at_least: float | None = None
    at_most: float | None = None


class Judgement(msgspec.Struct, frozen=True):
    """An aim beside what was reached; `value` and `met` are None where that was not measured."""

    of: str
    at_least: float | None
    at_most: float | None
    value: float | None
    met: bool | None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of one case.

    Attributes:
        bench: The name of the benchmark.
        case: What of it.
        unit: The unit of `value`.
        value: The median of `rounds`.
        rounds: The value of each round.
        events: How many events were measured in each round.
        p50_ms: What half of the callers waited at most, in milliseconds: the median of the rounds.
        p99_ms: The same of 99 in 100.
        ratios: By base, the median of the rounds' ratios of `value` to it.
        aims: What it is to reach.
    """

    bench: str
    case: str
    unit: str
    value: float
    rounds: Sequence[float]
    events: int
    p50_ms: float | None = None
    p99_ms: float | None = None
    ratios: Mapping[str, float]
    aims: Sequence[Judgement] = ()


def rate_figure(
    bench: str,
    case: str,
    samples: Sequence[Sample],
    bases: Mapping[str, Sequence[Sample]],
    aims: Sequence[Aim] = (),
) -> Figure:
    """Events per second, and how many times as many as each of `bases` in the same rounds."""
    base_rates = {name: [sample.rate for sample in base] for name, base in bases.items()}
    return _figure(bench, case, "events/s", [sample.rate for sample in samples], samples, base_rates, aims)


def latency_figure(
    bench: str,
    case: str,
    samples: Sequence[Sample],
    bases: Mapping[str, Sequence[Sample]],
    aims: Sequence[Aim] = (),
) -> Figure:
    """The median wait in milliseconds, and how many times as long as that of each of `bases`."""
    base_waits = {name: _waits(base, 50) for name, base in bases.items()}
    return _figure(bench, case, "ms", _waits(samples, 50), samples, base_waits, aims)


def plain_figure(
    bench: str,
    case: str,
    unit: str,
    values: Sequence[float],
    events: int,
    bases: Mapping[str, Sequence[float]],
    aims: Sequence[Aim] = (),
) -> Figure:
    """Anything else that has a value in each round, in `unit`, and how many times that of each of `bases`."""
    ratios = {name: median_ratio(values, base) for name, base in bases.items()}
    value = median(values)
    return Figure(
        bench=bench,
        case=case,
        unit=unit,
        value=value,
        rounds=tuple(values),
        events=events,
        ratios=ratios,
        aims=tuple(judge(aim, {**ratios, "value": value}) for aim in aims),
    )


def percentile(values: Sequence[float], per_cent: float) -> float:
    """The smallest of `values` that at least `per_cent` of them do not exceed (the nearest rank)."""
    return sorted(values)[max(math.ceil(len(values) * per_cent / 100), 1) - 1]


def median_ratio(values: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratios of `values` to `base`, each within its round."""
    return median(value / other for value, other in zip(values, base, strict=True))


def judge(aim: Aim, figures: Mapping[str, float | None]) -> Judgement:
    """Hold `aim` against `figures`, which are by the names that `Aim.of` may have."""
    value = figures.get(aim.of)
    if value is None:
        met = None
    else:
        met = (aim.at_least is None or value >= aim.at_least) and (
            aim.at_most is None or value <= aim.at_most
        )
    return Judgement(aim.of, aim.at_least, aim.at_most, value, met)


def _figure(
    bench: str,
    case: str,
    unit: str,
    values: Sequence[float],
    samples: Sequence[Sample],
    bases: Mapping[str, Sequence[float]],
    aims: Sequence[Aim],
) -> Figure:
    ratios = {name: median_ratio(values, base) for name, base in bases.items()}
    timed = all(sample.latencies for sample in samples)
    p50_ms = median(_waits(samples, 50)) if timed else None
    p99_ms = median(_waits(samples, 99)) if timed else None
    p95_ms = median(_waits(samples, 95)) if timed else None
    rate = median(sample.rate for sample in samples)
    reached = {**ratios, "p50_ms": p50_ms, "p95_ms": p95_ms, "p99_ms": p99_ms, "events_per_s": rate}
    return Figure(
        bench=bench,
        case=case,
        unit=unit,
        value=median(values),
        rounds=tuple(values),
        events=samples[0].events,
        p50_ms=p50_ms,
        p99_ms=p99_ms,
        ratios=ratios,
        aims=tuple(judge(aim, reached) for aim in aims),
    )


def _waits(samples: Sequence[Sample], per_cent: float) -> list[float]:
    return [percentile(sample.latencies, per_cent) * _MS for sample in samples]
