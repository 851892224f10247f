"""The commands and their options.

Each imports what it needs when it is called: help and version answer at once, and only the commands that
open the app import Textual.
"""

from pathlib import Path
from typing import Annotated

import typer

from tui_ledger.cli import run_command
from tui_ledger.cli.arguments import LARGEST, Json, Ledger, View, folder
from tui_ledger.cli.backup_command import backup
from tui_ledger.cli.export_command import export
from tui_ledger.cli.import_command import import_
from tui_ledger.cli.running import INTERRUPTED, run
from tui_ledger.cli.simulate_command import simulate
from tui_ledger.cli.view_app import view_app

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(view_app, name="view")

Traffic = Annotated[
    float | None,
    typer.Option(
        metavar="RATE", min=0, max=1000, help="Let simulated customers send RATE commands a second."
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="WHEN",
        help="As of a position such as 4, or a time such as 2026-01-31T12:00:00Z: the last position up to "
        "which nothing occurred after it.",
    ),
]
Ascii = Annotated[
    bool,
    typer.Option("--ascii", help="Draw with ASCII alone, but for what people have written."),
]
Seed = Annotated[
    int | None,
    typer.Option(metavar="N", min=0, max=LARGEST, help="Have the customers do the same again."),
]
Lang = Annotated[
    str | None,
    typer.Option(metavar="en|ja", help="Speak English or Japanese; if not given, as the locale says."),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"tui-ledger {metadata.version('tui-ledger')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def story(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
    ascii_only: Ascii = False,
    lang: Lang = None,
) -> int:
    """See CQRS and event sourcing run: a live wallet system in your terminal.

    Without a command the app opens on a ledger of your own, and tells a short story at first.
    """
    if context.invoked_subcommand is not None:
        if lang is not None:
            raise typer.BadParameter("it comes after the command: tui-ledger open --lang ja")
        return 0
    from tui_ledger.cli.opening import open_story

    return open_story(folder("@"), lang=lang, ascii_only=ascii_only)


@app.command("open")
def open_(
    ledger: Ledger = "@",
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Play a scenario that comes along, or that of a TOML file."),
    ] = None,
    traffic: Traffic = None,
    seed: Seed = None,
    ascii_only: Ascii = False,
    lang: Lang = None,
) -> int:
    """Open the app on a ledger; a missing one is made.

    A scenario's views are switched on, and what it does to read models is put back when it is over.
    """
    from tui_ledger.cli.opening import open_ledger

    return open_ledger(
        folder(ledger), scenario=scenario, traffic=traffic, seed=seed, lang=lang, ascii_only=ascii_only
    )


@app.command()
def demo(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or a TOML file.")
    ] = "moyin",
    traffic: Traffic = None,
    seed: Seed = None,
    ascii_only: Ascii = False,
    lang: Lang = None,
) -> int:
    """Play a scenario in the app, on a throwaway ledger."""
    from tui_ledger.cli.opening import open_demo

    return open_demo(scenario, traffic=traffic, seed=seed, lang=lang, ascii_only=ascii_only)


@app.command()
def init(ledger: Ledger, as_json: Json = False) -> int:
    """Make an empty ledger."""
    from tui_ledger.cli.making import init

    return init(folder(ledger), as_json=as_json)


@app.command("exec")
def exec_(
    ledger: Ledger,
    commands: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND", help="Such as 'deposit moyin 1000'; quote it, it is one argument."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Execute commands such as: deposit moyin 1000

    They are the arguments, each quoted, or the lines of standard input.

    Empty lines and lines that begin with # are skipped. Every other line gets a receipt as soon as its
    events are durable; commands on one wallet run in the order given. A line that got none because of an
    error can be sent again, and if it has an id=, nothing is done twice. When this ends, what was sent to
    other wallets has arrived there, or come back.

    Exit status: 4 if there was a conflict, else 3 if a line was refused, else 0.
    """
    from tui_ledger.cli.execution import execute

    return run(execute(folder(ledger), commands or [], as_json=as_json))


@app.command()
def query(
    ledger: Ledger,
    view: View,
    key: Annotated[
        str | None,
        typer.Argument(metavar="KEY", help="A document's key, or the beginning of keys up to a /."),
    ] = None,
    at_least: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, max=LARGEST, help="Wait until the view has taken in event N."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="S", min=0, max=86_400, help="How many seconds to wait at most.")
    ] = 2.0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Let the view catch up first.")] = False,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Read a read model as it is, or as it was.

    Nothing is brought up to date for that; where the answer is stale, standard error says so.

    --as-of asks any view that there is, switched on or not, what it said then. The first time that folds
    the log, and leaves keyframes for the next time; they can be deleted.
    """
    from tui_ledger.cli import reading

    if as_of is not None:
        if fresh or at_least is not None:
            raise typer.BadParameter(
                "it asks about the past, and goes with neither --at-least nor --fresh", param_hint="--as-of"
            )
        return run(reading.query_as_of(folder(ledger), view, key, as_of, as_json=as_json))
    return run(
        reading.query(
            folder(ledger), view, key, at_least=at_least, timeout=timeout, fresh=fresh, as_json=as_json
        )
    )


@app.command()
def replay(
    ledger: Ledger,
    wallet: Annotated[str, typer.Argument(metavar="WALLET", help="The wallet.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Show how a balance came about, event by event."""
    from tui_ledger.cli import reading

    return run(reading.replay(folder(ledger), wallet, as_of, as_json=as_json))


@app.command()
def events(
    ledger: Ledger,
    after: Annotated[
        int, typer.Option(metavar="N", min=0, max=LARGEST, help="Only events above position N.")
    ] = 0,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=LARGEST, help="Print N events at most.")
    ] = None,
    wallet: Annotated[str | None, typer.Option(metavar="W", help="Only this wallet's events.")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--type", metavar="T", help="Only events of this type, such as ItemPurchased."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with events as they come; Ctrl-C ends, with status 0.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Print the log: what happened, in order."""
    from tui_ledger.cli import reading

    return run(
        reading.events(
            folder(ledger),
            after=after,
            limit=limit,
            wallet=wallet,
            kind=kind,
            follow=follow,
            as_json=as_json,
        ),
        interrupted=0 if follow else INTERRUPTED,
    )


@app.command()
def status(ledger: Ledger, as_json: Json = False) -> int:
    """Show the head of the log, and how far each view is."""
    from tui_ledger.cli import reading

    return run(reading.status(folder(ledger), as_json=as_json))


@app.command(context_settings={"ignore_unknown_options": True})  # -1 is a position, and none of the log
def trace(
    ledger: Ledger,
    position: Annotated[int, typer.Argument(metavar="POSITION", help="An event's position, such as 4.")],
    as_json: Json = False,
) -> int:
    """Show an event's journey, from who asked to the views.

    That is: who asked, what was decided, what that caused in turn, and which views know of it.
    It is the same journey whichever of its events is asked about; that one is marked. Times count from the
    recording of its first event.

    With --json each line has a hop: command (asked_by: person, event or nobody; caused_by: the position of
    that event; content: what was asked for), event (asked: whether it is the one asked about; after: seconds;
    else as in events), warning (message: which link of a forged log leads nowhere), or view (applied: whether
    it has taken in that event; up_to: the last event of the journey that it has; else as in status).
    """
    from tui_ledger.cli import tracing

    return run(tracing.trace(folder(ledger), position, as_json=as_json))


@app.command()
def verify(
    ledger: Ledger,
    anchor: Annotated[
        str | None, typer.Option(metavar="N:HASH", help="What `tui-ledger head` printed, kept elsewhere.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Check the log, its books, and every view.

    Positions, versions and the hash chain are checked, that debits equal credits, and each view against a
    fold at its own checkpoint: lag is no failure. Where something is wrong, the status is 5.
    """
    from tui_ledger.cli import reading

    return run(reading.verify(folder(ledger), anchor=anchor, as_json=as_json))


@app.command()
def head(ledger: Ledger, as_json: Json = False) -> int:
    """Print the anchor that verify takes: N:HASH."""
    from tui_ledger.cli import reading

    return run(reading.head(folder(ledger), as_json=as_json))


@app.command()
def worker(
    ledger: Ledger,
    views: Annotated[
        list[str] | None, typer.Argument(metavar="VIEW", help="Only these views; all, if none is named.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop when the views have caught up.")] = False,
    as_json: Json = False,
) -> int:
    """Keep views up to date until Ctrl-C.

    It also sees transfers to their end.

    With VIEW only those views. A line is printed when a view changes its state. Ctrl-C ends it with status 0.
    """
    from tui_ledger.cli.working import work

    return run(work(folder(ledger), views or [], once=once, as_json=as_json), interrupted=0)


@app.command()
def bench(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Only these; all, if none is named.")
    ] = None,
    rounds: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="How often everything is measured.")
    ] = 5,
    events: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=10_000_000, help="How many events a round has at most."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(metavar="S", min=0.1, max=3600, help="For how long the screen is watched."),
    ] = None,
    preload: Annotated[
        int,
        typer.Option(metavar="N", min=0, max=100_000_000, help="Append also to a log that has N events."),
    ] = 0,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the files are made: which disk it is.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Measure how fast this program is on this machine.

    The bases that it is compared with are measured in the same run: only ratios within one run mean
    anything. An aim that is missed does not change the exit status.
    """
    from tui_ledger.cli import benching

    return run(
        benching.bench(
            names or [],
            rounds=rounds,
            events=events,
            seconds=seconds,
            preload=preload,
            folder=folder,
            as_json=as_json,
        )
    )


app.command("backup")(backup)
app.command("export")(export)
app.command("import")(import_)
app.command("run")(run_command.run)
app.command("simulate")(simulate)
