"""Topics that Debezium on Kafka Connect fills."""

from bus.connect.spec import SourceSpec
from connectors.debezium.config import DebeziumConfig
from connectors.debezium.source import DebeziumSource

SPEC = SourceSpec(
    kind="debezium",
    summary="Reads one table's topic that Debezium on Kafka Connect fills.",
    guarantee="exactly-once",
    config=DebeziumConfig,
    open=DebeziumSource,
    object_name=lambda config: config.topic.rpartition(".")[2],
    examples={
        "JSON, with schemas or without": {
            "bootstrap": "${OPDBUS_BOOTSTRAP}",
            "topic": "dinsos.esakti.tb_santunan",
        },
        "Avro with a registry": {
            "bootstrap": "${OPDBUS_BOOTSTRAP}",
            "topic": "dinsos.esakti.tb_santunan",
            "format": "avro",
            "registry": "${DEBEZIUM_REGISTRY_URL}",
        },
    },
)

__all__ = ["SPEC"]
