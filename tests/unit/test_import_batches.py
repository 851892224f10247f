"""How much of a file an import looks at together."""

from pathlib import Path

import msgspec

from tests.unit.cloud_events import line
from tui_ledger.exchange.candidates import FileCandidates
from tui_ledger.exchange.lines import open_lines

NOW = "2026-01-01T00:00:00.000000Z"


def test_long_commands_are_looked_at_a_few_at_a_time(tmp_path: Path) -> None:
    event = msgspec.json.decode(line())
    asked = msgspec.json.decode(event["commandcontent"])
    asked |= {f"field{number}": "x" * 200 for number in range(200)}
    long = msgspec.json.Encoder(order="deterministic").encode(asked).decode()
    (tmp_path / "file").write_bytes((line(commandcontent=long) + b"\n") * 50)
    with open_lines(tmp_path / "file") as lines:
        candidates = FileCandidates(lines, NOW)
        assert len(candidates.batch()) < 10
