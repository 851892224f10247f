"""Modules and packages that Python can import, with views of a user's own."""

import importlib
import os
from pathlib import Path
from typing import Final

from tests.integration.command_line import ROOT

COUNTER: Final = '''
class Counter:
    """How many events there were."""

    name = "counter"
    version = 1

    def keys(self, event):
        return ["all"]

    def fold(self, event, documents):
        documents["all"] = {"events": documents.get("all", {"events": 0})["events"] + 1}


VIEWS = [Counter()]
'''
"""A module with a view."""


class Shelf:
    """A folder where Python looks for modules, in this process and, by `path`, in others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def path(self) -> str:
        """A PYTHONPATH."""
        return f"{self.folder}{os.pathsep}{ROOT}"

    def module(self, name: str, text: str = COUNTER) -> Path:
        """Put a module there; its name may have dots."""
        file = self.folder.joinpath(*name.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return file

    def package(self, name: str, **views: str) -> None:
        """Install a package that offers `views`: entry points by name."""
        info = self.folder / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = [f"{view} = {place}\n" for view, place in views.items()]
        (info / "entry_points.txt").write_text("[tui_ledger.views]\n" + "".join(lines))
