"""Sober dark colours: what is asked for is amber, what happened is violet, what is read is teal.

The backgrounds are nearly grey (saturation below 0.15): a terminal of 256 colours then gets real greys.
"""

from typing import Final

from textual.theme import Theme

LEDGER_THEME: Final = Theme(
    name="ledger",
    dark=True,
    primary="#e0ac62",
    secondary="#b3a1f0",
    accent="#62c4d0",
    foreground="#d9dee4",
    background="#0f1114",
    surface="#15181c",
    panel="#24282f",
    success="#83cb8b",
    warning="#edc46b",
    error="#f08078",
    variables={
        "write": "#e0ac62",
        "truth": "#b3a1f0",
        "read": "#62c4d0",
        "past": "#7ea6f2",
        "past-frame": "#4f6dae",
        "past-ground": "#2c3039",
        "changed": "#1f535c",
        "quiet": "#8a93a0",
        "faint": "#3f4650",
        "footer-background": "#15181c",
        "footer-key-foreground": "#e0ac62",
        "footer-description-foreground": "#a3abb5",
        "input-cursor-background": "#d9dee4",
        "input-selection-background": "#3a4c60",
        "scrollbar": "#30363f",
        "scrollbar-hover": "#464e5a",
        "scrollbar-active": "#646e7d",
        "scrollbar-background": "#15181c",
        "scrollbar-background-hover": "#15181c",
        "scrollbar-background-active": "#15181c",
        "scrollbar-corner-color": "#15181c",
    },
)

SLICES: Final = (
    "#e0ac62",
    "#62c4d0",
    "#b3a1f0",
    "#83cb8b",
    "#f08078",
    "#6f9fe8",
    "#e59ac4",
    "#8a93a0",
)
"""The colours of a pie's slices, the largest first; neighbours differ in brightness, too."""
