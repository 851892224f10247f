"""Which file system a folder is on: syncs in memory would falsify every figure."""

from pathlib import Path

from tui_ledger.bench.file_system import IN_MEMORY, file_system


def test_the_deepest_mount_above_a_folder_says_its_file_system(tmp_path: Path) -> None:
    inner = tmp_path / "with a blank" / "inner"
    inner.mkdir(parents=True)
    place = str(tmp_path).replace(" ", r"\040")
    mounts = _mounts(
        tmp_path,
        f"tmpfs {place}/with\\040a\\040blank tmpfs rw 0 0",
        "root / ext4 rw 0 0",
        f"x {place}/wi xfs rw 0 0",
    )

    assert file_system(inner, mounts) == "tmpfs"
    assert file_system(tmp_path, mounts) == "ext4"


def test_a_mount_hides_an_earlier_one_at_the_same_place(tmp_path: Path) -> None:
    mounts = _mounts(tmp_path, "root / ext4 rw 0 0", "over / overlay rw 0 0")

    assert file_system(tmp_path, mounts) == "overlay"


def test_where_no_system_says_it_nothing_is_said(tmp_path: Path) -> None:
    assert file_system(tmp_path, tmp_path / "missing") is None
    assert file_system(tmp_path, _mounts(tmp_path, "other /elsewhere ext4 rw 0 0")) is None


def test_what_lives_in_memory_is_known_as_such() -> None:
    assert "tmpfs" in IN_MEMORY
    assert "ext4" not in IN_MEMORY


def _mounts(folder: Path, *lines: str) -> Path:
    path = folder / "mounts"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path
