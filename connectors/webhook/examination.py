"""What `opdbus connector check` says about an app that posts."""

from collections.abc import Iterator

from bus.connect.finding import GOOD, NOTE, Finding
from bus.connect.spec import Opening
from connectors.webhook.config import WebhookConfig
from connectors.webhook.proof import proof_of


def examine(config: WebhookConfig, opening: Opening, zone: str) -> Iterator[Finding]:
    """Secrets that can be used, and what the way of proof cannot do.

    Raises:
        ConfigError: a secret cannot be used.
    """
    del opening
    proof_of(config.auth, zone)
    senders = ", ".join(config.auth.secrets) or "oss"
    yield Finding("senders", GOOD, f"{senders}, proved by {config.auth.by}")
    told = {
        "bearer": "whoever sees the token may post: only inside TLS, and give each "
        "sender a token of its own; hmac is safer",
        "oss": "the token of a day does not cover the body: only inside TLS",
    }
    if text := told.get(config.auth.by):
        yield Finding("proof", NOTE, text)
    yield Finding(
        "repetitions",
        GOOD,
        f"the same key within {config.most_keys:,} posts gets the same answer; later "
        "or after a restart the event keeps its id",
    )
