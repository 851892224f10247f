"""A file that is there whole, or not at all, and in nobody's place."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_ledger.file_replacement import new_file


@pytest.fixture(params=["links", "no links"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a file can be made, also on a disk on which a file has one name only."""

    def refuse(source: object, target: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if request.param == "no links":
        monkeypatch.setattr(os, "link", refuse)
    return tmp_path / "file"


def test_it_is_there_only_when_it_is_whole(path: Path) -> None:
    with new_file(path) as out:
        out.write(b"half")
        out.flush()
        assert not path.exists()
        out.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*path.parent.iterdir()] == [path]


def write(path: Path, meanwhile: Callable[[], object]) -> None:
    with new_file(path) as out:
        out.write(b"ours")
        meanwhile()


def test_a_failure_leaves_nothing(path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(path, interrupt)
    assert [*path.parent.iterdir()] == []


def test_what_somebody_has_put_there_meanwhile_stays(path: Path) -> None:
    with pytest.raises(FileExistsError):
        write(path, lambda: path.write_bytes(b"theirs"))
    assert path.read_bytes() == b"theirs"
    assert [*path.parent.iterdir()] == [path]


def test_a_link_that_somebody_has_put_there_meanwhile_stays(path: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        write(path, lambda: path.symlink_to(tmp_path / "nowhere"))
    assert path.is_symlink()
    assert [*path.parent.iterdir()] == [path]


def test_it_is_synced_before_it_has_its_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    synced: list[tuple[bool, bool]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append((os.path.isdir(f"/proc/self/fd/{descriptor}"), path.exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with new_file(path) as out:
        out.write(b"all")
    assert synced == [(False, False), (True, True)]
