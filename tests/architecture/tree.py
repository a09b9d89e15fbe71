"""What git keeps of this project, and what a new file would add to it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bus", "connectors", "schemas", "ops")


@cache
def files() -> tuple[Path, ...]:
    """Tracked files and those that are new and not ignored, relative to the root."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {Path(name) for name in done.stdout.split("\0") if name}
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def sources() -> list[Path]:
    """All Python files."""
    return [path for path in files() if path.suffix == ".py"]


def text_of(path: Path) -> str | None:
    """Text of a file; None when it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
