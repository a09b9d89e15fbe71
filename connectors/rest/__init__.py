"""Lists and look-ups of apps that answer JSON over HTTP."""

from bus.connect.source import Source
from bus.connect.spec import Opening, SourceSpec
from connectors.rest.config import RestConfig
from connectors.rest.examination import examine
from connectors.rest.lookup import LookupSource
from connectors.rest.source import RestSource
from connectors.rest.survey import RestSurveyor


def open_source(config: RestConfig, opening: Opening) -> Source:
    """A source over a list, or over one question for each key."""
    if config.lookup:
        return LookupSource(config, config.lookup, opening)
    return RestSource(config, opening)


SPEC = SourceSpec(
    kind="rest",
    summary="Asks an app's REST interface for lists, changes, or one answer per key.",
    guarantee="exactly-once",
    config=RestConfig,
    open=open_source,
    columns=RestConfig.columns,
    remembers_all=RestConfig.remembers_all,
    surveys=lambda address: address.startswith(("http://", "https://")),
    survey=RestSurveyor,
    examine=examine,
    examples={
        "what is new, page by page": {
            "url": "${LAPOR_URL}",
            "auth": {"kind": "bearer", "secret": "${LAPOR_TOKEN}"},
            "items": "data",
            "page": {"kind": "page", "param": "page", "total": "meta.total"},
            "mode": "incremental",
            "since": {"column": "updated_at", "param": "updated_since"},
        },
        "one question for each NIK of a list": {
            "url": "${DUKCAPIL_URL}",
            "send": "json",
            "items": "content",
            "mode": "facts",
            "lookup": {"keys": "${NIK_LIST}", "param": "NIK"},
        },
    },
)

__all__ = ["SPEC", "RestConfig"]
