"""Normalisers: pure functions from a raw legacy cell to a contract value.

Each is `f(value, **options) -> (value or None, quality flags)`; see `result.py`.
Quirk numbers (Q1...) are those of domain.md §2.1.
`NORMALISERS` gives them the names that YAML mappings use.
"""

from bus.normalise.registry import (
    NORMALISERS,
    Description,
    Normaliser,
    Option,
    bind,
    describe,
)

__all__ = ["NORMALISERS", "Description", "Normaliser", "Option", "bind", "describe"]
