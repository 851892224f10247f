"""Files and pipes that nobody vouches for, line by line."""

import gzip
import io
import os
import random
import socket
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_ledger.domain.command_language import LINE_LIMIT
from tui_ledger.errors import InputError
from tui_ledger.exchange.lines import BLANK_LIMIT, Lines, Stopped, open_lines
from tui_ledger.exchange.unpacking import unpacked

MEBIBYTE = 1024 * 1024


def read(path: Path) -> list[tuple[int, bytes]]:
    with open_lines(path) as lines:
        return list(lines)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Makes a file of that content."""

    def make(content: bytes, name: str = "events.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


NewFile = Callable[..., Path]


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.exit_status == 3
    return str(caught.value)


def test_lines_are_numbered_as_an_editor_does_it_and_blank_ones_are_left_out(file: NewFile) -> None:
    assert read(file(b"a\n\n  \nb\r\n\r\nc")) == [(1, b"a"), (4, b"b"), (6, b"c")]
    assert read(file(b"")) == []
    assert read(file(b"a\n")) == [(1, b"a")]


def test_what_is_packed_is_unpacked_whatever_its_name(file: NewFile) -> None:
    text = b"".join(b"line %d\n" % number for number in range(100_000))
    expected = [(number + 1, b"line %d" % number) for number in range(100_000)]
    packed = gzip.compress(text)
    assert read(file(packed, "a.jsonl.gz")) == expected
    assert read(file(packed, "a.jsonl")) == expected


def test_several_packed_files_behind_one_another_are_one_file(file: NewFile) -> None:
    assert read(file(gzip.compress(b"a\nb") + gzip.compress(b"c\n") + bytes(700))) == [(1, b"a"), (2, b"bc")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_how_a_file_comes_in_pieces_makes_no_difference(size: int) -> None:
    text = b"".join(b"%d\n" % number for number in range(3000))
    packed = gzip.compress(text) + gzip.compress(b"the end") + bytes(5)
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert b"".join(unpacked(pieces, "a")) == text + b"the end"


def test_a_piece_that_fills_up_exactly_leaves_nothing_behind() -> None:
    for length in range(65_500, 65_560):
        packed = gzip.compress(bytes(length))
        assert b"".join(unpacked([packed[:-1], packed[-1:]], "a")) == bytes(length)


def test_a_line_of_64_kib_is_read_and_a_longer_one_is_refused(file: NewFile) -> None:
    longest = b"x" * LINE_LIMIT
    assert read(file(longest + b"\r\n" + longest)) == [(1, longest), (2, longest)]
    for bad in (b"x" + longest, b"x" + longest + b"\n", b"x" + longest + b"\nb\n"):
        assert refusal(file(b"a\n" + bad)) == "line 2: it is longer than 65,536 bytes."


def test_a_line_of_200_mb_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as out:
        out.truncate(200 * MEBIBYTE)
    with open_lines(path) as lines:
        with pytest.raises(InputError, match="line 1: it is longer"):
            list(lines)
        assert lines.bytes_read <= 2 * LINE_LIMIT


def bomb(content: bytes, size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as out:
        for _ in range(size // len(content)):
            out.write(content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(MEBIBYTE), "line 1: it is longer"),
        (b"\n" * MEBIBYTE, "line 1001: there are more than 1,000 blank lines"),
        ((b"x" * 1000 + b"\n") * 1000, "unpacks to more than 200 times its size"),
    ],
    ids=["zeros", "blank lines", "lines"],
)
def test_a_gzip_bomb_ends_early_and_takes_no_memory(file: NewFile, content: bytes, reason: str) -> None:
    path = file(bomb(content, 40 * MEBIBYTE), "bomb.gz")
    tracemalloc.start()
    try:
        with open_lines(path) as lines, pytest.raises(InputError, match=reason):
            for _ in lines:
                pass
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_blank_lines_without_end_are_refused(file: NewFile) -> None:
    few = b"\n" * BLANK_LIMIT
    assert read(file(b"a\n" + few + b"b\n" + few + b"c")) == [(1, b"a"), (1002, b"b"), (2003, b"c")]
    assert "blank lines" in refusal(file(b"\n" + few))


def test_a_truncated_gzip_is_refused_wherever_it_was_cut(file: NewFile) -> None:
    text = b"".join(b"%d\n" % number for number in range(20))
    whole = gzip.compress(text)
    for length in range(2, len(whole)):
        assert "ends too early" in refusal(file(whole[:length], "cut.gz")), length
    assert "is named like a packed file, and is none" in refusal(file(whole[:1], "cut.gz"))
    assert "is named like a packed file, and is none" in refusal(file(b"", "cut.gz"))


def test_a_damaged_gzip_is_refused_wherever_a_bit_has_flipped(file: NewFile) -> None:
    text = b"".join(b"%d\n" % number for number in range(200))
    whole = gzip.compress(text)
    unharmed = 0
    for place in range(2, len(whole)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << place % 8
        try:
            found = read(file(bytes(spoilt)))
        except InputError:
            continue
        assert [line for _, line in found] == text.splitlines()
        unharmed += 1
    assert unharmed < 10  # the header has a time and other things that change nothing


def test_garbage_behind_a_gzip_is_refused(file: NewFile) -> None:
    assert "is damaged" in refusal(file(gzip.compress(b"a\n") + b"garbage"))


def test_what_is_named_gz_and_is_none_is_refused(file: NewFile) -> None:
    assert "is named like a packed file, and is none" in refusal(file(b"a\n", "a.jsonl.gz"))


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    fifo, link, nowhere = tmp_path / "fifo", tmp_path / "link", tmp_path / "nowhere"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    nowhere.symlink_to(tmp_path / "gone")
    assert "is a folder; give a regular file" in refusal(tmp_path)
    assert "is a pipe; give a regular file, or - to read from a pipe" in refusal(fifo)
    assert "is a pipe" in refusal(link)
    assert "is a device" in refusal(Path("/dev/zero"))
    assert "cannot be read: No such file" in refusal(nowhere)
    assert "cannot be read: No such file" in refusal(tmp_path / "gone")
    assert "cannot be read: File name too long" in refusal(tmp_path / ("x" * 300))
    assert "no file's name" in refusal(Path("a\0b"))


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert "is a socket" in refusal(Path("socket"))


def test_a_link_to_a_regular_file_is_read(file: NewFile, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file(b"a\n"))
    assert read(link) == [(1, b"a")]


def test_a_file_that_became_a_pipe_meanwhile_is_refused(
    file: NewFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fifo = file(b"a\n"), tmp_path / "fifo"
    os.mkfifo(fifo)
    before, real = path.stat(), os.stat
    path.unlink()
    path.symlink_to(fifo)
    monkeypatch.setattr(os, "stat", lambda name, **rest: before if name == str(path) else real(name, **rest))
    assert "is a pipe" in refusal(path)


def test_a_pipe_is_read_in_whatever_pieces_it_comes() -> None:
    ours, theirs = os.pipe()
    text = b"first\nsecond\r\nlast"
    writer = threading.Thread(target=_write_slowly, args=(theirs, gzip.compress(text)))
    writer.start()
    try:
        assert list(Lines(ours, "a pipe")) == [(1, b"first"), (2, b"second"), (3, b"last")]
    finally:
        writer.join()
        os.close(ours)


def _write_slowly(descriptor: int, data: bytes) -> None:
    for byte in data:
        os.write(descriptor, bytes([byte]))
    os.close(descriptor)


def test_who_waits_for_a_silent_pipe_can_be_told_to_stop() -> None:
    ours, theirs = os.pipe()
    lines = Lines(ours, "a pipe")
    os.write(theirs, b"first\nsec")
    found = iter(lines)
    assert next(found) == (1, b"first")
    lines.stop()
    with pytest.raises(Stopped):
        next(found)
    os.close(theirs)
    os.close(ours)


def test_what_has_been_read_is_known_for_a_progress_bar(file: NewFile) -> None:
    path = file(gzip.compress(random.Random(1).randbytes(300_000).hex().encode().replace(b"0", b"\n")))
    with open_lines(path) as lines:
        next(iter(lines))
        assert lines.size == path.stat().st_size
        assert 0 < lines.bytes_read < lines.size
    with open_lines(path) as lines:
        list(lines)
        assert lines.bytes_read == lines.size


def test_a_closed_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "Standard input is closed" in refusal(Path("-"))


def test_a_disk_that_fails_is_a_sentence(file: NewFile) -> None:
    path = file(b"a\n")
    descriptor = os.open(path, os.O_WRONLY)
    try:
        with pytest.raises(InputError, match=r"a\.jsonl cannot be read: Bad file descriptor"):
            list(Lines(descriptor, "a.jsonl", 2))
    finally:
        os.close(descriptor)
