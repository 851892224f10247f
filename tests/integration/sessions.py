"""The sessions and programs of a document in Markdown, as its readers try them."""

import re
import shlex
import subprocess
from contextlib import chdir
from pathlib import Path

from tests.integration.command_line import PROGRAM, environment, run, without_what_varies


def blocks(markdown: str, language: str) -> list[str]:
    """The code blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)


def check_sessions(markdown: str, folder: Path, *, anew: bool = True, **variables: str) -> None:
    """Run what its console blocks run, one after the other in `folder`, and compare what that prints.

    Args:
        anew: Whether each command gets a new interpreter, as a shell does it.
    """
    session = "".join(blocks(markdown, "console"))
    steps = re.findall(r"^\$ tui-ledger (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    assert len(steps) == session.count("$ ")
    for command, expected in steps:
        printed = _anew(command, folder, variables) if anew else _forked(command, folder)
        assert without_what_varies(printed) == without_what_varies(expected), command


def _anew(command: str, folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        [*PROGRAM, *shlex.split(command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd=folder,
        env=environment(**variables),
    )
    return done.stdout.decode()


def _forked(command: str, folder: Path) -> str:
    with chdir(folder):
        done = run(*shlex.split(command))
    return done.out + done.err
