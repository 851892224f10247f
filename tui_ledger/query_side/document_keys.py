"""The keys under which documents can be."""

from tui_ledger.errors import InputError


def storable(key: str) -> str:
    """`key`, if any document could have it.

    Raises:
        InputError: it is not valid Unicode text.
    """
    try:
        key.encode()
    except UnicodeEncodeError:
        raise InputError("A key is valid Unicode text, and this is not.") from None
    return key
