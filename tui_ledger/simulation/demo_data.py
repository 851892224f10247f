"""Where the files of `demo_data` are: inside an installed package, beside it in a source checkout."""

from pathlib import Path

import tui_ledger

_PACKAGE = Path(tui_ledger.__path__[0])


def demo_data_folder() -> Path:
    """The folder of the files that come along."""
    installed = _PACKAGE / "demo_data"
    return installed if installed.is_dir() else _PACKAGE.parent / "demo_data"


def demo_data_file(name: str) -> Path:
    """Where the file `name` of `demo_data` is."""
    return demo_data_folder() / name
