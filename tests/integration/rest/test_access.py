"""Getting in, and asking for one key after the other."""

from pathlib import Path
from typing import Any

import pytest

from bus.errors import ConfigError, RetriableError
from bus.record import DIKOREKSI
from tests.conformance.workshop import nik, person
from tests.fixtures.rest_app import RestApp
from tests.integration.rest.office import names, run_of

FACTS = "mode: facts"
BASIC = "Basic aWQ6cmFoYXNpYQ=="


def oauth2(app: RestApp, secret: str) -> str:
    login = f"user: id, secret: {secret}, token_url: {app.url}/token"
    return f"auth: {{kind: oauth2, {login}}}"


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        ("{kind: basic, user: id, secret: rahasia}", BASIC),
        ("{kind: bearer, secret: rahasia}", "Bearer rahasia"),
        ("{kind: header, name: X-Api-Key, secret: rahasia}", "rahasia"),
        ("{kind: query, name: kunci, secret: rahasia}", "rahasia"),
    ],
)
def test_every_way_in(
    rest_app: RestApp, tmp_path: Path, block: str, wanted: str
) -> None:
    run = run_of(tmp_path, rest_app, FACTS, f"auth: {block}")
    rest_app.holds([person(1)], auth=wanted)
    run.catch_up()
    assert names(run) == ["0002"]
    rest_app.holds([person(1)], auth="lain")
    with pytest.raises(ConfigError, match=r"HTTP 401: .* check source\.auth") as caught:
        run.catch_up()
    assert "rahasia" not in str(caught.value)


def test_an_oauth2_token_is_kept_and_renewed(rest_app: RestApp, tmp_path: Path) -> None:
    auth = (
        f"{{kind: oauth2, user: id, secret: rahasia, token_url: {rest_app.url}/token}}"
    )
    run = run_of(tmp_path, rest_app, FACTS, f"auth: {auth}")
    rest_app.holds([person(1)], auth="nobody")
    run.catch_up()
    run.catch_up()
    assert names(run) == ["0002"]
    rest_app.holds([person(1), person(2)], auth="taken back")
    run.catch_up()
    assert names(run) == ["0002", "0003"]


def test_a_wrong_oauth2_secret_is_told(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, FACTS, oauth2(rest_app, "salah"))
    with pytest.raises(ConfigError, match="gives no token: HTTP 401") as caught:
        run.catch_up()
    assert "salah" not in str(caught.value)


@pytest.mark.parametrize("send", ["query", "json", "form"])
def test_one_question_for_each_key(
    rest_app: RestApp, tmp_path: Path, send: str
) -> None:
    keys = tmp_path / "nik.csv"
    keys.write_text(
        f"NO;NIK\n1;{nik(1)}\n2;{nik(2)}\n3;{nik(9)}\n", encoding="utf-8-sig"
    )
    run = run_of(
        tmp_path,
        rest_app,
        FACTS,
        f"send: {send}",
        f"lookup: {{keys: '{keys}', column: NIK, param: nik}}",
        "verdicts: [{field: data.0.RESPON, starts_with: Data tidak, then: empty}]",
    )
    missing = {"data": [{"RESPON": "Data Tidak Ditemukan"}]}
    how: dict[str, Any] = {"missing": missing}
    rest_app.holds([person(1), person(2), person(3)], **how)
    run.catch_up()
    assert names(run) == ["0002", "0003"]
    rest_app.holds([person(1), person(2, status="2")], **how)
    run.crash()
    (made,) = run.catch_up()
    assert made.operation == DIKOREKSI


def test_a_look_up_goes_on_where_it_stopped(rest_app: RestApp, tmp_path: Path) -> None:
    keys = tmp_path / "nik.txt"
    keys.write_text("\n".join(nik(number) for number in range(4)), encoding="utf-8")
    url = f"{rest_app.url}/warga?key={{key}}"
    run = run_of(tmp_path, rest_app, FACTS, f"lookup: {{keys: '{keys}'}}", url=url)
    rest_app.holds([person(number) for number in range(4)])
    rest_app.setup(faults=["500"])
    with pytest.raises(RetriableError, match="HTTP 500") as caught:
        run.step()
    assert nik(0) not in str(caught.value)
    rest_app.setup(faults=["gone"])
    run.catch_up()
    assert run.codes == ["KUNCI_DITOLAK"]
    assert names(run) == ["0002", "0003", "0004"]
