"""docker-compose.yml holds together.

There is no Docker engine everywhere this is built; where the compose client is
there it checks the file too.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bus.config.settings import Settings
from ops.kafka.jars import kafka_version
from tests.architecture.tree import ROOT
from tests.docs.test_commands import accepts

FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
ROLES = {name: s for name, s in SERVICES.items() if "build" in s}
each_service = pytest.mark.parametrize("name", SERVICES)
each_role = pytest.mark.parametrize("name", ROLES)


def test_the_parts_that_a_site_needs_are_there() -> None:
    assert {"kafka", "registry", "gateway", "sources", "streams", "sinks"} <= set(
        SERVICES
    )
    assert {"prometheus", "grafana", "mariadb"} <= set(SERVICES)


def test_the_broker_is_the_one_that_the_tests_use() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{kafka_version()}"


def test_positions_of_a_stopped_group_are_kept_for_a_year() -> None:
    environment = SERVICES["kafka"]["environment"]
    assert environment["KAFKA_OFFSETS_RETENTION_MINUTES"] == "525600"


@each_service
def test_images_are_pinned(name: str) -> None:
    assert re.search(r":v?\d[\w.-]*$", SERVICES[name]["image"])


@each_service
def test_nothing_listens_beyond_this_machine(name: str) -> None:
    assert all(
        port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", [])
    )


@each_service
def test_what_it_waits_for_can_happen(name: str) -> None:
    waits = SERVICES[name].get("depends_on", {})
    for other in waits:
        assert other in SERVICES
        condition = waits[other]["condition"] if isinstance(waits, dict) else ""
        if condition == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        if condition == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"


@each_service
def test_volumes_and_folders_exist(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("."):
            assert (ROOT / source).is_dir()
        else:
            assert source in COMPOSE["volumes"]
    for config in SERVICES[name].get("configs", []):
        assert config["source"] in COMPOSE["configs"]


@each_role
def test_settings_are_known_and_valid(name: str) -> None:
    given = {
        key.removeprefix("OPDBUS_").lower(): value
        for key, value in ROLES[name].get("environment", {}).items()
        if key.startswith("OPDBUS_")
    }
    assert Settings(**given).host in {"0.0.0.0", "127.0.0.1"}


@each_role
def test_a_process_may_take_the_time_to_stop_that_the_guide_tells(name: str) -> None:
    guide = (ROOT / "ops/docs/en/operator.md").read_text(encoding="utf-8")
    (seconds,) = re.findall(r"`TimeoutStopSec=(\d+)`", guide)
    assert ROLES[name]["stop_grace_period"] == f"{seconds}s"


@each_role
def test_the_command_is_one_that_opdbus_takes(name: str) -> None:
    if "command" in ROLES[name]:
        accepts(tuple(ROLES[name]["command"]))


def test_ports_of_the_bus_are_its_defaults() -> None:
    settings = Settings()
    published = {
        port.split(":")[1] for s in SERVICES.values() for port in s.get("ports", [])
    }
    assert str(settings.gateway_port) in published
    assert settings.bootstrap.rpartition(":")[2] in published


def test_connectors_find_every_variable_they_name() -> None:
    wanted = {
        name
        for path in (ROOT / "ops/examples/batang").rglob("*.yaml")
        for name in re.findall(r"\$\{(\w+)", path.read_text(encoding="utf-8"))
    }
    assert wanted <= set(SERVICES["sources"]["environment"])
    assert wanted <= set(SERVICES["sinks"]["environment"])


@pytest.mark.parametrize(
    ("name", "folder"), [("sources", "connectors"), ("sinks", "sinks")], ids=str
)
def test_every_connector_of_the_example_runs(name: str, folder: str) -> None:
    files = sorted((ROOT / "ops/examples/batang" / folder).glob("*.yaml"))
    assert SERVICES[name]["command"][2:] == [str(f.relative_to(ROOT)) for f in files]


def test_every_process_is_scraped() -> None:
    scrape = yaml.safe_load(COMPOSE["configs"]["prometheus"]["content"])
    groups = scrape["scrape_configs"][0]["static_configs"]
    hosts = {group["targets"][0].split(":")[0] for group in groups}
    assert hosts == {name for name in ROLES if "command" in ROLES[name]}
    local = yaml.safe_load(
        (ROOT / "ops/prometheus/prometheus.yml").read_text(encoding="utf-8")
    )
    assert [group["labels"] for group in groups] == [
        group["labels"] for group in local["scrape_configs"][0]["static_configs"]
    ]
    for file in scrape["rule_files"]:
        assert (ROOT / "ops/prometheus" / Path(file).name).is_file()


def test_the_image_holds_what_it_copies() -> None:
    text = (ROOT / "ops/Dockerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in line.split())
    assert "USER opdbus" in text
    assert text.index("requirements.txt") < text.index("COPY bus")


def test_compose_itself_accepts_the_file() -> None:
    client = shutil.which("docker")
    probe = [client or "false", "compose", "version"]
    if (
        client is None
        or subprocess.run(probe, capture_output=True, check=False).returncode
    ):
        return  # no compose client; the tests above stand in for it
    subprocess.run([client, "compose", "-f", FILE, "config", "-q"], check=True)
