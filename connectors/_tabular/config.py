"""Settings of every source that reads files from a folder."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from bus.connect.spec import Frozen


class FolderConfig(Frozen):
    """A folder into which people or programs put files.

    Attributes:
        folder: the folder; may be missing, then it is waited for.
        pattern: file names that count, `DTSEN_*.xlsx`.
        mode: `facts` adds and corrects rows; `snapshot-diff` also withdraws rows that
            a new file no longer contains.
        scope: for `snapshot-diff`: rows are only withdrawn by a file with rows of the
            same values here, `[PERIODE]`: a new quarter does not withdraw the last.
        settle_seconds: a file is read when it has not changed for so long.
        poll_seconds: wait between two looks into the folder.
        chunk_rows: rows sent in one transaction.
    """

    folder: Path
    pattern: str = "*"
    mode: Literal["facts", "snapshot-diff"] = "facts"
    scope: tuple[str, ...] = ()
    settle_seconds: float = Field(default=2.0, ge=0)
    poll_seconds: float = Field(default=1.0, ge=0.05)
    chunk_rows: int = Field(default=2000, ge=1, le=50_000)

    @model_validator(mode="after")
    def _fits_together(self) -> "FolderConfig":
        if self.scope and self.mode == "facts":
            raise ValueError("mode facts withdraws nothing: `scope` is not used")
        return self
