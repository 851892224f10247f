"""Sober dark colours: what is asked for is amber, what happened is violet, what is read is teal."""

from typing import Final

from textual.theme import Theme

LEDGER_THEME: Final = Theme(
    name="ledger",
    dark=True,
    primary="#e0ac62",
    secondary="#b3a1f0",
    accent="#62c4d0",
    foreground="#d8dee6",
    background="#0e1218",
    surface="#131922",
    panel="#1b2430",
    success="#83cb8b",
    warning="#edc46b",
    error="#f08078",
    variables={
        "write": "#e0ac62",
        "truth": "#b3a1f0",
        "read": "#62c4d0",
        "changed": "#1f535c",
        "quiet": "#8593a6",
        "faint": "#3a4656",
        "footer-background": "#131922",
        "footer-key-foreground": "#e0ac62",
        "footer-description-foreground": "#9fabba",
        "input-cursor-background": "#d8dee6",
        "input-selection-background": "#35506a",
        "scrollbar": "#2b3644",
        "scrollbar-hover": "#3d4c5f",
        "scrollbar-active": "#5a6d85",
        "scrollbar-background": "#131922",
        "scrollbar-background-hover": "#131922",
        "scrollbar-background-active": "#131922",
        "scrollbar-corner-color": "#131922",
    },
)
