"""What `opdbus connector check` finds out about a legacy system."""

from dataclasses import dataclass

GOOD, NOTE, BAD = "ok", "note", "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        about: what, `cursor updated_at`.
        level: GOOD; NOTE for what works but may surprise; BAD for what has to be
            mended before a run.
        text: what was found, without personal data, and what to do.
        rows: number of rows, where this is about that.
    """

    about: str
    level: str
    text: str
    rows: int | None = None
