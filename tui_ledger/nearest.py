"""What a person may have meant by a word that is none of those expected."""

from collections.abc import Iterable
from difflib import get_close_matches


def shown(word: str) -> str:
    """`word` as a sentence can hold it."""
    return word if len(word) <= 40 else f"{word[:39]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about `word`, which is not among `known`: what it may have meant."""
    names = {name.lower(): name for name in known}
    near = get_close_matches(shown(word).lower(), names, n=1)
    return f"; did you mean {names[near[0]]}?" if near else "."
