"""A program in a pseudo-terminal whose every byte is looked at, on terminals that measure in three ways."""

import codecs
import os
import time
from collections.abc import Mapping, Sequence
from typing import Final

from tests.reliability.screen_model import Screen, by_cluster, one_by_one
from tests.reliability.terminal import Terminal

PATIENCE: Final = 60.0


class Watched(Terminal):
    """A terminal that knows what stands on its screen.

    Attributes:
        screen: As this program measures texts; `others` measure otherwise.
    """

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *, columns: int = 200, rows: int = 60
    ) -> None:
        self.screen = Screen(columns, rows)
        self.others = [Screen(columns, rows, width) for width in (one_by_one, by_cluster)]
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._fed = 0
        sizeless = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
        super().__init__(command, sizeless, columns=columns, rows=rows)

    def look(self, seconds: float = 0.02) -> None:
        """Read what comes within `seconds`, all of it."""
        while self._read(seconds):
            seconds = 0.0
        output = self._decoder.decode(self.raw[self._fed :])
        self._fed = len(self.raw)
        for screen in (self.screen, *self.others):
            screen.feed(output)

    def shows(self, *texts: str, gone: str = "", within: float = PATIENCE) -> None:
        """Read on until all `texts` stand on the screen at once, and `gone` does not.

        Raises:
            AssertionError: that did not come about in time.
        """
        deadline = time.monotonic() + within
        while True:
            self.look()
            text = self.screen.text
            missing = [one for one in texts if one not in text]
            if not missing and not (gone and gone in text):
                return
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"{missing} did not appear, or {gone!r} did not go:\n{text}")

    def is_quiet(self) -> None:
        """Read on until nothing has come for a while."""
        before = -1
        while before != len(self.raw):
            before = len(self.raw)
            self.look(0.15)

    def paste(self, text: str) -> None:
        """Send `text` as a terminal does that knows of bracketed paste: with no escape character in it."""
        os.write(self._master, b"\x1b[200~" + text.replace("\x1b", "").encode() + b"\x1b[201~")

    def click(self, column: int, row: int) -> None:
        """Press and release the left button on a cell; both count from 0."""
        place = f"{column + 1};{row + 1}"
        self.press(f"\x1b[<0;{place}M\x1b[<0;{place}m")

    def check(self, where: str) -> None:
        """Nothing came that a terminal would obey, and on every terminal the frames stand alike.

        Raises:
            AssertionError: something did; `where` is named.
        """
        for screen in (self.screen, *self.others):
            assert not screen.refused, f"{where}: {screen.refused[0]}\n{self.screen.text}"
        for other in self.others:
            assert other.frames == self.screen.frames, f"{where}: the frame is bent\n{other.text}"
