"""The door of one connector: type of content, sender, rate, rows."""

from collections.abc import Mapping

from bus.connect.push import PostRefusedError, Sender
from bus.connect.rate import Limiter
from bus.connect.source import Batch
from bus.connect.spec import Opening
from connectors.webhook.body import member, rows_of
from connectors.webhook.config import WebhookConfig
from connectors.webhook.proof import proof_of
from connectors.webhook.signature import ID

LONGEST_KEY = 200


class WebhookDoor:
    """A `bus.connect.push.Door`.

    Args:
        config: the `source:` block.
        opening: columns and clock.
        zone: the tenant's time zone.
    """

    def __init__(self, config: WebhookConfig, opening: Opening, zone: str) -> None:
        self.path = config.path
        self.most_bytes = config.most_bytes
        self.accepted: int = config.accepted
        self.most_keys = config.most_keys
        self._config = config
        self._columns = opening.columns
        self._clock = opening.clock
        self._proof = proof_of(config.auth, zone)
        self._limiter = Limiter(config.rate)
        usual = ID if config.auth.by == "hmac" else "idempotency-key"
        self._key_header = config.key_header.lower() or usual

    def greet(self, headers: Mapping[str, str]) -> None:
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise PostRefusedError(
                415, "BUKAN_TIPE_JSON", "Content-Type harus application/json"
            )
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise PostRefusedError(
                415, "TERKOMPRESI", "kirim isi tanpa Content-Encoding"
            )
        if len(headers.get(self._key_header, "")) > LONGEST_KEY:
            raise PostRefusedError(
                400,
                "KUNCI_TERLALU_PANJANG",
                f"{self._key_header} lebih dari {LONGEST_KEY} huruf",
            )
        self._proof.greet(headers, self._clock.now_ms())

    def admit(self, headers: Mapping[str, str], body: bytes) -> Sender:
        name = self._proof.sender(headers, body, self._clock.now_ms())
        wait = self._limiter.wait_seconds(name, self._clock.monotonic())
        if wait:
            rate = self._config.rate
            raise PostRefusedError(
                429,
                "TERLALU_SERING",
                f"lebih dari {rate.per_second:g} kiriman per detik; kirim lagi nanti",
                wait,
            )
        if self._config.key_field:
            return Sender(name, member(body, self._config.key_field)[:LONGEST_KEY])
        return Sender(name, headers.get(self._key_header, ""))

    def rows(self, body: bytes) -> Batch:
        config = self._config
        return rows_of(body, self._columns, config.fields, config.rows)
