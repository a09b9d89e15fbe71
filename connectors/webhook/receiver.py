"""Webhook out: each event as one signed POST (Standard Webhooks)."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bus.connect.sink import Delivery, Outcome, SinkContext, SinkSpec
from bus.record import iso_time
from connectors.webhook.courier import Courier
from connectors.webhook.poster import Poster
from connectors.webhook.reply import Expected, Reply, Waiting
from connectors.webhook.signature import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    secret_bytes,
    signature,
)

ADDRESS = r"^(https?://|\$\{)"


class ReceiverConfig(BaseModel):
    """The `sink:` part of a `webhook-out`.

    Attributes:
        url: address of the receiver, https outside of one machine.
        secrets: shared with the receiver; while one is changed both sign.
        expect: how a good answer looks, for receivers that answer 200 to everything.
        give_up: when an event the receiver cannot digest becomes a dead letter.
        parallel: keys under way at once; events of one key go one after the other.
        timeout_seconds: for one whole answer.
        ca: file with the certificate of an office's own authority.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=ADDRESS)
    secrets: tuple[str, ...] = Field(min_length=1)
    expect: Expected = Expected()
    give_up: Waiting = Waiting()
    parallel: int = Field(default=1, ge=1, le=16)
    timeout_seconds: float = Field(default=10.0, gt=0, le=120)
    ca: Path | None = None


class WebhookReceiver:
    """A `Sink`; the receiver tells doubles apart by `webhook-id`."""

    def __init__(self, config: ReceiverConfig, context: SinkContext) -> None:
        self._secrets = [secret_bytes(secret) for secret in config.secrets]
        self._clock = context.clock
        self._poster = Poster(
            config.url, config.timeout_seconds, config.ca, context.clock
        )
        rules = (config.expect, config.give_up)
        self._courier = Courier(
            context.name, self._post, rules, context.clock, config.parallel
        )

    def check(self) -> None:
        """Nothing can be asked without posting."""

    def write(self, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        """Post each event; see `Courier`.

        Raises:
            RetriableError: the receiver is away or ill. ConfigError: it is gone.
        """
        return self._courier.deliver(batch)

    def close(self) -> None:
        """Close connections; a post under way is given up."""
        self._courier.close()
        self._poster.close()

    def _post(self, delivery: Delivery) -> Reply:
        body = json.dumps(
            {
                "type": delivery.kind,
                "timestamp": iso_time(delivery.time_ms),
                "data": delivery.fields,
            },
            ensure_ascii=False,
        ).encode()
        seconds, ident = str(self._clock.now_ms() // 1000), delivery.event_id
        signatures = [signature(key, ident, seconds, body) for key in self._secrets]
        headers = {
            "content-type": "application/json",
            ID: ident,
            TIMESTAMP: seconds,
            SIGNATURE: " ".join(signatures),
        }
        return self._poster.post(body, headers)


SINK_SPEC = SinkSpec(
    kind="webhook-out",
    summary="A signed POST for each event to the receiving app.",
    guarantee="each event at least once, with one `webhook-id`, in order per key",
    config=ReceiverConfig,
    open=WebhookReceiver,
    example='{url: "${OPD_URL}", secrets: ["${OPD_SECRET}"], '
    "expect: {field: status, equals: ok}}",
)
