"""Where a clerk finds a rejected row: file, sheet and line, or table and key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bus.normalise.mask import mask_nik, mask_text

if TYPE_CHECKING:
    from bus.connect.files.connector import Connector
    from bus.connect.source import Batch

_PERSON = re.compile(r"(?<!\d)\d{16}(?!\d)")
"""A NIK in a file's name. Times of 14 or 17 digits have to stay: files are found by
their names."""


class Placing:
    """Tells the places of a connector's rows; only asked for rejected ones.

    Args:
        connector: loaded connector.
    """

    def __init__(self, connector: Connector) -> None:
        parts = connector.definition.ref
        self._columns = [x if isinstance(x, str) else x.kolom for x in parts]
        self._table = "" if connector.spec.give_back else connector.objek

    def of(self, batch: Batch, number: int, ref: str) -> str:
        """`sp2d.xlsx!Maret:17`, or `tb_santunan: id_santunan=4712`.

        Args:
            batch: as polled.
            number: which of its rows, from 0.
            ref: the row's reference, in which persons are pseudonyms.
        """
        if batch.places:
            file, line = batch.places[number]
            return in_file(f"{file}:{line}")
        table = self._table or in_file(batch.origin)
        return f"{table}: {', '.join(self._key(ref))}"

    def _key(self, ref: str) -> list[str]:
        last = len(self._columns) - 1
        cells = map(mask_text, ref.split("|", last))
        return [
            f"{name}={cell}" for name, cell in zip(self._columns, cells, strict=True)
        ]


def in_file(place: str) -> str:
    """A place in a file without numbers of persons."""
    return _PERSON.sub(lambda found: mask_nik(found.group()), place)
