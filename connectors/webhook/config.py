"""The `source:` block of an app that posts."""

from typing import Literal

from pydantic import Field, model_validator

from bus.connect.rate import Rate
from bus.connect.spec import Frozen

SHORTEST_SECRET = 16
OWN_PATHS = ("/health", "/metrics")


class Auth(Frozen):
    """How a sender proves who it is.

    Attributes:
        by: `hmac` is Standard Webhooks: a signature over id, time and body;
            `bearer` a token in `Authorization`; `oss` the daily SHA1 token of OSS in
            the header `Token`, or its `user_key` (`domain.md` §2.2 g).
        secrets: sender → secret or token, `${NAME}`; of two senders with one name
            there is none: for a new secret add a second name.
        tolerance_seconds: for `hmac`: how far the sender's clock may be off; for
            `oss`: how long after midnight yesterday's token counts.
        user: for `oss`: user name.
        password: for `oss`: password.
        user_key: for `oss`: the fixed key, where OSS was told to send one.
        nib: for `oss`: where the body has the NIB that is part of the token.
    """

    by: Literal["hmac", "bearer", "oss"]
    secrets: dict[str, str] = Field(default_factory=dict)
    tolerance_seconds: int = Field(default=300, ge=1, le=3600)
    user: str = ""
    password: str = ""
    user_key: str = ""
    nib: str = "dataNIB.nib"

    @model_validator(mode="after")
    def _something_to_prove(self) -> "Auth":
        if self.by == "oss":
            if not (self.user and self.password) and not self.user_key:
                raise ValueError("oss needs `user` and `password`, or `user_key`")
            wanted = [self.password, self.user_key]
        else:
            if not self.secrets:
                raise ValueError(f"{self.by} needs `secrets`: sender → secret")
            wanted = ["", *self.secrets.values()]
            if "" in self.secrets.values():
                raise ValueError("a secret is empty")
        weak = [x for x in wanted if x and "${" not in x and len(x) < SHORTEST_SECRET]
        if weak and self.by != "oss":
            raise ValueError(f"a secret has fewer than {SHORTEST_SECRET} characters")
        return self


class WebhookConfig(Frozen):
    """Where an app posts, how it proves itself, what stands in the body.

    Attributes:
        path: path of the URL it posts to.
        auth: how it proves itself.
        rows: dotted path of a list in the body, each element a row; empty: the body
            is one row, or a list of them.
        fields: column of the mapping → dotted path in the body; a column that is not
            here is its own path. A path through `rows` means the row's element.
        key_header: header with the post's key against repetitions; by default
            `webhook-id` for `hmac`, else `idempotency-key`.
        key_field: dotted path of that key in the body instead.
        most_keys: answers kept by key: a repetition within this many later posts gets
            the first answer.
        most_bytes: largest body.
        rate: posts a sender may make.
        accepted: HTTP status of a good answer.
    """

    path: str = Field(pattern=r"^(/[A-Za-z0-9._~-]+)+$")
    auth: Auth
    rows: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
    key_header: str = ""
    key_field: str = ""
    most_keys: int = Field(default=20_000, ge=1, le=1_000_000)
    most_bytes: int = Field(default=1 << 20, ge=1, le=16 << 20)
    rate: Rate = Rate()
    accepted: Literal[200, 202] = 202

    @model_validator(mode="after")
    def _fits_together(self) -> "WebhookConfig":
        if self.path.startswith(OWN_PATHS):
            raise ValueError(f"path {self.path} is the bus's own; choose another")
        if self.key_header and self.key_field:
            raise ValueError("give `key_header` or `key_field`, not both")
        return self
