"""The `agent:` block: an app that is read where it stands and sent over a bad line."""

from pathlib import Path

from pydantic import Field

from bus.config.tenant import Frozen


class AgentBlock(Frozen):
    """How `opdbus agent` and `opdbus collect` meet.

    Attributes:
        url: where `opdbus collect` answers, `https://bus.batangkab.go.id/agen`.
        secret: of this connector only, at least 32 characters, always as `${NAME}`, the
            same on both sides: it lets in, and encrypts what is kept and sent.
        folder: where what is not sent yet is kept.
        most_mb: how much of it; when it is full the agent stops reading.
        frame_rows: rows sent at once; fewer for a line that breaks often.
    """

    url: str
    secret: str
    folder: Path = Path("var/agent")
    most_mb: int = Field(default=256, ge=1)
    frame_rows: int = Field(default=200, ge=1, le=5000)
