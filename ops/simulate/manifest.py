"""What a simulated world contains, for those who must add it up."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bus.errors import ConfigError

NAME = "manifest.json"


class Manifest(BaseModel):
    """Counts and places of one world.

    Attributes:
        residents: people asked for; village rows also hold babies and doubles.
        seed: chance.
        today: the day the world was made for, ISO.
        shift_days: days from the real day of making to `today`.
        villages: desa and kelurahan.
        kecamatan: sub-districts.
        rows: app → table or file → rows.
        faults: fault → how many were planted.
        claims: state in e-Sakti → claims.
        stores: app → database URL (without a password) or folder.
    """

    model_config = ConfigDict(frozen=True)

    residents: int
    seed: int
    today: str
    shift_days: int
    villages: int
    kecamatan: int
    rows: dict[str, dict[str, int]]
    faults: dict[str, int]
    claims: dict[str, int]
    stores: dict[str, str]

    def save(self, folder: Path) -> None:
        text = json.dumps(self.model_dump(), indent=2, ensure_ascii=False)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")


def load_manifest(folder: Path) -> Manifest:
    """The manifest of a world.

    Raises:
        ConfigError: there is no simulated world in the folder.
    """
    try:
        data: Any = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except OSError:
        raise ConfigError(
            f"{folder / NAME}: not there; make a world with: "
            f"opdbus simulate create {folder}"
        ) from None
    return Manifest.model_validate(data)
