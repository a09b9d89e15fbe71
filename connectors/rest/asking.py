"""What to ask for a page of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from bus.errors import ConfigError
from connectors.rest.client import Question
from connectors.rest.moment import moved_back, written

if TYPE_CHECKING:
    from connectors.rest.config import RestConfig
    from connectors.rest.reading import Pass


def question_for(
    config: RestConfig, run: Pass, high: int | None, place: str
) -> Question:
    """The request for the next page of a pass.

    Args:
        config: the `source:` block.
        run: the pass so far.
        high: highest cursor value of the passes before.
        place: for messages.

    Raises:
        ConfigError: the next page is on another host.
    """
    page = config.page
    params = dict(config.params)
    if config.since and high is not None:
        value = moved_back(high, config.since)
        params[config.since.param] = written(value, config.since)
    if page.size_param:
        params[page.size_param] = page.size
    if page.kind == "link" and run.at is not None:
        return Question(_same_app(config.url, str(run.at), place), ())
    if page.kind in {"page", "offset"}:
        first = page.first if page.kind == "page" else 0
        params[page.param] = first if run.at is None else run.at
    elif page.kind == "cursor" and run.at is not None:
        params[page.param] = run.at
    return Question(config.url, tuple(params.items()))


def _same_app(url: str, link: str, place: str) -> str:
    """The address of the next page; login and key are for this app only."""
    base = httpx.URL(url)
    target = base.join(link)
    if (target.scheme, target.host, target.port) != (base.scheme, base.host, base.port):
        raise ConfigError(
            f"{place}: the next page is on {target.scheme}://{target.host}, another "
            "place than source.url; write the address the app uses itself into it"
        )
    return str(target)


def next_of(headers: httpx.Headers) -> str:
    """The address of the next page in `Link`, or empty."""
    links = httpx.Response(httpx.codes.OK, headers=headers).links
    return links.get("next", {}).get("url", "")
