"""requirements.txt and pyproject.toml agree on every direct dependency."""

import re
import tomllib

from tests.architecture.tree import ROOT


def name_of(requirement: str) -> str:
    return re.split(r"[\[=]", requirement)[0].lower().replace("_", "-")


def test_direct_dependencies_have_the_same_version_in_both() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    direct = list(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        direct.extend(extra)
    pinned = {}
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if "==" in line:
            pinned[name_of(line)] = line.split("==")[1]
    differing = [
        item for item in direct if pinned.get(name_of(item)) != item.split("==")[1]
    ]
    assert differing == []
