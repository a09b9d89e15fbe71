"""Claims ask to be told when an heir dies (case k)."""

from bus.record import Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.klaim.sidang import Sidang


def minati(s: Sidang, klaim: Value, pengajuan: list[Value]) -> Value:
    """Ask once for each heir named on a form or standing in the order of heirs."""
    orang = [d["ahli_waris"] for d in pengajuan if d["ahli_waris"] is not None]
    orang += [c["orang"] for c in klaim["keluarga"]["calon"]]
    perlu = {o["subjek_id"] for o in orang} - {s.subjek, *klaim["minat"]}
    if not perlu:
        return klaim
    for waris in sorted(perlu):
        s.ctx.emit(
            rujukan.KE_KLAIM,
            "WarisDiminati",
            waris,
            {"subjek_id": waris, "peminat": s.subjek},
            classification=rujukan.INTERNAL,
        )
    return {**klaim, "minat": sorted({*klaim["minat"], *perlu})}
