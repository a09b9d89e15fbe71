"""A topology as a Mermaid flowchart, which GitHub, GitLab and most wikis draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bus.streams.topology.pipeline import Pipeline, Router, Topology

_SHOWN = 3


def mermaid(topology: Topology) -> str:
    """The flowchart: topics round, routers as rhombs, pipelines as boxes."""
    return "\n".join(["flowchart LR", *(f"  {line}" for line in _lines(topology))])


def _lines(topology: Topology) -> Iterator[str]:
    for ref in _topics(topology):
        yield f'{_node(ref)}(["{ref}"])'
    for router in topology.routers:
        yield from _router(router)
    for pipeline in topology.pipelines:
        yield from _pipeline(pipeline)


def _router(router: Router) -> Iterator[str]:
    name = _node(router.name)
    yield f'{name}{{"{router.name}"}}'
    for route in router.routes:
        label = _words(route.event_types)
        yield f'{_node(route.source)} -- "{label}" --> {name}'
        arrow = "==>" if route.broadcast else "-->"
        yield f"{name} {arrow} {_node(route.sink)}"


def _pipeline(pipeline: Pipeline) -> Iterator[str]:
    name, stores = _node(pipeline.name), "<br/>".join(pipeline.stores)
    yield f'{name}["<b>{pipeline.name}</b><br/>{stores}"]'
    yield f'{_node(pipeline.source)} -- "{_words(pipeline.handlers)}" --> {name}'
    for sink in pipeline.sinks:
        yield f"{name} --> {_node(sink)}"
    if pipeline.timers:
        yield f'{name} -. "WaktuTiba" .-> {_node(pipeline.source)}'


def _topics(topology: Topology) -> list[str]:
    refs: list[str] = []
    for router in topology.routers:
        refs += [*router.sources, *router.sinks]
    for pipeline in topology.pipelines:
        refs += [pipeline.source, *pipeline.sinks]
    return list(dict.fromkeys(refs))


def _words(names: Iterable[str]) -> str:
    found = sorted(names)
    more = len(found) - _SHOWN
    return ", ".join(found[:_SHOWN]) + (f" +{more}" if more > 0 else "")


def _node(name: str) -> str:
    return "n_" + "".join(c if c.isalnum() else "_" for c in name)
