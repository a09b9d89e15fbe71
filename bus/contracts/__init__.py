"""Data contracts: catalogue of topics and events, names, personal-data classes.

Checks that need the official Avro library are in `bus.contracts.compatibility`,
code lists in `bus.contracts.reference`.
"""

from bus.contracts.catalog import Catalog
from bus.contracts.contract import Contract, EventContract, Example, FieldInfo, Schema
from bus.contracts.naming import ref_of, topic_name

__all__ = [
    "Catalog",
    "Contract",
    "EventContract",
    "Example",
    "FieldInfo",
    "Schema",
    "ref_of",
    "topic_name",
]
