"""`quix`: Quix Streams as its guide tells, with serializers of our serde."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quixstreams import Application
from quixstreams.models import Deserializer, Serializer

from bus.contracts import topic_name
from ops.benchmarks.streams.clients.envelope import envelope
from ops.benchmarks.streams.material import RESULT, answer
from ops.benchmarks.streams.ticket import Ticket, ticket
from ops.benchmarks.streams.topology import PEOPLE, REPORTS, RESULTS

if TYPE_CHECKING:
    from bus.record import Value
    from bus.serde import Serde


class Read(Deserializer):
    """Bytes to value."""

    def __init__(self, serde: Serde) -> None:
        super().__init__()
        self._decode = serde.decode

    def __call__(self, value: bytes, ctx: Any) -> Value:
        return self._decode(value)[1]


class Write(Serializer):
    """Value to bytes."""

    def __init__(self, serde: Serde, topic: str, event_type: str) -> None:
        self._encode = serde.encoder(topic, event_type)

    def __call__(self, value: Value, ctx: Any) -> bytes:
        return self._encode(value)


def app_of(given: Ticket) -> Application:
    """The application of a run."""
    app = Application(
        broker_address=given.bootstrap,
        consumer_group=given.name,
        auto_offset_reset="earliest",
        state_dir=given.folder,
        loglevel="WARNING",
    )
    serde, name = given.serde(), topic_name(given.tenant, RESULTS)
    reports = app.topic(
        topic_name(given.tenant, REPORTS), value_deserializer=Read(serde)
    )
    results = app.topic(name, value_serializer=Write(serde, name, RESULT))
    frame = app.dataframe(reports)
    if given.case == "count":
        frame = frame.apply(_count, stateful=True)
    elif given.case == "join":
        place = topic_name(given.tenant, PEOPLE)
        people = app.dataframe(app.topic(place, value_deserializer=Read(serde)))
        frame = frame.join_asof(people, how="left", on_merge=_join)
    else:
        frame = frame.apply(answer)
    frame = frame.set_headers(
        lambda _value, _key, _time, headers: envelope(given.name, headers)
    )
    frame.to_topic(results)
    return app


def _count(value: Value, state: Any) -> Value:
    count = state.get("hitungan", 0) + 1
    state.set("hitungan", count)
    return answer(value, count)


def _join(value: Value, person: Value | None) -> Value:
    return answer(value, name=person["nama"] if person else None)


if __name__ == "__main__":
    app_of(ticket()).run()
