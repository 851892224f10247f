"""The commands that begin with `view`, and their options. Each imports what it needs when it is called."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tui_ledger.cli.arguments import LARGEST, Json, Ledger, View, folder
from tui_ledger.cli.running import run

if TYPE_CHECKING:
    from tui_ledger.query_side.control import WorkerControl

view_app = typer.Typer(help="List, switch and steer read models.")


class When(StrEnum):
    """Around a write."""

    before = "before"
    after = "after"


class Switch(StrEnum):
    """Of a setting."""

    on = "on"
    off = "off"


Seconds = Annotated[float, typer.Argument(metavar="SECONDS", help="From 0 to 5.")]
Jitter = Annotated[float, typer.Option(metavar="S", help="How much later at most, from 0 to 5.")]
Position = Annotated[
    int, typer.Argument(metavar="POSITION", min=0, max=LARGEST, help="0 is before them all.")
]


@view_app.command("list")
def list_(ledger: Ledger, as_json: Json = False) -> int:
    """Show all views: which are on, and how far each is."""
    from tui_ledger.cli import viewing

    return run(viewing.list_views(folder(ledger), as_json=as_json))


@view_app.command()
def add(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Switch a view on, and fill it from the first event on.

    Whoever has the ledger open has the view from then on, too. Ctrl-C ends the filling; the view stays on,
    and is filled from there by whoever runs it next.
    """
    from tui_ledger.cli import viewing

    return run(viewing.add(folder(ledger), view, as_json=as_json))


@view_app.command()
def drop(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Switch a view off, and remove its file.

    Nothing is lost by that: what a view says is made from the events. Whoever has the ledger open lets go of
    the view. One that a worker was told to keep up to date, by its name, is not dropped.
    """
    from tui_ledger.cli import viewing

    return run(viewing.drop(folder(ledger), view, as_json=as_json))


@view_app.command()
def rebuild(
    ledger: Ledger,
    view: Annotated[
        str | None, typer.Argument(metavar="[VIEW]", help="All that are on, if not given.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Make a view's documents anew from the events, beside those that are read until then."""
    from tui_ledger.cli import view_control

    return run(view_control.rebuild(folder(ledger), view, as_json=as_json))


@view_app.command()
def pause(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Let a view take in no event until it is resumed, whoever runs it."""
    return _steer(ledger, view, lambda worker: worker.pause(), as_json)


@view_app.command()
def resume(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Let a paused view go on."""
    return _steer(ledger, view, lambda worker: worker.resume(), as_json)


@view_app.command()
def step(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Take in one event more, and be paused."""
    return _steer(ledger, view, lambda worker: worker.step(), as_json)


@view_app.command()
def delay(ledger: Ledger, view: View, seconds: Seconds, jitter: Jitter = 0.0, as_json: Json = False) -> int:
    """Let a view take in each event so many seconds after its recording. 0 is at once."""
    return _steer(ledger, view, lambda worker: worker.delay(seconds, jitter), as_json)


@view_app.command()
def crash(
    ledger: Ledger,
    view: View,
    when: Annotated[When, typer.Argument(metavar="[before|after]", help="Its next write.")] = When.after,
    as_json: Json = False,
) -> int:
    """Crash a view's worker at its next write. It starts again after 3 seconds, or when it is restarted."""
    return _steer(ledger, view, lambda worker: worker.crash(when.value), as_json)


@view_app.command()
def restart(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Start a view's worker again, at once."""
    return _steer(ledger, view, lambda worker: worker.restart(), as_json)


@view_app.command()
def seek(ledger: Ledger, view: View, position: Position, as_json: Json = False) -> int:
    """Put a view where it was at a position, or will be, and pause it there."""
    return _steer(ledger, view, lambda worker: worker.seek(position), as_json)


@view_app.command()
def park(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Let a view go on without the event at which it failed. It is marked as incomplete."""
    return _steer(ledger, view, lambda worker: worker.park(), as_json)


@view_app.command()
def retry(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Try again the event at which a view failed. Where events are parked, it is rebuilt with them."""
    return _steer(ledger, view, lambda worker: worker.retry(), as_json, follow=True)


@view_app.command()
def apart(ledger: Ledger, view: View, switch: Switch, as_json: Json = False) -> int:
    """For teaching, and wrong: keep a view's checkpoint apart from its documents.

    A crash after the next write then counts events twice. view rebuild makes it right again.
    """
    wanted = switch is Switch.on
    return _steer(ledger, view, lambda worker: worker.keep_checkpoint_apart(wanted), as_json)


@view_app.command()
def repair(ledger: Ledger, view: View, switch: Switch = Switch.on, as_json: Json = False) -> int:
    """For teaching: switch the bug off that a view has on purpose, or on again."""
    return _steer(ledger, view, lambda worker: worker.repair(switch is Switch.on), as_json)


def _steer(
    ledger: str,
    view: str,
    wish: "Callable[[WorkerControl], Awaitable[None]]",
    as_json: bool,
    *,
    follow: bool = False,
) -> int:
    from tui_ledger.cli import view_control

    return run(view_control.steer(folder(ledger), view, wish, as_json=as_json, follow=follow))
