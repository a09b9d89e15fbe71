"""Grants are read again when their files change; a wrong new version does not count."""

import logging
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prometheus_client import REGISTRY

from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.gateway.pull.grant import Rules
from bus.gateway.pull.grants import Grants
from tests.unit.gateway.granted import granted

MUTU = "tata.mutu.fact.v1"
RULES = Rules(
    Catalog.load(), "k3325", ZoneInfo("Asia/Jakarta"), b"a secret of the tests"
)
TOKENS = {name: f"token-{name}-" * 5 for name in ("A", "B", "C")}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)


def write(
    folder: Path, name: str, token: str = "A", file: str = "", **more: Any
) -> Path:
    parts = {"tokens": [f"${{{token}}}"], "topics": {MUTU: {}}} | more
    path = folder / (file or f"{name}.yaml")
    path.write_text(yaml.safe_dump(granted(name, **parts)), encoding="utf-8")
    later = path.stat().st_mtime_ns + len(list(folder.iterdir()))
    os.utime(path, ns=(later, later))
    return path


def loaded(*paths: Path) -> Grants:
    found = Grants(paths, RULES)
    found.load()
    return found


def names(grants: Grants) -> list[str]:
    return [each.grant.name for each in grants.accesses]


def counted() -> tuple[float | None, float | None]:
    """Grants in force, and files that are not used."""
    states = ({"state": "in_force"}, {"state": "refused"})
    one, other = (REGISTRY.get_sample_value("opdbus_grants", s) for s in states)
    return one, other


def test_what_is_unchanged_stays_the_same_thing(tmp_path: Path) -> None:
    write(tmp_path, "kios")
    grants = loaded(tmp_path)
    before = grants.accesses
    assert not grants.reload()
    assert grants.accesses[0] is before[0], "its limiter has to stay"
    write(tmp_path, "dinsos", "B")
    assert grants.reload()
    assert names(grants) == ["dinsos", "kios"]
    assert grants.accesses[1] is before[0]
    assert counted() == (2, 0)


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    write(tmp_path, "kios")
    grants = loaded(tmp_path)
    write(tmp_path, "kios", purpose="lain", until="2030-01-01")
    assert grants.reload()
    (found,) = grants.accesses
    assert (found.grant.purpose, str(found.grant.until)) == ("lain", "2030-01-01")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "grant: [",
        "grant: kios\n",
        "topics: {tidak.ada.fact.v1: {}}",
        "tokens: ['${TIDAK_ADA}']",
        "fields: [bukan_isian]",
    ],
)
def test_a_wrong_version_leaves_the_old_in_force(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path, "kios")
    write(tmp_path, "dinsos", "B")
    grants = loaded(tmp_path)
    before = grants.accesses
    if content.startswith(("topics", "tokens")):
        write(tmp_path, "kios", **yaml.safe_load(content))
    elif content.startswith("fields"):
        write(tmp_path, "kios", topics={MUTU: yaml.safe_load(content)})
    else:
        path.write_text(content, encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        grants.reload()
        grants.reload()
    assert grants.accesses == before
    assert counted() == (2, 1)
    (told,) = [record.getMessage() for record in caplog.records]
    assert "kios.yaml" in told
    assert "the version before stays in force" in told
    assert TOKENS["A"] not in told
    write(tmp_path, "kios", purpose="baik lagi")
    assert grants.reload()
    assert [each.grant.purpose for each in grants.accesses] == ["uji", "baik lagi"]
    assert counted() == (2, 0)


def test_a_new_file_that_is_wrong_gives_nothing(tmp_path: Path) -> None:
    write(tmp_path, "kios")
    grants = loaded(tmp_path)
    write(tmp_path, "baru", "B", until="kapan-kapan")
    grants.reload()
    assert names(grants) == ["kios"]
    assert counted() == (1, 1)


def test_a_removed_file_withdraws_its_grant(tmp_path: Path) -> None:
    path = write(tmp_path, "kios")
    write(tmp_path, "dinsos", "B")
    grants = loaded(tmp_path)
    path.unlink()
    assert grants.reload()
    assert names(grants) == ["dinsos"]
    (tmp_path / "dinsos.yaml").unlink()
    assert grants.reload()
    assert names(grants) == []
    assert counted() == (0, 0)


def test_a_renamed_file_is_the_same_grant(tmp_path: Path) -> None:
    path = write(tmp_path, "kios")
    grants = loaded(tmp_path)
    path.rename(tmp_path / "lain.yaml")
    assert grants.reload()
    assert names(grants) == ["kios"]
    assert grants.problems == {}


@pytest.mark.parametrize(
    ("name", "token"), [("kios", "B"), ("lain", "A")], ids=["name", "token"]
)
def test_a_name_or_token_of_another_file_is_refused(
    tmp_path: Path, name: str, token: str
) -> None:
    write(tmp_path, "kios", "A")
    write(tmp_path, "dinsos", "C")
    grants = loaded(tmp_path)
    write(tmp_path, name, token, file="dinsos.yaml")
    grants.reload()
    assert names(grants) == ["dinsos", "kios"]
    assert len(grants.problems) == 1
    (tmp_path / "kios.yaml").unlink()  # now nothing stands against it
    assert grants.reload()
    assert names(grants) == [name]
    assert grants.problems == {}


def test_a_token_in_a_file_is_changed_without_a_word_in_the_grant(
    tmp_path: Path,
) -> None:
    folder, secret = tmp_path / "grants", tmp_path / "kios.token"
    folder.mkdir()
    secret.write_text("x" * 40)
    write(folder, "kios", tokens=[], token_files=[str(secret)])
    grants = loaded(folder)
    before = grants.accesses[0].digests
    secret.write_text("y" * 40)
    assert grants.reload()
    assert grants.accesses[0].digests != before
    secret.write_text("short")
    grants.reload()
    assert len(grants.problems) == 1
    assert grants.accesses[0].digests != before
    assert not grants.reload()


def test_at_the_start_everything_has_to_be_right(tmp_path: Path) -> None:
    write(tmp_path, "kios", "A")
    write(tmp_path, "dinsos", "A")
    write(tmp_path, "lama", "B", until="kapan")
    write(tmp_path, "kembar", "C")
    write(tmp_path, "kembar", "B", file="z.yaml")
    with pytest.raises(ConfigError) as told:
        loaded(tmp_path)
    said = told.value.problems
    assert len(said) == 3
    for words in ("lama.yaml", "same token", "'kembar'"):
        assert any(words in each for each in said), words


def test_a_file_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    write(tmp_path, "kios")
    with pytest.raises(ConfigError, match=r"tidak-ada.yaml: No such file"):
        loaded(tmp_path, tmp_path / "tidak-ada.yaml")
