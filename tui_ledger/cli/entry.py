"""From the arguments to an exit status: every way in which a command can end."""

import os
import sys
import traceback
from pathlib import Path
from typing import Final

import typer

import tui_ledger
from tui_ledger.cli.app import app
from tui_ledger.cli.output import complain, prepare_streams
from tui_ledger.cli.running import INTERRUPTED
from tui_ledger.errors import LedgerError, StorageError

BUG: Final = 1
CLOSED_PIPE: Final = 141
"""What a shell reports of a program whose reader went away: 128 and SIGPIPE."""

_PACKAGE: Final = Path(tui_ledger.__file__).parent


def main() -> int:
    """Run the command that `sys.argv` names, and return its exit status."""
    prepare_streams()
    status = _run()
    try:
        sys.stdout.flush()
    except OSError:
        # It was said already, and the interpreter would say it again when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _run() -> int:
    try:
        return app(prog_name="tui-ledger", standalone_mode=False) or 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit:  # Typer's own answer to a closed pipe
        return CLOSED_PIPE
    except Exception as error:
        return _explain(error)


def _explain(error: Exception) -> int:
    """Say in a sentence what went wrong; the exit status."""
    match error:
        case typer.TyperException():
            complain(f"{error.format_message().rstrip('.')}. See: tui-ledger --help")
            return error.exit_code
        case LedgerError():
            complain(str(error))
            return error.exit_status
        case OSError():
            complain(f"The system does not let that happen: {error}.")
            return StorageError.exit_status
        case _:
            sys.stderr.write(_bug_report(error))
            return BUG


def _bug_report(error: Exception) -> str:
    """Where a bug is, without any value: values are private, and the report is to be shared."""
    lines = [f"tui-ledger has a bug: {type(error).__name__}, raised at"]
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            lines.append(f"  {path.relative_to(_PACKAGE.parent)}:{frame.lineno} in {frame.name}")
    lines.append("Whatever was acknowledged is stored. This report holds no data of yours.")
    return "\n".join(lines) + "\n"
