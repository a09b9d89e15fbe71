"""A grant as its file says it, for tests of apps that pull."""

from typing import Any


def granted(name: str, **parts: Any) -> dict[str, Any]:
    """The content of a grant's file; give at least `tokens` and `topics`."""
    data = {
        "grant": name,
        "app": name,
        "opd": "Dinas Uji",
        "purpose": "uji",
        "legal_basis": "PKS 1/2026",
        "until": "2099-12-31",
    }
    return data | parts
