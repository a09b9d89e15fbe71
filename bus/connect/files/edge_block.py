"""The `edge:` block: chatty devices, of whose readings only the changes count."""

from datetime import tzinfo
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from bus.config.tenant import Frozen
from bus.connect.zone_name import ZoneName


class Edge(Frozen):
    """What of a device's readings is worth an event (`edge:`).

    Attributes:
        key: columns that name a device.
        state: columns whose values are its state; other columns change nothing.
        time: column with the time of a reading; older readings are left out.
        zone: time zone of times that tell none.
        shift_seconds: taken off each time, for devices that send local time as UTC.
        hold_seconds: a new state must last so long before it counts (flapping).
        silence_seconds: a device not heard for so long is silent; 0 is never.
        silence: column → value of the row that silence makes, `{event: offline}`.
        same: value of a state column → value that means the same, `{motion: online}`.
        feed_seconds: when no device at all was heard for so long it is the line that is
            silent, and no device; 0 is never.
    """

    key: tuple[str, ...] = Field(min_length=1)
    state: tuple[str, ...] = Field(min_length=1)
    time: str
    zone: ZoneName = "Asia/Jakarta"
    shift_seconds: int = 0
    hold_seconds: int = Field(default=0, ge=0)
    silence_seconds: int = Field(default=0, ge=0)
    silence: dict[str, str] = Field(default_factory=dict)
    same: dict[str, str] = Field(default_factory=dict)
    feed_seconds: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if bool(self.silence_seconds) != bool(self.silence):
            raise ValueError("`silence_seconds` and `silence` need each other")
        if strange := [name for name in self.silence if name not in self.state]:
            raise ValueError(f"`silence` names {', '.join(strange)}, not in `state`")
        return self

    @property
    def tzinfo(self) -> tzinfo:
        """The zone of times that tell none."""
        return ZoneInfo(self.zone)

    def columns(self) -> tuple[str, ...]:
        """Columns that have to be read."""
        return tuple(dict.fromkeys((*self.key, *self.state, self.time)))
