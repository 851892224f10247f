"""Files that were damaged at random: whatever is in them is read, or refused in a sentence."""

import gzip
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from tests.integration.evolving import EVOLVE
from tests.unit.cloud_events import CAUSE_ID, content_of, line, stored
from tui_ledger.domain.events import TransferReceived, UserCreated
from tui_ledger.errors import InputError
from tui_ledger.exchange.cloud_events import ForeignEvent, encode, parse
from tui_ledger.exchange.lines import open_lines

GOOD_LINES: Final = [
    *EVOLVE.read_bytes().splitlines(),
    line(),
    encode(
        stored(
            TransferReceived("moyin", "t", "ada", 5, "USD", '"剣"\\\u202e😀'),
            command_id=f"{CAUSE_ID}:transfer",
            causation_id=CAUSE_ID,
            content='{"amount":5,"verb":"receive","wallet":"moyin"}',
        )
    ),
    encode(
        stored(UserCreated("ada", "Ada", "EUR"), command_id="c", content=content_of("create", wallet="ada"))
    ),
]

PIECES: Final = [
    b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"0",
    b"-1", b"9" * 30, b"9" * 5000, b"1.0", b'""', b"{}", b"[]", b"[" * 40, b'{"a":' * 1200, b"\0", b"\n",
    b"\r", b" ", b"\t", b"\x7f", b"\x80", b"\xc3\x28", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\ud800",
    b"\\u0000", b"\\ud83d\\ude00", "\u202e".encode(), b"sealed:v1:", b"Z", b"+25:00",
    b"9999-12-31T23:59:59-23:59", b'"id":1,',
    b'"data":{},', b'"commandid":"c",', b'"schemaversion":7,', b'"position":"1",', b":transfer",
]  # fmt: skip


def spoil(text: bytes, dice: random.Random) -> bytes:
    """`text` with one to four things done to it."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice([0, 0, 1, 2, 8, 60]))
        other = dice.choice(GOOD_LINES)
        match dice.randrange(7):
            case 0:
                text = text[:start] + dice.choice(PIECES) + text[end:]
            case 1:
                text = text[:start] + text[end:]
            case 2:
                text = text[:end] + text[start:end] + text[end:]
            case 3:
                text = text[:start] + bytes([dice.randrange(256)]) + text[start + 1 :]
            case 4:
                text = text[:start] + other[start:]
            case 5:
                text = text[:start]
            case 6:
                text = _another_value(text, other, dice)
    return text


def _another_value(text: bytes, other: bytes, dice: random.Random) -> bytes:
    """`text` with a value of `other` in it, where both can still be read."""
    try:
        mine, theirs = json.loads(text), json.loads(other)
        value = theirs[dice.choice([*theirs])]
        place = mine["data"] if dice.random() < 0.4 else mine
        place[dice.choice([*place])] = value
        return json.dumps(mine, ensure_ascii=dice.random() < 0.5).encode()
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return text


def check(text: bytes) -> ForeignEvent | None:
    """What is in `text`; None if it was refused as it must be."""
    try:
        event = parse(text)
    except InputError as error:
        sentence = str(error)
        assert sentence.endswith((".", "?")), sentence
        assert len(sentence) < 300, sentence
        return None
    past = event.past("2026-01-31T12:00:00.000000Z")
    row = stored(
        event.fact,
        **{name: getattr(past, name) for name in past.__struct_fields__},
        position=event.position or 1,
    )
    assert parse(encode(row)).past("") == past
    return event


def spoil_lines(seed: int, count: int) -> None:
    dice = random.Random(seed)
    read = sum(check(spoil(dice.choice(GOOD_LINES), dice)) is not None for _ in range(count))
    assert count / 100 < read < count / 2  # or the mutations test nothing


def test_spoilt_lines_are_read_or_refused_in_a_sentence_and_what_is_read_can_be_written() -> None:
    spoil_lines(1, 10_000)


@pytest.mark.slow
def test_very_many_spoilt_lines_are_read_or_refused_in_a_sentence() -> None:
    for seed in range(2, 12):
        spoil_lines(seed, 10_000)


def spoil_files(path: Path, seed: int, count: int) -> None:
    dice = random.Random(seed)
    read = 0
    for _ in range(count):
        content = b"\n".join(dice.choices(GOOD_LINES, k=dice.randrange(6)))
        path.unlink(missing_ok=True)  # a file that is cut to be written anew is synced by some systems
        path.write_bytes(spoil(gzip.compress(content) if dice.random() < 0.5 else content, dice))
        with suppress(InputError), open_lines(path) as lines:
            for _, text in lines:
                check(text)
            read += 1
    assert count / 100 < read < count


def test_spoilt_files_are_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    spoil_files(tmp_path / "events", 1, 300)


@pytest.mark.slow
def test_very_many_spoilt_files_are_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    spoil_files(tmp_path / "events", 2, 30_000)
