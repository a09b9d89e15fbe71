"""`opdbus doctor`: says what is missing on this machine and how to get it."""

from pathlib import Path

import typer
from rich.console import Console

from bus.config.load import load_settings
from ops.cli.machine import Finding, examine

app = typer.Typer()


@app.command()
def doctor() -> None:
    """Say what is missing on this machine and how to get it.

    Exit code 1 when something is missing without which the demo does not run.
    """
    settings = load_settings()
    findings = examine(settings, Path(settings.state_dir))
    console = Console(highlight=False)
    for finding in findings:
        console.print(line(finding), soft_wrap=True)
    missing = [
        finding.name for finding in findings if finding.needed and not finding.ok
    ]
    if missing:
        console.print(f"\nThe demo cannot run yet: {', '.join(missing)}")
        raise typer.Exit(1)
    console.print("\nEverything the demo needs is here.")


def line(finding: Finding) -> str:
    """One finding for people: state, name, what was found, what to do."""
    state = "ok     " if finding.ok else "MISSING" if finding.needed else "absent "
    text = f"{state} {finding.name}: {finding.found}"
    return (
        text
        if finding.ok or not finding.remedy
        else f"{text}\n        → {finding.remedy}"
    )
