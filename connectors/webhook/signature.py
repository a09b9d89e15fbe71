"""Signatures of Standard Webhooks: HMAC-SHA256 over id, time and body.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
The headers are `webhook-id`, `webhook-timestamp` (Unix seconds) and
`webhook-signature`, a list of `v1,<base64>` with blanks between.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error

from bus.errors import ConfigError

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_PREFIX, _VERSION = "whsec_", "v1,"


def secret_bytes(secret: str) -> bytes:
    """The key behind a secret: `whsec_` and base64, or any other text as it is.

    Raises:
        ConfigError: `whsec_` and no base64 behind it.
    """
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (Error, ValueError):
        raise ConfigError(
            "a webhook secret begins with whsec_ and goes on with what is not base64; "
            "copy it again, or use a text without whsec_"
        ) from None


def signature(secret: bytes, ident: str, seconds: str, body: bytes) -> str:
    """One signature, `v1,…`."""
    text = f"{ident}.{seconds}.".encode() + body
    return _VERSION + b64encode(hmac.digest(secret, text, "sha256")).decode()


def is_signed(secret: bytes, ident: str, seconds: str, body: bytes, given: str) -> bool:
    """Whether one of the given signatures is right; takes the same time for each."""
    right = signature(secret, ident, seconds, body).encode()
    found = [
        hmac.compare_digest(right, each.encode("utf-8", "replace"))
        for each in given.split()
    ]
    return any(found)
