"""Messages to people by a bot, in the way of Telegram's `sendMessage`.

https://core.telegram.org/bots/api#sendmessage — the answer is `{"ok": true}`; too many
messages are answered 429 with the seconds to wait in `parameters.retry_after`.
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bus.connect.sink import Delivery, Outcome, SinkContext, SinkSpec
from connectors.webhook.courier import Courier
from connectors.webhook.poster import Poster
from connectors.webhook.receiver import ADDRESS
from connectors.webhook.reply import Expected, Reply, Waiting, member

LONGEST = 4096
_FIELD = re.compile(r"\{([^{}]+)\}")


class MessageConfig(BaseModel):
    """The `sink:` part of a `message`.

    Attributes:
        url: address of the bot's method, its token inside:
            `https://api.telegram.org/bot${BOT_TOKEN}/sendMessage`.
        chat: who gets it: number or name of the chat.
        text: the message; `{name}` stands for a field of the mapping. Only fields
            that the chat may see belong in the mapping.
        pace_seconds: between two messages.
        give_up: when a message that cannot be sent becomes a dead letter.
        timeout_seconds: for one whole answer.
        ca: file with the certificate of an office's own authority.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=ADDRESS)
    chat: str
    text: str = Field(min_length=1)
    pace_seconds: float = Field(default=1.0, ge=0, le=60)
    give_up: Waiting = Waiting()
    timeout_seconds: float = Field(default=10.0, gt=0, le=120)
    ca: Path | None = None


class MessageSink:
    """A `Sink`; after a crash the last messages may come once more."""

    def __init__(self, config: MessageConfig, context: SinkContext) -> None:
        self._config = config
        self._poster = Poster(
            config.url, config.timeout_seconds, config.ca, context.clock
        )
        rules = (Expected(field="ok", equals=True), config.give_up)
        self._courier = Courier(
            context.name,
            self._post,
            rules,
            context.clock,
            pace_seconds=config.pace_seconds,
        )

    def check(self) -> None:
        """Nothing can be asked without sending."""

    def write(self, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        """Send each message; see `Courier`.

        Raises:
            RetriableError: the service is away. ConfigError: the bot is gone.
        """
        return self._courier.deliver(batch)

    def close(self) -> None:
        """Close connections."""
        self._courier.close()
        self._poster.close()

    def _post(self, delivery: Delivery) -> Reply:
        body = {
            "chat_id": self._config.chat,
            "text": written(self._config.text, delivery),
            "parse_mode": "HTML",
        }
        reply = self._poster.post(
            json.dumps(body, ensure_ascii=False).encode(),
            {"content-type": "application/json"},
        )
        asked = member(reply.body, "parameters.retry_after")
        if isinstance(asked, int) and not isinstance(asked, bool):
            return replace(reply, retry_after=str(max(asked, 0)))
        return reply


def written(text: str, delivery: Delivery) -> str:
    """The message; what stands in the fields is never taken for markup."""

    def one(match: re.Match[str]) -> str:
        value = delivery.fields.get(match[1])
        return html.escape("" if value is None else str(value), quote=False)

    whole = _FIELD.sub(one, text)
    if len(whole) <= LONGEST:
        return whole
    start, amp, tail = whole[:LONGEST].rpartition("&")
    return start if amp and ";" not in tail else whole[:LONGEST]


SINK_SPEC = SinkSpec(
    kind="message",
    summary="A message of a bot to a chat for each event (Telegram).",
    guarantee="each event at least once; the chat cannot tell a repetition",
    config=MessageConfig,
    open=MessageSink,
    example='{url: "https://api.telegram.org/bot${BOT_TOKEN}/sendMessage", '
    'chat: "-1001234567890", text: "Insiden {nomor}: {uraian}"}',
)
