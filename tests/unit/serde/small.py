"""A small catalogue: one event in two versions."""

from datetime import timedelta
from typing import Any

from bus.contracts import Catalog, Contract, EventContract

REF = "uji.catatan.fact.v1"
TOPIC = f"k3325.{REF}"
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 2}
V1: dict[str, Any] = {
    "type": "record",
    "name": "Dicatat",
    "namespace": "id.go.pemda.uji",
    "doc": "Untuk uji.",
    "fields": [
        {"name": "ref", "type": "string", "pribadi": "publik"},
        {"name": "tgl", "type": {"type": "int", "logicalType": "date"}},
        {
            "name": "pada",
            "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}],
            "default": None,
        },
        {"name": "jumlah", "type": DECIMAL},
        {
            "name": "orang",
            "type": {
                "type": "record",
                "name": "Orang",
                "fields": [
                    {"name": "nama", "type": "string"},
                    {
                        "name": "jk",
                        "type": {
                            "type": "enum",
                            "name": "Jk",
                            "symbols": ["L", "P", "LAINNYA"],
                            "default": "LAINNYA",
                        },
                    },
                ],
            },
        },
        {"name": "saksi", "type": ["null", "Orang"], "default": None},
        {"name": "mutu", "type": {"type": "array", "items": "string"}},
        {
            "name": "lain",
            "type": {"type": "map", "values": "string"},
            "default": {},
        },
        {"name": "benar", "type": "boolean", "default": False},
    ],
}
V2: dict[str, Any] = V1 | {
    "fields": [
        *V1["fields"],
        {"name": "kode", "type": ["null", "string"], "default": None},
    ]
}
VALUE: dict[str, Any] = {
    "ref": "a|1",
    "tgl": 20_000,
    "pada": None,
    "jumlah": None,  # set by value()
    "orang": {"nama": "CONTOH", "jk": "P"},
    "saksi": None,
    "mutu": ["NAMA_DIPERBAIKI"],
    "lain": {"a": "b"},
    "benar": True,
}


def catalog(*versions: dict[str, Any]) -> Catalog:
    """A catalogue with `Dicatat`, whose newest schema is the last given."""
    event = EventContract(
        type="Dicatat",
        contract=REF,
        schema=versions[-1],
        fullname="id.go.pemda.uji.Dicatat",
        versions=versions,
        fields=(),
        classification="PRIBADI_UMUM",
        personal_fields={"orang.nama": "pribadi_umum"},
    )
    contract = Contract(
        ref=REF,
        name="uji.catatan",
        kind="fact",
        version=1,
        owner="Dinas Uji",
        purpose="Untuk uji.",
        key="ref",
        retention=timedelta(),
        compatibility="FULL",
        events=("Dicatat",),
    )
    return Catalog({REF: contract}, {"Dicatat": event})


def value(**changes: Any) -> dict[str, Any]:
    """A value that fits `V1`, with changes."""
    from decimal import Decimal

    return VALUE | {"jumlah": Decimal("1000000.00")} | changes
