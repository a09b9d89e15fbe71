"""e-Sakti's own database: `tb_santunan` and the inbox the bus writes into."""

from collections.abc import Sequence
from typing import Any

from ops.simulate.apps.claims import AMOUNT, Claim, registration
from ops.simulate.apps.tables import ESAKTI, SANTUNAN
from ops.simulate.store import Store, fill

UNPAID = "0000-00-00"


def write_claims(store: Store, claims: list[Claim]) -> dict[str, int]:
    """Makes the app's tables and files the claims in the order of their arrival."""
    store.rebuild(ESAKTI)
    claims.sort(key=lambda claim: (claim.arrives, claim.kode, claim.letter))
    with store.writing() as connection:
        count = fill(
            connection,
            SANTUNAN,
            (
                (serial, *claim_row(serial, claim))
                for serial, claim in enumerate(claims, start=1)
            ),
        )
    return {"tb_santunan": count, "bus_masuk": 0}


def claim_row(serial: int, claim: Claim, at: str = "10:15:00.000000") -> Sequence[Any]:
    """The columns of `tb_santunan` after its id."""
    return (
        *(registration(serial, claim.applied), claim.kode, claim.nik, claim.no_kk),
        *(claim.name, claim.birth, claim.sex, claim.died, claim.letter),
        *(claim.certificate or None, None, claim.sktm, f"rumah_{serial}.jpg"),
        *(claim.heir_nik, claim.heir_name, claim.heir_kin, ""),
        *(AMOUNT, claim.status, claim.reason, UNPAID),
        *(f"ds_{claim.kode[-4:]}", f"{claim.applied} {at}", claim.deleted),
    )
