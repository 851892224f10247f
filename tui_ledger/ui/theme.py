"""The colours to choose from: commands are warm, events violet or pale, read models cool.

The backgrounds are nearly grey (saturation below 0.15): a terminal of 256 colours then gets real greys. Every
theme defines the same names; that its texts can be read, and that its colours can be told apart, is tested.
"""

from typing import Final

from textual.theme import Theme

SLICES: Final = 8
"""How many slices of a pie have a colour of their own: `$slice-0` and on, the largest first."""


def _theme(
    name: str,
    *,
    dark: bool = True,
    background: str,
    surface: str,
    panel: str,
    foreground: str,
    quiet: str,
    faint: str,
    write: str,
    truth: str,
    read: str,
    past: str,
    success: str,
    warning: str,
    error: str,
    changed: str,
    selected: str,
    thumb: str,
    slices: str,
) -> Theme:
    """A theme of these colours.

    Args:
        name: What it is called in `content`, and what is kept when it is chosen.
        dark: Whether the background is the darker part.
        background: Behind everything; `surface` is behind windows, `panel` behind what is chosen.
        foreground: Text.
        quiet: Text that steps back.
        faint: Frames and lines.
        write: The command side.
        truth: The log.
        read: The query side.
        past: Another moment than now.
        success: Good news.
        warning: What is late, or wants to be noticed.
        error: Bad news.
        changed: Behind what has just changed.
        selected: Behind text that is selected.
        thumb: What is moved in a scroll bar.
        slices: The colours of a pie, the largest slice first; neighbours differ in brightness, too.
    """
    bars = {f"scrollbar-background{state}": surface for state in ("", "-hover", "-active")}
    return Theme(
        name=name,
        dark=dark,
        primary=write,
        secondary=truth,
        accent=read,
        foreground=foreground,
        background=background,
        surface=surface,
        panel=panel,
        success=success,
        warning=warning,
        error=error,
        variables={
            "write": write,
            "truth": truth,
            "read": read,
            "past": past,
            "changed": changed,
            "quiet": quiet,
            "faint": faint,
            "footer-background": surface,
            "footer-key-foreground": write,
            "footer-description-foreground": quiet,
            "input-cursor-background": foreground,
            "input-cursor-foreground": background,
            "input-selection-background": selected,
            "screen-selection-background": selected,
            "screen-selection-foreground": foreground,
            "block-cursor-background": panel,
            "block-cursor-foreground": foreground,
            "block-hover-background": panel,
            "text-muted": quiet,
            "scrollbar": thumb,
            "scrollbar-hover": quiet,
            "scrollbar-active": quiet,
            "scrollbar-corner-color": surface,
            **bars,
            **{f"slice-{place}": colour for place, colour in enumerate(slices.split())},
        },
    )


THEMES: Final = (
    _theme(
        "ledger",
        background="#0f1114",
        surface="#15181c",
        panel="#24282f",
        foreground="#d9dee4",
        quiet="#939caa",
        faint="#3f4650",
        write="#e0ac62",
        truth="#b3a1f0",
        read="#62c4d0",
        past="#82aaf4",
        success="#83cb8b",
        warning="#edc46b",
        error="#f08078",
        changed="#1f535c",
        selected="#2f3f52",
        thumb="#464e5a",
        slices="#e0ac62 #62c4d0 #b3a1f0 #83cb8b #f08078 #6f9fe8 #e59ac4 #8a93a0",
    ),
    _theme(
        "light",
        dark=False,
        background="#f7f6f3",
        surface="#fdfcfa",
        panel="#f0f0f0",
        foreground="#1f2429",
        quiet="#565d67",
        faint="#b4b6ba",
        write="#8a4b00",
        truth="#5a3fb0",
        read="#00616b",
        past="#1d55a5",
        success="#1a642b",
        warning="#8f3d00",
        error="#ab1f1a",
        changed="#bfe3e6",
        selected="#c8dcf2",
        thumb="#b9bbbe",
        slices="#b86b10 #00838f #6a4fc4 #3d8b49 #c2403a #2f66b8 #a83f80 #6d747e",
    ),
    _theme(
        "contrast",
        background="#000000",
        surface="#000000",
        panel="#262626",
        foreground="#ffffff",
        quiet="#d0d0d0",
        faint="#a0a0a0",
        write="#ffc24d",
        truth="#cfbfff",
        read="#6fe6f2",
        past="#a6c8ff",
        success="#86f294",
        warning="#ffe14d",
        error="#ffa39b",
        changed="#004a57",
        selected="#00407a",
        thumb="#808080",
        slices="#ffc24d #6fe6f2 #cfbfff #86f294 #ffa39b #8fb8ff #ffb0dc #d0d0d0",
    ),
    _theme(
        "blue_orange",
        background="#0f1114",
        surface="#15181c",
        panel="#24282f",
        foreground="#e2e5ea",
        quiet="#98a0ad",
        faint="#444b57",
        write="#f0a13a",
        truth="#e9e2c8",
        read="#6db5f5",
        past="#9db8f0",
        success="#8cc8ff",
        warning="#ffe27a",
        error="#ff8038",
        changed="#1d4470",
        selected="#2a4468",
        thumb="#4c5563",
        slices="#f0a13a #3a7bd5 #ffd98a #9ccbff #c46a14 #f4f2ea #98a0ad #566b86",
    ),
)
"""Dark, light, of high contrast, and one that those tell apart who see no difference of red and green."""

DEFAULT: Final = THEMES[0].name
NAMES: Final = tuple(theme.name for theme in THEMES)
