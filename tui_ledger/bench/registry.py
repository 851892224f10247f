"""The benchmarks by name."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from tui_ledger.bench.append import AppendBench
from tui_ledger.bench.hot import HotBench
from tui_ledger.bench.port import Bench
from tui_ledger.errors import InputError

BENCHES: Final[tuple[Bench, ...]] = (AppendBench(), HotBench())
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
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise InputError(
                f"There is no bench {name}{hint} The benches are {', '.join(known)}.", "unknown_bench"
            )
    return [known[name] for name in wanted]
