"""`faust`: stock Faust as its guide tells, an agent that sends each result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faust

from bus.contracts import topic_name
from ops.benchmarks.streams.clients.envelope import envelope
from ops.benchmarks.streams.material import RESULT, answer
from ops.benchmarks.streams.ticket import Ticket, ticket
from ops.benchmarks.streams.topology import PEOPLE, REPORTS, RESULTS

if TYPE_CHECKING:
    from bus.record import Value

PARTITIONS = 4


def app_of(given: Ticket) -> faust.App:
    """The app of a run: one agent, in case `count` and `join` with a table."""
    app = faust.App(
        given.name,
        broker=f"kafka://{given.bootstrap}",
        datadir=given.folder,
        topic_partitions=PARTITIONS,
        consumer_auto_offset_reset="earliest",
        autodiscover=False,
        web_enabled=False,
    )
    serde = given.serde()
    raw = {"key_type": bytes, "key_serializer": "raw"}
    raw |= {"value_type": bytes, "value_serializer": "raw"}
    reports = app.topic(topic_name(given.tenant, REPORTS), **raw)
    name = topic_name(given.tenant, RESULTS)
    results = app.topic(name, **raw)
    encode, decode = serde.encoder(name, RESULT), serde.decode
    work = _WORK[given.case](app, given, decode)

    @app.agent(reports)
    async def process(stream: Any) -> None:
        async for event in stream.events():
            key = event.key
            value = encode(work(key.decode(), decode(event.value)[1]))
            headers = envelope(given.name, event.headers.items())
            await results.send(key=key, value=value, headers=headers)

    return app


def _map(_app: faust.App, _given: Ticket, _decode: Any) -> Any:
    return lambda _key, value: answer(value)


def _count(app: faust.App, _given: Ticket, _decode: Any) -> Any:
    counts = app.Table("hitungan", default=int, partitions=PARTITIONS)

    def work(key: str, value: Value) -> Value:
        counts[key] += 1
        return answer(value, counts[key])

    return work


def _join(app: faust.App, given: Ticket, decode: Any) -> Any:
    names = app.Table("warga", partitions=PARTITIONS)
    raw = {"key_type": bytes, "key_serializer": "raw"}
    raw |= {"value_type": bytes, "value_serializer": "raw"}

    @app.agent(app.topic(topic_name(given.tenant, PEOPLE), **raw))
    async def keep(stream: Any) -> None:
        async for event in stream.events():
            person = decode(event.value)[1]
            names[event.key.decode()] = [person["sejak"], person["nama"]]

    def work(key: str, value: Value) -> Value:
        since, name = names[key]
        return answer(value, name=name if since <= value["dicatat_pada"] else None)

    return work


_WORK = {"map": _map, "count": _count, "join": _join}


if __name__ == "__main__":
    faust.Worker(app_of(ticket()), loglevel="WARN").execute_from_commandline()
