"""Names as segments of a key, so that each `/` in a key stands between two segments and nowhere else."""

from functools import lru_cache
from typing import Final
from urllib.parse import unquote

_ESCAPES: Final = {ord(character): f"%{ord(character):02X}" for character in ("%", "/", "\x7f")}
_ESCAPES.update((code, f"%{code:02X}") for code in range(0x20))


@lru_cache(maxsize=10_000)
def segment(name: str) -> str:
    """`name` in a key: its `/`, `%` and ASCII control characters are percent-encoded, as in a URL (RFC 3986).

    All else stays as it is: `剣` is `剣`. Two names are one segment only if they are the same code points.
    That a person would call some of them the same, such as the two ways to write `é`, is left alone: what
    Unicode says of that depends on its version, and a view is the same on every machine.
    """
    return name.translate(_ESCAPES)


def name_of(segment: str) -> str:
    """The name that a segment of a key stands for."""
    return unquote(segment)
