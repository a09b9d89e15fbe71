"""Settings of every source that reads files from a folder."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

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
        judul_baris: rows the headings take; two or more are joined to one name per
            column, `Alamat` over `RT` is `Alamat RT`; an upper heading stands for all
            columns up to the next, as merged cells do.
        isi_turun: columns that are only filled in the first row of a group: empty
            cells take the value above.
        blok: columns that stand in a heading above each block of rows instead: name →
            regular expression with one group, searched in the line; such a line is
            no row. `NO_KK: "No KK: (.+)"`
        arsip: folder into which a file goes when its rows are committed.
        kembali: folder into which a copy of a file goes whose rows were rejected, with
            the reasons beside the rows; default is `arsip`, else `folder`, with
            `-kembali` added to its name; `tidak` for no copies.
        settle_seconds: a file is read when it has not changed for so long; one that
            cannot be opened is waited for fifteen times as long, it may be half of one.
        poll_seconds: wait between two looks into the folder.
        chunk_rows: rows sent in one transaction.
    """

    folder: Path
    pattern: str = "*"
    mode: Literal["facts", "snapshot-diff"] = "facts"
    scope: tuple[str, ...] = ()
    judul_baris: int = Field(default=1, ge=1, le=5)
    isi_turun: tuple[str, ...] = ()
    blok: dict[str, str] = Field(default_factory=dict)
    arsip: Path | None = None
    kembali: Path | Literal["tidak"] | None = None
    settle_seconds: float = Field(default=2.0, ge=0)
    poll_seconds: float = Field(default=1.0, ge=0.05)
    chunk_rows: int = Field(default=2000, ge=1, le=50_000)

    @model_validator(mode="after")
    def _fits_together(self) -> "FolderConfig":
        if self.scope and self.mode == "facts":
            raise ValueError("mode facts withdraws nothing: `scope` is not used")
        return self

    def returns_to(self) -> Path | None:
        """Where copies with reasons go; None where none are wanted."""
        if self.kembali == "tidak":
            return None
        beside = self.arsip or self.folder
        return self.kembali or beside.with_name(f"{beside.name}-kembali")

    @field_validator("blok")
    @classmethod
    def _one_group(cls, value: dict[str, str]) -> dict[str, str]:
        for name, pattern in value.items():
            try:
                groups = re.compile(pattern).groups
            except re.error as error:
                raise ValueError(f"{name}: {pattern!r}: {error}") from None
            if groups != 1:
                raise ValueError(
                    f"{name}: {pattern!r} needs exactly one group in parentheses: the "
                    "value"
                )
        return value
