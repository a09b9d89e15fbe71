"""Who may post: signatures, tokens, OSS's day, clocks."""

import hashlib
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bus.connect.push import PostRefusedError
from bus.connect.rate import Limiter, Rate
from bus.errors import ConfigError
from connectors.webhook.config import Auth, WebhookConfig
from connectors.webhook.proof import proof_of
from connectors.webhook.signature import is_signed, secret_bytes, signature

ZONE = "Asia/Jakarta"
SECRET = "rahasia-uji-panjang"
NOW = 1_772_469_611_000


def refused(call):  # type: ignore[no-untyped-def]
    with pytest.raises(PostRefusedError) as caught:
        call()
    assert caught.value.status == 401
    return caught.value.code


def test_the_vector_of_the_standard() -> None:
    """From the README of the reference libraries of Standard Webhooks."""
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_several_signatures_serve_a_change_of_secret() -> None:
    right = signature(b"new", "i", "1", b"x")
    assert is_signed(b"new", "i", "1", b"x", f"v1,AAAA {right}")
    assert not is_signed(b"new", "i", "2", b"x", right)
    assert not is_signed(b"new", "i", "1", b"x", "v1,é")


def test_a_broken_secret_is_told_without_showing_it() -> None:
    with pytest.raises(ConfigError) as caught:
        secret_bytes("whsec_***rahasia***")
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize("late", [0, 300, -300])
def test_signed_within_the_tolerance(late: int) -> None:
    proof = proof_of(Auth(by="hmac", secrets={"a": "x" * 16, "b": SECRET}), ZONE)
    seconds = str(NOW // 1000 - late)
    made = signature(SECRET.encode(), "id", seconds, b"{}")
    headers = {
        "webhook-id": "id",
        "webhook-timestamp": seconds,
        "webhook-signature": made,
    }
    proof.greet(headers, NOW)
    assert proof.sender(headers, b"{}", NOW) == "b"
    assert refused(lambda: proof.greet(headers, NOW + 601_000)) == "WAKTU_KEDALUWARSA"
    assert refused(lambda: proof.sender(headers, b"{} ", NOW)) == "TANDA_TANGAN_SALAH"
    arabic = headers | {"webhook-timestamp": "١٢٣"}
    assert refused(lambda: proof.greet(arabic, NOW)) == "WAKTU_TIDAK_SAH"


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer salah", f"Basic {SECRET}", f"Bearer {SECRET}x"]
)
def test_tokens(given: str) -> None:
    proof = proof_of(Auth(by="bearer", secrets={"kios": SECRET}), ZONE)
    right = {"authorization": f"bearer {SECRET}"}
    assert proof.sender(right, b"", NOW) == "kios"
    assert refused(lambda: proof.greet({"authorization": given}, NOW)) == "TOKEN_SALAH"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("utc", "day", "good"),
    [
        ("2026-03-02T16:59:00", "20260302", True),
        ("2026-03-02T17:01:00", "20260302", True),  # 00:01 WIB, sent before midnight
        ("2026-03-02T17:06:00", "20260302", False),
        ("2026-03-02T17:06:00", "20260303", True),
        ("2026-03-02T16:58:00", "20260303", True),  # OSS's clock is ahead
        ("2026-03-02T12:00:00", "20260303", False),
    ],
)
def test_the_daily_token_of_oss(utc: str, day: str, *, good: bool) -> None:
    proof = proof_of(Auth(by="oss", user="u", password="p"), ZONE)
    token = hashlib.sha1(f"up9120001234567{day}".encode()).hexdigest().upper()
    body = b'{"dataNIB": {"nib": "9120001234567"}}'
    if good:
        assert proof.sender({"token": token}, body, at(utc)) == "oss"
        number = b'{"dataNIB": {"nib": 9120001234567}}'
        assert proof.sender({"token": token}, number, at(utc)) == "oss"
    else:
        call = lambda: proof.sender({"token": token}, body, at(utc))  # noqa: E731
        assert refused(call) == "TOKEN_SALAH"
    other = body.replace(b"567", b"568")
    assert refused(lambda: proof.sender({"token": token}, other, at(utc)))
    assert refused(lambda: proof.sender({"token": token}, b"{", at(utc)))


def test_the_fixed_key_of_oss() -> None:
    proof = proof_of(Auth(by="oss", user_key="kunci-tetap"), ZONE)
    assert proof.sender({"user_key": "kunci-tetap"}, b"", NOW) == "oss"
    assert refused(lambda: proof.sender({"user_key": "x", "token": "y"}, b"{}", NOW))
    assert refused(lambda: proof.greet({}, NOW)) == "TANPA_TOKEN"


@pytest.mark.parametrize(
    "auth",
    [
        {"by": "hmac"},
        {"by": "hmac", "secrets": {"a": ""}},
        {"by": "bearer", "secrets": {"a": "pendek"}},
        {"by": "oss", "user": "u"},
        {"by": "basic"},
    ],
)
def test_a_door_without_a_lock_is_not_opened(auth: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Auth.model_validate(auth)


@pytest.mark.parametrize("path", ["", "x", "/", "/a/", "/metrics", "/a b", "/health/x"])
def test_paths(path: str) -> None:
    auth = {"by": "bearer", "secrets": {"a": SECRET}}
    with pytest.raises(ValidationError):
        WebhookConfig.model_validate({"path": path, "auth": auth})


def test_a_burst_then_the_pace() -> None:
    limiter = Limiter(Rate(per_second=2, burst=3))
    assert [limiter.wait_seconds("a", 10.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.wait_seconds("b", 10.0) == 0
    assert limiter.wait_seconds("a", 10.5) == 0
    assert limiter.wait_seconds("a", 3.0) == 0.5  # a clock that goes back fills nothing
    assert [limiter.wait_seconds("a", 99.0) for _ in range(4)] == [0, 0, 0, 0.5]
