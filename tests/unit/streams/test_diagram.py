"""A topology drawn: every topic, stage and edge once, in valid Mermaid."""

import re

from bus.streams.topology.diagram import mermaid
from tests.unit.operators.semua import SEMUA


def test_everything_is_drawn():
    lines = mermaid(SEMUA).splitlines()
    assert lines[0] == "flowchart LR"
    assert len(lines) == len(set(lines)) or lines.count("") == 0
    text = "\n".join(lines)
    assert '  n_uji_orang["<b>uji.orang</b><br/>orang<br/>alias' in text
    assert "n_uji_masuk ==> n_uji_log_repartition_v1" in text
    assert "n_uji_masuk --> n_uji_log_repartition_v1" in text
    assert 'n_uji_petak -. "WaktuTiba" .-> n_uji_lain_repartition_v1' in text
    assert '-- "Catatan, HariBerganti, Hasil +5" --> n_uji_orang' in text
    named = set(re.findall(r"^  (n_\w+)[({\[]", text, re.MULTILINE))
    used = set(re.findall(r"\bn_\w+", text))
    assert used == named
