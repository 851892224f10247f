"""The lines of the panel with the dials: what stands where, and what a click there does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.cells import fit
from tui_ledger.ui.view_words import STYLES, condition, say_condition

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.dials import Dial
    from tui_ledger.ui.turning import Board

BESIDE: Final = 64
"""From so many cells on, the blocks stand beside one another."""

_NAME: Final = 8  # cells
_AMOUNT: Final = 13
_GAUGE: Final = 16  # at most
_SHORTEST: Final = 5
_COUNTS: Final = ("announced", "dropped", "doubled", "reordered", "found")
_KEYS: Final = {
    "pause": "p",
    "step": "]",
    "back": "[",
    "seek": "",
    "late": "l",
    "crash": "x",
    "crash_before": "X",
    "rebuild": "r",
    "park": "k",
    "hold": "h",
    "normal": "a",
}


class Item(NamedTuple):
    """Something to choose: a dial, or something to do. `name` is that of the dial, or of the deed."""

    name: str
    dial: Dial | None = None


class Piece(NamedTuple):
    """A part of a line.

    Attributes:
        item: What it belongs to.
        turn: How a click on it turns the dial: a step down or up; 0 where it does not.
        share: Where on its way a click sets the dial.
    """

    text: str
    style: str = ""
    item: Item | None = None
    turn: int = 0
    share: float | None = None


Row = list[Piece]


def rows(board: Board, width: int, chosen: str) -> list[Row]:
    """The lines of the panel, in `width` cells; `chosen` is the name of the item that is."""
    if width < BESIDE:
        found: list[Row] = []
        for block in _blocks(board, width, chosen):
            found += [[], *block] if found else block
        return found
    half = (width - 2) // 2
    bus, *others, last = _blocks(board, half, chosen)
    left, right = bus + last, [row for block in others for row in block]
    height = max(len(left), len(right))
    left += [[] for _ in range(height - len(left))]
    right += [[] for _ in range(height - len(right))]
    return [[*one, _gap(one, half + 2), *other] for one, other in zip(left, right, strict=True)]


def stops(board: Board, width: int) -> list[list[Item]]:
    """The items as keys go through them: line by line, block by block."""
    half = width if width < BESIDE else (width - 2) // 2
    lines = [row for block in _blocks(board, half, "") for row in block]
    found = [list(dict.fromkeys(piece.item for piece in row if piece.item is not None)) for row in lines]
    return [items for items in found if items]


def _blocks(board: Board, width: int, chosen: str) -> list[list[Row]]:
    found = [
        _bus(board, width, chosen),
        _view(board, width, chosen),
        _customers(board, width, chosen),
        _deeds(["normal"], board, width, chosen),
    ]
    return [block for block in found if block]


def deeds(view: ViewStatus) -> list[str]:
    """What can be done to a read model as it is, by the names that `view_steering` has for it."""
    found = ["pause", "step", "back", "seek", "late", "crash"]
    if view.state != "crashed":
        found.append("crash_before")
    found.append("rebuild")
    if view.state == "failed" or view.parked:
        found.append("park")
    return found


def note(board: Board, chosen: str) -> str:
    """What the chosen item does, as a sentence."""
    view = safe_text(board.view.view.upper()) if board.view is not None else ""
    area, dot, kind = chosen.partition(".")
    return say(f"dials.{area}.{kind}.note" if dot else f"dials.do.{_variant(chosen, board)}.note", view=view)


def _bus(board: Board, width: int, chosen: str) -> list[Row]:
    off = sum(dial.is_off_rest for dial in board.bus)
    word = say("dials.off_rest", count=off) if off else say("dials.at_rest")
    found = [_heading(say("dials.bus.title"), word, "bold $warning" if off else "$success", width)]
    found += [_dial(dial, width, chosen) for dial in board.bus]
    counts = board.counts
    if not counts.announced:
        return [*found, [Piece(fit("  " + say("dials.counts.none"), width), "$quiet")]]
    lines = [
        say(f"dials.counts.{name}", **{one: f"{getattr(counts, one):,}" for one in _COUNTS})
        for name in ("first", "second")
    ]
    return [*found, *([Piece(fit("  " + line, width), "$quiet")] for line in lines)]


def _view(board: Board, width: int, chosen: str) -> list[Row]:
    view = board.view
    if view is None:
        return []
    state = condition(view)
    found = [_heading(safe_text(view.view.upper()), say_condition(view), STYLES[state], width, "$read")]
    found += [_dial(dial, width, chosen) for dial in board.dials]
    return found + _deeds(deeds(view), board, width, chosen)


def _customers(board: Board, width: int, chosen: str) -> list[Row]:
    if board.rate is None:
        return []
    word, style = say("dials.customers.acting"), "$success"
    if board.held:
        word, style = say("dials.customers.held"), "bold $warning"
    heading = _heading(say("dials.customers.title"), word, style, width)
    heading = _heading(say("dials.customers.title"), word, style, width)
    return [heading, _dial(board.rate, width, chosen), *_deeds(["hold"], board, width, chosen)]


def _heading(name: str, word: str, style: str, width: int, colour: str = "$write") -> Row:
    word = fit(word, min(cell_len(word), width - cell_len(name) - 1))
    gap = " " * (width - cell_len(name) - cell_len(word))
    return [Piece(name, f"bold {colour}"), Piece(gap), Piece(word, style)]


def _dial(dial: Dial, width: int, chosen: str) -> Row:
    item, is_chosen = Item(dial.name, dial), dial.name == chosen
    length = min(_GAUGE, width - 2 - _NAME - 3 - _AMOUNT)
    off = dial.is_off_rest
    amount = f"⚠ {dial.amount}" if off else dial.amount
    return [
        Piece("▸ " if is_chosen else "  ", "bold $write", item),
        Piece(fit(say(f"dials.{dial.area}.{dial.kind}.name"), _NAME), "bold" if is_chosen else "", item),
        *(_gauge(item, dial, length, is_chosen=is_chosen) if length >= _SHORTEST else ()),
        Piece(" " + fit(amount, min(_AMOUNT, width - 3 - _NAME)), "bold $warning" if off else "$quiet", item),
    ]


def _gauge(item: Item, dial: Dial, length: int, *, is_chosen: bool) -> Row:
    """The way of a dial, with an end to turn it down, and one to turn it up."""
    knob = round(dial.share() * (length - 1))
    end, track = (
        ("bold $write" if is_chosen else "$quiet"),
        ("bold $warning" if dial.is_off_rest else "$quiet"),
    )
    found = [Piece("‹", end, item, turn=-1)]
    for place in range(length):
        glyph = "●" if place == knob else "━" if place < knob else "─"
        found.append(Piece(glyph, track if place <= knob else "$faint", item, share=place / (length - 1)))
    return [*found, Piece("›", end, item, turn=1)]


def _deeds(names: list[str], board: Board, width: int, chosen: str) -> list[Row]:
    """What can be done, as many beside one another as there is room for."""
    found: list[Row] = []
    used = width
    for name in names:
        key, word = _KEYS[name], _word(name, board)
        length = 2 + (cell_len(key) + 1 if key else 0) + cell_len(word)
        if used + length > width:
            found.append([])
            used = 0
        item, is_chosen = Item(name), name == chosen
        found[-1] += [
            Piece("▸ " if is_chosen else "  ", "bold $write", item),
            Piece(f"{key} " if key else "", "bold $write", item),
            Piece(word, "bold" if is_chosen else "", item),
        ]
        used += length
    return found


def _word(name: str, board: Board) -> str:
    parked = board.view.parked[:1] if board.view is not None else ()
    position = board.view.failed_at if board.view is not None and board.view.failed_at else sum(parked)
    return say(f"dials.do.{_variant(name, board)}.name", position=f"{position:,}")


def _variant(name: str, board: Board) -> str:
    """By which name a deed goes now: it may be to undo what was done."""
    state = board.view.state if board.view is not None else ""
    if name == "pause" and state == "paused":
        return "resume"
    if name == "crash" and state == "crashed":
        return "restart"
    if name == "park" and state != "failed":
        return "retry"
    if name == "hold" and board.held:
        return "go_on"
    return name


def _gap(row: Row, width: int) -> Piece:
    return Piece(" " * max(0, width - sum(cell_len(piece.text) for piece in row)))
