"""Names of contracts and topics (`domain.md` §3.1).

Contract reference: `<domain>.<entity>.<kind>.v<major>`, `sosial.santunan.fact.v1`.
Topic: `<tenant>.` + contract reference. Only `[a-z0-9.]`: Kafka's metric names
make `.` and `_` one character.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bus.errors import ConfigError

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "fact": "things that happened; deleted after the retention time",
        "state": "latest value of each key; compacted",
        "dlq": "records that could not be processed",
        "repartition": "internal: records on their way to another key",
        "changelog": "internal: state of a processor; compacted",
    }
)
COMPACTED = frozenset({"state", "changelog"})
INTERNAL = frozenset({"repartition", "changelog"})

_REF = re.compile(
    rf"(?P<name>[a-z0-9]+\.[a-z0-9]+)\.(?P<kind>{'|'.join(KINDS)})\.v(?P<major>[1-9]\d*)"
)
_TENANT = re.compile(r"k\d{4}|nas")


def make_ref(domain: str, entity: str, kind: str, version: int) -> str:
    """The contract reference of these parts.

    Raises:
        ConfigError: a part is not allowed in a topic name.
    """
    ref = f"{domain}.{entity}.{kind}.v{version}"
    check_ref(ref)
    return ref


def check_ref(ref: str) -> None:
    """Nothing, if this is a contract reference.

    Raises:
        ConfigError: it is none; the message shows the rule.
    """
    if _REF.fullmatch(ref) is None:
        raise ConfigError(
            f"contract reference {ref!r}: expected <domain>.<entity>.<kind>.v<major> "
            f"in a-z and 0-9, kind one of {', '.join(KINDS)}; "
            "example: sosial.santunan.fact.v1"
        )


def topic_name(tenant: str, ref: str) -> str:
    """The Kafka topic of a contract for one tenant.

    Args:
        tenant: `k` + 4 digits of the Kemendagri code, or `nas`.
        ref: contract reference.

    Raises:
        ConfigError: one of them is not well formed.
    """
    if _TENANT.fullmatch(tenant) is None:
        raise ConfigError(
            f"tenant {tenant!r}: expected k and 4 digits, as in k3325, or nas"
        )
    check_ref(ref)
    return f"{tenant}.{ref}"


def ref_of(topic: str) -> tuple[str, str]:
    """Tenant and contract reference of a topic; the inverse of `topic_name`.

    Raises:
        ConfigError: the topic is not named by the rule, so it is not ours.
    """
    tenant, _, ref = topic.partition(".")
    if _TENANT.fullmatch(tenant) is None or _REF.fullmatch(ref) is None:
        raise ConfigError(
            f"topic {topic!r}: expected <tenant>.<domain>.<entity>.<kind>.v<major>, "
            "as in k3325.sosial.santunan.fact.v1"
        )
    return tenant, ref
