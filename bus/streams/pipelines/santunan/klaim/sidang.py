"""What every step of the claim stage needs beside the claim itself."""

from typing import NamedTuple

from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.topology.context import Context


class Sidang(NamedTuple):
    """One run over one claim.

    Attributes:
        aturan: the rules.
        subjek: subject id of the deceased.
        ctx: staged state and outputs.
    """

    aturan: Aturan
    subjek: str
    ctx: Context
