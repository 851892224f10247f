"""Progress bars on terminals of different abilities."""

import io
import re
import sys

import pytest

from tui_ledger.cli.progress import events_bar

COLOUR = re.compile(r"\x1b\[[\d;]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[\d;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """What a bar that is half done writes."""
    for name in ("NO_COLOR", "COLORTERM", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with events_bar("Exporting", 10) as show:
        show(5)
    return terminal.getvalue()


def test_a_bar_has_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert COLOUR.search(drawn(monkeypatch))
    shown = drawn(monkeypatch, NO_COLOR="1")
    assert "5/10" in shown
    assert not COLOUR.search(shown)


def test_a_terminal_without_a_cursor_gets_no_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in drawn(monkeypatch, TERM="dumb")
