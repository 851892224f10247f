"""What commands ask for, as the log keeps it.

The text is that of `Command.content`. It is put together from fields that are known to be valid, since to
validate each of a million commands would take longer than all else; tests compare the two.
"""

from typing import Final

import msgspec

_canonical: Final = msgspec.json.Encoder(order="deterministic")


def content_of(verb: str, **fields: str | int) -> str:
    """The content of a command that was given these fields."""
    fields["verb"] = verb
    return _canonical.encode(fields).decode()
