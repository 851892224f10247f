"""What a stranger gets: a package that says what it is, and a README that keeps its word."""

import importlib
import tomllib
from importlib import metadata
from pathlib import Path

import tui_ledger

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_program_of_the_package_can_be_called() -> None:
    module, _, function = PROJECT["project"]["scripts"]["tui-ledger"].partition(":")

    assert callable(getattr(importlib.import_module(module), function))


def test_the_installed_version_is_that_of_the_project() -> None:
    assert metadata.version("tui-ledger") == PROJECT["project"]["version"]


def test_the_wheel_contains_the_demo_data_and_the_mark_of_a_typed_package() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert wheel["force-include"] == {"demo_data": "tui_ledger/demo_data"}
    assert (ROOT / "demo_data" / "moyin.toml").is_file()
    assert (Path(tui_ledger.__path__[0]) / "py.typed").is_file()


def test_every_public_name_of_the_package_is_there() -> None:
    names = [name for name in dir(tui_ledger) if not name.startswith("_")]

    assert {"Ledger", "CreateUser", "DepositMoney", "WithdrawMoney"} <= set(names)
    assert all(getattr(tui_ledger, name) is not None for name in names)


def test_the_readme_leads_with_two_commands_that_stand_alone() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line for line in readme.splitlines() if line.startswith("python3 -m venv")]

    assert len(commands) == 2
    assert commands[0].endswith(".venv/bin/tui-ledger")
    assert commands[1].endswith(".venv/bin/pytest")
    assert all("pip install --quiet -e" in command for command in commands)
