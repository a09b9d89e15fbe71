"""Creating a tenant's topics from their contracts, and checking those that exist."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from bus.config.settings import Settings
from bus.config.tenant import Tenant
from bus.contracts import Catalog, Contract
from bus.errors import ConfigError, RetriableError
from bus.kafka.admin import Admin
from bus.kafka.failures import words_of

DAY_MS = 86_400_000
SINGLE = frozenset({"platform"})


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as it should be."""

    name: str
    partitions: int
    config: Mapping[str, str]


def plan(contract: Contract, tenant: Tenant) -> TopicPlan:
    """The topic of a contract; platform topics have one partition."""
    single = contract.name.split(".")[0] in SINGLE
    config = {"min.insync.replicas": "1", "message.timestamp.type": "CreateTime"}
    if contract.compacted:
        config["cleanup.policy"] = "compact"
        config["segment.ms"] = str(DAY_MS)
        config["min.cleanable.dirty.ratio"] = "0.3"
    else:
        days = contract.retention.days
        config["cleanup.policy"] = "delete"
        config["retention.ms"] = str(days * DAY_MS) if days else "-1"
    return TopicPlan(contract.topic(tenant.id), 1 if single else tenant.partisi, config)


def ensure_topics(
    settings: Settings, catalog: Catalog, tenant: Tenant, refs: Iterable[str]
) -> list[str]:
    """Create what is missing; check the partition count of what is there.

    Args:
        settings: where the broker is, and the replication factor.
        catalog: the contracts.
        tenant: whose topics.
        refs: contract references.

    Returns:
        Names of the topics created now.

    Raises:
        ConfigError: a topic has another partition count than the tenant's setting;
            keys would no longer meet in one partition.
        RetriableError: broker away.
    """
    plans = [plan(catalog.contract(ref), tenant) for ref in dict.fromkeys(refs)]
    try:
        with closing(Admin(settings.bootstrap, "opdbus-topics")) as admin:
            return _ensure(admin, plans, settings.replication_factor)
    except (KafkaError, OSError) as error:
        raise RetriableError(
            f"topics at {settings.bootstrap}: {words_of(error)}"
        ) from error


def partition_counts(settings: Settings) -> dict[str, int]:
    """Partition count of every topic that exists.

    Raises:
        RetriableError: broker away.
    """
    try:
        with closing(Admin(settings.bootstrap, "opdbus-topics")) as admin:
            return _counts(admin)
    except (KafkaError, OSError) as error:
        raise RetriableError(
            f"topics at {settings.bootstrap}: {words_of(error)}"
        ) from error


def _counts(admin: Admin, names: list[str] | None = None) -> dict[str, int]:
    found: list[dict[str, Any]] = admin.describe_topics(names)
    return {
        topic["name"]: len(topic["partitions"])
        for topic in found
        if not topic["error_code"]
    }


def _ensure(admin: Admin, plans: list[TopicPlan], replication_factor: int) -> list[str]:
    existing = set(admin.list_topics())
    missing = [p for p in plans if p.name not in existing]
    for topic in missing:
        _create(admin, topic, replication_factor)
    present = [p for p in plans if p.name in existing]
    if not present:
        return [p.name for p in missing]
    counts = _counts(admin, [p.name for p in present])
    problems = [
        f"{p.name}: has {counts[p.name]} partitions, the tenant file says "
        f"{p.partitions}; set `partisi` back or move the data to new topics"
        for p in present
        if counts.get(p.name, p.partitions) != p.partitions
    ]
    if problems:
        raise ConfigError(*problems)
    return [p.name for p in missing]


def _create(admin: Admin, topic: TopicPlan, replication_factor: int) -> None:
    new = NewTopic(
        name=topic.name,
        num_partitions=topic.partitions,
        replication_factor=replication_factor,
        topic_configs=dict(topic.config),
    )
    try:
        admin.create_topics([new])
    except TopicAlreadyExistsError:
        return  # another process was faster
