import hashlib
from pathlib import Path

import pytest

from bus.errors import ConfigError
from ops.kafka.jars import POM, cache_dir, cached, jars, kafka_version


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "opdbus" / f"kafka-{kafka_version()}"


def test_the_cache_is_named_after_the_version_in_the_pom(cache: Path) -> None:
    assert kafka_version().startswith("4.3.")
    assert cache_dir() == cache


def test_a_cache_made_from_another_pom_does_not_count(cache: Path) -> None:
    cache.mkdir(parents=True)
    assert not cached(cache)
    (cache / "pom.sha256").write_text("of another pom", encoding="utf-8")
    assert not cached(cache)


def test_a_filled_cache_needs_no_maven(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    cache.mkdir(parents=True)
    digest = hashlib.sha256(POM.read_bytes()).hexdigest()
    (cache / "pom.sha256").write_text(digest, encoding="utf-8")
    assert jars() == cache


@pytest.mark.usefixtures("cache")
def test_without_maven_the_error_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="apt-get install maven"):
        jars()


def test_a_pom_without_a_version_is_an_error(tmp_path: Path) -> None:
    pom = tmp_path / "pom.xml"
    pom.write_text("<project/>", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"kafka\.version"):
        kafka_version(pom)
