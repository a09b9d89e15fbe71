"""The stream applications by name; only a process that runs one loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.pipelines.aduan import topology as aduan
from bus.streams.pipelines.santunan import topology as santunan
from bus.streams.pipelines.selisih import topology as selisih

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.config.tenant import Tenant
    from bus.streams.topology.pipeline import Topology

TOPOLOGIES: dict[str, Callable[[Tenant], Topology]] = {
    "santunan": santunan,
    "selisih": selisih,
    "aduan": aduan,
}
