"""Text in lines: between words, and in Japanese, which has no blanks, between phrases."""

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len
from textual.content import Content

_HIRAGANA: Final = r"\u3041-\u3096"
_CLOSING: Final = r"\u3001\u3002\uff01\uff1f\uff09\u300d\u300f"  # comma, stop, ! and ?, brackets
_PHRASE: Final = re.compile(
    rf"""
    [^\s{_CLOSING}{_HIRAGANA}]*                     # a noun, a number, a word in Latin letters,
    (?:[ ](?=[{_HIRAGANA}]))?[{_HIRAGANA}]*          # its particles and endings, also behind a blank,
    [{_CLOSING}]*                                   # what closes it,
    \s*
    """,
    re.VERBOSE,
)
"""What stays together: lines break behind the endings of a word, never before what closes a phrase."""


def wrapped(text: Content, width: int) -> list[Content]:
    """`text` in lines of at most `width` cells; only what is longer than a line is broken anywhere."""
    lines: list[Content] = []
    for line in text.split("\n", allow_blank=True):
        lines += [part.rstrip() for part in line.divide([*_breaks(line.plain, max(2, width))])]
    return lines


def _breaks(text: str, width: int) -> Iterator[int]:
    """Where the lines after the first one begin."""
    used = 0
    for match in _PHRASE.finditer(text):
        phrase, start = match[0].rstrip(), match.start()
        if used and used + cell_len(phrase) > width:
            yield start
            used = 0
        for place, character in enumerate(phrase, start):
            if used and used + cell_len(character) > width:
                yield place
                used = 0
            used += cell_len(character)
        used += len(match[0]) - len(phrase)
