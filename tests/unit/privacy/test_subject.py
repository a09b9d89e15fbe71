"""Person and family keys."""

import hashlib
import hmac
import pickle
import re
from base64 import b32encode

import pytest
from hypothesis import given

from bus.errors import ConfigError
from bus.privacy.subject import SubjectIds
from tests.unit.normalise.cells import niks, quick

SECRET = b"rahasia-untuk-uji-saja-32-byte!!"
IDS = SubjectIds(SECRET)
NIK, NO_KK = "3325124501580003", "3325121204060011"


def test_the_formula_is_the_published_one() -> None:
    digest = hmac.digest(SECRET, NIK.encode(), hashlib.sha256)
    assert IDS.subject(NIK) == b32encode(digest).decode().lower()[:26]
    family = hmac.digest(SECRET, f"kk|{NO_KK}".encode(), hashlib.sha256)
    assert IDS.family(NO_KK) == "kk" + b32encode(family).decode().lower()[:24]


def test_form_of_the_keys() -> None:
    for key in (
        IDS.subject(NIK),
        IDS.family(NO_KK),
        IDS.without_nik(NIK, "BAYI NY SUMINAH", 20000, "L"),
    ):
        assert re.fullmatch(r"[a-z2-7]{26}", key)
    assert IDS.without_nik(NIK, "BAYI", 20000, "L").startswith("x")
    assert IDS.family(NIK) != "kk" + IDS.subject(NIK)[:24]


def test_another_tenant_has_other_keys() -> None:
    other = SubjectIds(b"rahasia-lain-untuk-uji-saja-juga")
    assert other.subject(NIK) != IDS.subject(NIK)
    assert SubjectIds(SECRET).subject(NIK) == IDS.subject(NIK)


def test_a_person_without_nik_is_known_by_the_folded_name() -> None:
    one = IDS.without_nik(NIK, "M. ALI", 20000, "L")
    assert one == IDS.without_nik(NIK, "Muhammad  Ali", 20000, "L")
    assert one != IDS.without_nik(NIK, "M. ALI", 20001, "L")
    assert one != IDS.without_nik(NIK, "M. ALI", 20000, "P")
    assert one != IDS.without_nik(NO_KK, "M. ALI", 20000, "L")
    assert IDS.without_nik(NO_KK, None, None, None)
    with pytest.raises(ValueError, match="anchor or a name"):
        IDS.without_nik(None, "123", 20000, "L")


@pytest.mark.parametrize(
    "raw", ["", "332512450158000", NIK + "1", "33251245015800o3"], ids=ascii
)
def test_what_is_not_normalised_is_refused(raw: str) -> None:
    for make in (IDS.subject, IDS.family):
        with pytest.raises(ValueError, match="16 digits") as refused:
            make(raw)
        assert not raw or raw not in str(refused.value)


def test_the_secret_stays_inside() -> None:
    assert "rahasia" not in repr(IDS)
    with pytest.raises(TypeError, match="secret"):
        pickle.dumps(IDS)
    with pytest.raises(ConfigError, match="at least 16"):
        SubjectIds(b"pendek")


def test_the_cache_is_bounded() -> None:
    small = SubjectIds(SECRET, remembered=2)
    first = small.subject(NIK)
    for serial in range(10, 20):
        small.subject(f"33251245015800{serial}")
    assert small.subject(NIK) == first
    assert small.subject.cache_info().currsize == 2


@quick
@given(niks())
def test_no_key_shows_the_number(nik: str) -> None:
    key = IDS.subject(nik)
    assert nik not in key
    assert not any(nik[i : i + 6] in key for i in range(11))
