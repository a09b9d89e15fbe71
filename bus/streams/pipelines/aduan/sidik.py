"""Fingerprints by which the group stage compares reports without seeing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import event_id
from bus.streams.pipelines.aduan.aturan import lipat

if TYPE_CHECKING:
    from bus.record import Value


def sidik_teks(teks: str) -> str:
    """The same for the same words, whatever case, order and punctuation."""
    return event_id("teks", *sorted(set(lipat(teks).split())))


def sidik_pelapor(pelapor: Value | None) -> str | None:
    """The same for the same reporter; None where nobody may know."""
    return None if pelapor is None else event_id("pelapor", pelapor["subjek_id"])
