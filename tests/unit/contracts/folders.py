"""Small schema folders written to disk for tests of the loader."""

import json
from pathlib import Path
from typing import Any

CONTRACT = """\
kind: fact
owner: Dinas Contoh
purpose: Uji.
key: subjek_id
key_from:
  Lahir: "{subjek_id}"
retention_days: 30
events:
  - Lahir
"""
FIELDS: list[dict[str, Any]] = [
    {"name": "subjek_id", "type": "string", "pribadi": "internal"},
    {"name": "nama", "type": "string"},
]


def record(name: str = "Lahir", fields: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "record",
        "name": name,
        "namespace": "id.go.pemda.uji",
        "fields": FIELDS if fields is None else fields,
        **more,
    }


def write(root: Path, files: dict[str, Any]) -> Path:
    """Files by path below the root; text as it is, other things as JSON."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
    return root


def good() -> dict[str, Any]:
    return {"uji/lahir/contract.yaml": CONTRACT, "uji/lahir/v1/Lahir.avsc": record()}
