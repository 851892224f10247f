"""The sessions and programs of a document in Markdown, as its readers try them."""

import re
import shlex
import subprocess
from pathlib import Path

from tests.integration.command_line import PROGRAM, environment, without_what_varies


def blocks(markdown: str, language: str) -> list[str]:
    """The code blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)


def check_sessions(markdown: str, folder: Path, **variables: str) -> None:
    """Run what its console blocks run, one after the other in `folder`, and compare what that prints."""
    session = "".join(blocks(markdown, "console"))
    steps = re.findall(r"^\$ tui-ledger (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    assert len(steps) == session.count("$ ")
    for command, expected in steps:
        done = subprocess.run(
            [*PROGRAM, *shlex.split(command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=folder,
            env=environment(**variables),
        )
        assert without_what_varies(done.stdout.decode()) == without_what_varies(expected), command
