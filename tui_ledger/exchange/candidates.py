"""Events that want to be taken in: from a file, or from what was staged before."""

import hashlib
from collections.abc import Iterator
from typing import Final

from tui_ledger.errors import InputError
from tui_ledger.event_store.codec import decode_data
from tui_ledger.exchange.checking import Candidate
from tui_ledger.exchange.cloud_events import parse
from tui_ledger.exchange.lines import Lines
from tui_ledger.exchange.staging import StagedEvent, Staging

_BATCH: Final = 500
_LINE: Final = "line "
_BATCH_SIZE: Final = 256 * 1024  # in characters of what can be long


class FileCandidates:
    """The events of a file of CloudEvents, a batch at a time.

    Args:
        lines: The file.
        now: When an event is recorded whose line does not say it.

    Attributes:
        read: How many lines were read.
    """

    def __init__(self, lines: Lines, now: str) -> None:
        self.read = 0
        self._digest = hashlib.sha256()
        self._lines = self._counted(iter(lines))
        self._candidates = self._parsed(now)

    @property
    def digest(self) -> str:
        """What the lines are that were read."""
        return self._digest.hexdigest()

    def skip(self, count: int, digest: str) -> bool:
        """Pass over `count` lines.

        Returns:
            Whether there are so many, and they are the ones of that digest.
        """
        while self.read < count:
            if next(self._lines, None) is None:
                return False
        return self.digest == digest

    def batch(self) -> list[Candidate]:
        """The next events; none at the end.

        Raises:
            InputError: a line holds none.
        """
        return _batch(self._candidates)

    def _counted(self, lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        for number, line in lines:
            self.read += 1
            self._digest.update(b"%d %d " % (number, len(line)))
            self._digest.update(line)
            yield number, line

    def _parsed(self, now: str) -> Iterator[Candidate]:
        for number, line in self._lines:
            try:
                foreign = parse(line)
            except InputError as error:
                raise at_line(number, error) from None
            yield Candidate(number, foreign.past(now), foreign.fact)


class StagedCandidates:
    """The events that were staged before, a batch at a time."""

    def __init__(self, staging: Staging) -> None:
        self._candidates = map(_candidate, staging.events())

    def batch(self) -> list[Candidate]:
        """The next events; none at the end."""
        return _batch(self._candidates)


def at_line(number: int, error: InputError) -> InputError:
    """The same error, with the line where it is."""
    return InputError(f"{_LINE}{number}: {error}", error.code)


def of_file(name: str, error: InputError) -> InputError:
    """The same error, with the file where it is if it is in a line of one, see `at_line`."""
    message = str(error)
    return InputError(f"{name}, {message}", error.code) if message.startswith(_LINE) else error


def _candidate(staged: StagedEvent) -> Candidate:
    event = staged.event
    return Candidate(staged.line, event, decode_data(event.type, event.schema, event.data))


def _batch(candidates: Iterator[Candidate]) -> list[Candidate]:
    batch: list[Candidate] = []
    size = 0
    for candidate in candidates:
        batch.append(candidate)
        size += len(candidate.event.data) + len(candidate.event.content or "")
        if len(batch) == _BATCH or size > _BATCH_SIZE:
            break
    return batch
