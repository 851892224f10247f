"""What a person may have meant by a word that is none of those expected."""

from collections.abc import Iterable
from difflib import get_close_matches


def shown(word: str) -> str:
    """`word` as a sentence can hold it."""
    return word if len(word) <= 40 else f"{word[:39]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about `word`, which is not among `known`: what it may have meant."""
    near = nearest_name(word, known)
    return f"; did you mean {near}?" if near else "."


def nearest_name(word: str, known: Iterable[str]) -> str:
    """Which of `known` somebody may have meant by `word`; empty if it is like none of them."""
    names = {name.lower(): name for name in known}
    near = get_close_matches(shown(word).lower(), names, n=1)
    return names[near[0]] if near else ""
