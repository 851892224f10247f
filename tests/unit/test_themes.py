"""Whether what is on the screen can be read, and told apart, in each of its colours."""

import itertools
import math
from collections.abc import Iterator, Sequence

import pytest
from rich._palettes import EIGHT_BIT_PALETTE, STANDARD_PALETTE
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import Theme

from tui_ledger.content import say, sentences
from tui_ledger.ui.theme import NAMES, SLICES, THEMES

EACH = pytest.mark.parametrize("theme", THEMES, ids=NAMES)

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", 2009: what somebody without the middle cones sees.
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


def colours(theme: Theme) -> dict[str, str]:
    names = ("foreground", "background", "surface", "panel", "success", "warning", "error")
    return {name: str(getattr(theme, name)) for name in names} | theme.variables


def pairs(theme: Theme) -> Iterator[tuple[str, str]]:
    """Texts, and what is behind them."""
    found = colours(theme)
    texts = ("foreground", "quiet", "write", "truth", "read", "past", "success", "warning", "error")
    for text, behind in itertools.product(texts, ("background", "surface", "panel")):
        yield found[text], found[behind]
    for behind in ("changed", "input-selection-background", "screen-selection-background"):
        yield found["foreground"], found[behind]
    for title in ("write", "truth", "read", "past"):  # of the frame that has the keys, in reverse
        yield found["background"], found[title]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _linear(colour: str) -> list[float]:
    parts = (part / 255 for part in Color.parse(colour).rgb)
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def difference(one: str, other: str) -> float:
    """How far apart two colours are for somebody who has no middle cones: 2 is hardly seen, 20 is plain."""
    return math.dist(_lab(_without_green(one)), _lab(_without_green(other)))


def _without_green(colour: str) -> list[float]:
    return [sum(a * b for a, b in zip(row, _linear(colour), strict=True)) for row in DEUTERANOPIA]


def _lab(linear: Sequence[float]) -> tuple[float, float, float]:
    red, green, blue = linear
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def drawn(colour: str, system: ColorSystem) -> str:
    """The colour as a terminal of 256 or of 16 colours has it."""
    number = RichColor.parse(colour).downgrade(system).number
    assert number is not None
    palette = STANDARD_PALETTE if system is ColorSystem.STANDARD else EIGHT_BIT_PALETTE
    return palette[number].hex


@EACH
def test_every_text_can_be_read(theme: Theme) -> None:
    least = 7.0 if theme.name == "contrast" else 4.5
    assert {pair: contrast(*pair) for pair in pairs(theme) if contrast(*pair) < least} == {}


@EACH
@pytest.mark.parametrize("system", [ColorSystem.EIGHT_BIT, ColorSystem.STANDARD], ids=["256", "16"])
def test_every_text_can_be_read_in_a_terminal_of_few_colours(theme: Theme, system: ColorSystem) -> None:
    few = {pair: (drawn(pair[0], system), drawn(pair[1], system)) for pair in pairs(theme)}
    assert {pair: found for pair, found in few.items() if contrast(*found) < 4.5} == {}


@EACH
def test_slices_stand_out_and_are_as_many_as_said(theme: Theme) -> None:
    slices = [theme.variables[f"slice-{place}"] for place in range(SLICES)]
    assert f"slice-{SLICES}" not in theme.variables
    assert len(set(slices)) == SLICES
    assert min(contrast(one, str(theme.background)) for one in slices) >= 3


@EACH
def test_every_theme_has_the_same_names_and_a_title(theme: Theme) -> None:
    assert theme.variables.keys() == THEMES[0].variables.keys()
    assert say(f"look.theme.{theme.name}.title")
    assert f"look.theme.{theme.name}.help" in sentences("en")


def test_blue_and_orange_are_told_apart_without_green() -> None:
    theme = next(one for one in THEMES if one.name == "blue_orange")
    found = colours(theme)
    for group in (("write", "truth", "read"), ("success", "warning", "error")):
        assert all(difference(found[a], found[b]) >= 20 for a, b in itertools.combinations(group, 2))
    slices = [found[f"slice-{place}"] for place in range(SLICES)]
    assert all(difference(a, b) >= 15 for a, b in itertools.combinations(slices, 2))
    assert all(difference(a, b) >= 20 for a, b in zip(slices, slices[1:] + slices[:1], strict=True))


def test_the_measure_sees_what_is_hard_to_tell_apart() -> None:
    assert difference("#83cb8b", "#f08078") < 10  # green and red
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
