"""Makes the pictures of the README from the app, with time and ids that are the same each time.

`python -m tests.ui.pictures` in the root of the repository writes them anew into `docs/pictures`. A picture
more is one more entry of `PICTURES`; the README shows it, and the test compares it.
"""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, NamedTuple

from tests.ui.stage import Stage, on_stage
from tui_ledger.content import speak, spoken
from tui_ledger.ui.picture_file import picture as picture_of
from tui_ledger.ui.widgets.command_bar import CommandInput

FOLDER: Final = Path(__file__).parents[2] / "docs" / "pictures"

_ID: Final = re.compile(r"terminal-\d+")
_NEEDLESS: Final = re.compile(
    r'<clipPath id="[\w-]+-line-\d+">.*?</clipPath>| clip-path="url\(#[\w-]+-line-\d+\)"',
    re.DOTALL,
)
_TEXT: Final = re.compile(
    r'x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)">((?:&#160;)*)([^<]*?)((?:&#160;)*)</text>'
)
_BLANK: Final = "&#160;"
_CELL: Final = 12.2
"""How wide a cell is in the picture."""


class Picture(NamedTuple):
    """A moment of the app that is worth a picture.

    Attributes:
        act: What is done until it comes.
        size: Of the terminal, in cells.
        language: Which one the screen speaks.
    """

    act: Callable[[Stage], Awaitable[None]]
    size: tuple[int, int] = (112, 30)
    language: str = "en"


async def stale(stage: Stage) -> None:
    """A read model that does not know yet what has happened, and a command that was refused."""
    await stage.type("create moyin owner=Moyin")
    await stage.type("deposit moyin 1000 source=salary")
    await stage.type('buy moyin "sword 剣" 200 category=gear')
    await stage.advance(1)
    await stage.ledger.worker("balances").delay(1.5)
    await stage.type('buy moyin "castle 城" 9000')
    await stage.type('buy moyin "shield 盾" 300 category=gear')
    await stage.advance(0.6)


async def journey(stage: Stage) -> None:
    """A transfer on its way: who asked, what that called for, and how long each hop took."""
    await stage.execute("create ann", "create bob", "deposit ann 100 source=salary")
    await stage.advance(1)
    stage.ledger.faults.delay = 0.04
    for view, seconds in (("balances", 0.12), ("statement", 0.05), ("books", 0.2)):
        await stage.ledger.worker(view).delay(seconds)
    await stage.execute("send ann bob 30 note=lunch")
    for _ in range(8):
        await stage.advance(0.05)
    await stage.pilot.press("2", "home", "down", "down", "down", "t")


async def pie(stage: Stage) -> None:
    """What somebody spent in a year, and in the years before."""
    await stage.execute("create ann owner=Ann", "deposit ann 50000 source=salary")
    for year, more in ((2021, 0), (2022, 150), (2023, 60), (2024, 320), (2025, 240)):
        for item, price, category in (
            ("rent", 600 + more, "housing"),
            ("groceries", 310 + more // 2, "food"),
            ("sushi 寿司", 90, "food"),
            ("train", 120 + more // 3, "travel"),
            ("novels", 70, "books"),
            ("piano lessons", 160 + more // 4, "music"),
        ):
            await stage.execute(f'buy ann "{item}" {price} category={category} at={year}-06-15')
    await stage.ledger.settle()
    await stage.advance(10)
    await stage.pilot.press("3", "v", "v")


async def past(stage: Stage) -> None:
    """An earlier moment, while the present goes on."""
    await stage.execute("create moyin owner=Moyin", "deposit moyin 1000 source=salary")
    for line in ('buy moyin "sword 剣" 200 category=gear', 'buy moyin "shield 盾" 300 category=gear'):
        await stage.advance(60)
        await stage.execute(line)
    await stage.advance(60)
    await stage.pilot.press("2", "home", "down", "down", "g")
    await stage.advance(1)


PICTURES: Final = {
    "stale": Picture(stale),
    "journey": Picture(journey, (100, 32)),
    "pie": Picture(pie, (100, 32)),
    "past": Picture(past, (112, 30)),
    "japanese": Picture(stale, (112, 30), "ja"),
}


async def draw(name: str) -> str:
    """The picture of that name, as SVG."""
    picture, before = PICTURES[name], spoken()
    speak(picture.language)
    try:
        svg = await _taken(picture)
    finally:
        speak(before)
    return tidy(svg, name)


async def _taken(picture: Picture) -> str:
    async with on_stage(size=picture.size, name="my-ledger") as stage:
        stage.app.main.query_one(CommandInput).cursor_blink = False
        await picture.act(stage)
        for _ in range(2):  # what appears in the first may be filled in the second
            await stage.tick()
            await stage.pilot.pause()
        return picture_of(stage.app)


def tidy(svg: str, name: str) -> str:
    """`svg` without what only makes it long, and with ids that depend on `name`."""
    svg = _ID.sub(name, _NEEDLESS.sub("", svg))
    lines = (line.rstrip() for line in _TEXT.sub(_trimmed, svg).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def _trimmed(match: re.Match[str]) -> str:
    """A text without blanks around it: some programs leave them out, and what is behind them shifts."""
    x, y, length, before, text, after = match.groups()
    left, right = (blanks.count(_BLANK) * _CELL for blanks in (before, after))
    return f'x="{float(x) + left:.1f}" y="{y}" textLength="{float(length) - left - right:.1f}">{text}</text>'


async def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        path = FOLDER / f"{name}.svg"
        path.write_text(await draw(name), encoding="utf-8")
        print(f"{path.relative_to(FOLDER.parents[1])}  {path.stat().st_size:,} bytes", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
