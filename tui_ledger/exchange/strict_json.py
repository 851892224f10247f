"""JSON from strangers: only what every reader reads alike, at bounded cost.

Python's own reader takes NaN, the same name twice, halves of surrogate pairs, and nesting until it runs out
of stack; msgspec's takes a name twice, and overlooks what it skips.
"""

import json
import re
from typing import Any, Final, Never

from tui_ledger.errors import InputError
from tui_ledger.nearest import shown

DEPTH_LIMIT: Final = 32
"""How deep objects and lists may stand in one another."""

_BOM: Final = b"\xef\xbb\xbf"
# A string, also one without an end, is taken in one go and never looked at again: no text is slow.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def strict_object(text: bytes) -> dict[str, Any]:
    """The object that `text` holds; its numbers are whole.

    Raises:
        InputError: it holds none; a clause says why.
    """
    if text.startswith(_BOM):
        raise InputError("this begins with a byte order mark; save it as UTF-8 without one.", "bad_json")
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        raise InputError("this is not UTF-8 text.", "not_utf8") from None
    if text.count(b"[") + text.count(b"{") > DEPTH_LIMIT:
        _check_depth(text)
    try:
        value = _decoder.decode(decoded)
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise InputError(f"this is no JSON: {reason}, at character {error.pos + 1}.", "bad_json") from None
    except ValueError:  # thousands of digits
        raise InputError("a number in this is far too large.", "bad_json") from None
    if not isinstance(value, dict):
        raise InputError("this is no JSON object.", "bad_json")
    if "\\u" in decoded:
        _check_unicode(value)
    return value


def _check_depth(text: bytes) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        match token[0][:1]:
            case b"[" | b"{":
                depth += 1
                if depth > DEPTH_LIMIT:
                    raise InputError(f"this is nested more than {DEPTH_LIMIT} levels deep.", "bad_json")
            case b"]" | b"}":
                depth -= 1


def _check_unicode(value: dict[str, Any]) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InputError("a text in this has half of a surrogate pair.", "bad_json") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise InputError(f"the name {shown(name)} is there twice in one object.", "bad_json")
            seen.add(name)
    return value


def _refuse(number: str) -> Never:
    raise InputError(f"{shown(number)} is no whole number, and events have no others.", "bad_json")


_decoder: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse)
