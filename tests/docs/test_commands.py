"""Every command that a page tells exists and takes the words written there."""

import os
import subprocess
from importlib import import_module

import pytest
import typer

from bus.config.settings import Settings
from ops.cli import VERBS
from tests.architecture.tree import ROOT, files
from tests.docs.markdown import Told, commands, pages

SYSTEM = {"git", "cd", "export", "docker", "curl", "source", "kill", "apt-get", "sudo"}
SCRIPTS = [
    path
    for path in files()
    if (ROOT / path).read_bytes()[:64].split(b"\n")[0].endswith(b"bash")
]


@pytest.mark.parametrize("told", commands(), ids=str)
def test_command_exists(told: Told) -> None:
    first = told.words[0].removeprefix(".venv/bin/")
    if first == "opdbus":
        accepts(told.words[1:])
    elif first.startswith(("./", "ops/")):
        assert os.access(ROOT / first, os.X_OK), f"{first} is not an executable file"
    else:
        assert first in SYSTEM, f"a reader may not have '{first}'"


def accepts(words: tuple[str, ...]) -> None:
    """The command line has this verb, this subcommand and these options."""
    if not words or words[0].startswith("-"):
        return
    assert words[0] in VERBS
    module = import_module(f"ops.cli.{words[0]}")
    command = typer.main.get_command(module.app)
    rest = words[1:]
    if subcommands := getattr(command, "commands", None):
        if rest and rest[0].startswith("-"):
            return
        assert rest, f"opdbus {words[0]} needs one of {sorted(subcommands)}"
        assert rest[0] in subcommands, f"opdbus {words[0]} has no '{rest[0]}'"
        command, rest = subcommands[rest[0]], rest[1:]
    known = {name for param in command.params for name in param.opts} | {"--help"}
    options = {word.split("=")[0] for word in rest if word.startswith("--")}
    assert options <= known, f"unknown options {options - known}"


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_scripts_are_strict_executable_and_parse(script: os.PathLike[str]) -> None:
    text = (ROOT / script).read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    variable = f"OPDBUS_{name.upper()}"
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in pages()]
    assert any(f"`{variable}`" in text for text in texts), f"{variable} is on no page"
