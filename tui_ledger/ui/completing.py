"""Going through what a word can become, one Tab after the other."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Candidate(msgspec.Struct, frozen=True):
    """What a word can become, and what that is, if its name does not say so."""

    word: str
    note: str = ""


class Completing:
    """The candidates for one word of a line, and which of them stands in it now.

    Args:
        before: What stands before the word.
        word: What was typed of it.
        after: What stands behind it.
        candidates: At least one.
        blank: What comes behind the only one there is.

    Attributes:
        at: Which of them; None for what was typed.
    """

    def __init__(
        self, before: str, word: str, after: str, candidates: Sequence[Candidate], *, blank: str = " "
    ) -> None:
        self._before = before
        self._word = word
        self._after = after
        self.candidates = tuple(candidates)
        self._blank = blank
        self.at: int | None = None

    @property
    def line(self) -> str:
        """The line as it is now."""
        return self.until_cursor + self._after

    @property
    def until_cursor(self) -> str:
        """The line up to the end of the word."""
        return self._before + self._chosen

    @property
    def _chosen(self) -> str:
        if self.at is None:
            return self._word
        word = self.candidates[self.at].word
        only = len(self.candidates) == 1
        return word + self._blank if only and not word.endswith("=") and not self._after else word

    def step(self, step: int) -> None:
        """Go to the next candidate, or to the one before; behind the last one comes the first."""
        at = self.at if self.at is not None else -1 if step > 0 else 0
        self.at = (at + step) % len(self.candidates)

    def pick(self, index: int) -> None:
        """Take that candidate."""
        self.at = index

    def back(self) -> None:
        """Have what was typed."""
        self.at = None
