"""The benchmarks by name."""

from collections.abc import Iterable
from typing import Final

from tui_ledger.bench.append import AppendBench
from tui_ledger.bench.flow import FlowBench, LatencyBench
from tui_ledger.bench.hot import HotBench
from tui_ledger.bench.port import Bench
from tui_ledger.bench.project import ProjectBench
from tui_ledger.bench.replay import ReplayBench
from tui_ledger.bench.screen import ScreenBench
from tui_ledger.bench.simulate import SimulateBench
from tui_ledger.bench.start import StartBench
from tui_ledger.bench.travel import TravelBench
from tui_ledger.bench.view import ViewBench
from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest

BENCHES: Final[tuple[Bench, ...]] = (
    AppendBench(),
    HotBench(),
    ReplayBench(),
    ProjectBench(),
    FlowBench(),
    LatencyBench(),
    ViewBench(),
    TravelBench(),
    SimulateBench(),
    ScreenBench(),
    StartBench(),
)
"""Every benchmark, in the order in which they run."""


def find_benches(names: Iterable[str]) -> list[Bench]:
    """The benchmarks of these names, each once; all of them if there is no name.

    Raises:
        InputError: there is none of a name; the sentence says which there are.
    """
    known = {bench.name: bench for bench in BENCHES}
    wanted = list(dict.fromkeys(names)) or list(known)
    for name in wanted:
        if name not in known:
            which = f"The benches are {', '.join(known)}."
            raise InputError(f"There is no bench {name}{nearest(name, known)} {which}", "unknown_bench")
    return [known[name] for name in wanted]
