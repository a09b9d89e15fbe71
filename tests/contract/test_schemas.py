"""Every schema of the package, checked with both Avro libraries."""

import io
import json
import re
from decimal import Decimal

import fastavro
import pytest
from avro.io import BinaryDecoder, DatumReader
from avro.schema import parse

from bus.contracts import Catalog
from bus.contracts.compatibility import incompatibilities
from bus.contracts.json_value import to_json
from bus.contracts.key_template import paths_of
from bus.contracts.naming import topic_name
from bus.contracts.rules import violations

CATALOG = Catalog.load()
EVENTS = sorted(CATALOG.events.values(), key=lambda event: event.type)
PUBLIC = [event for event in EVENTS if not CATALOG.contract(event.contract).internal]
EXAMPLES = [
    pytest.param(event, example, id=f"{event.type}-{number}")
    for event in EVENTS
    for number, example in enumerate(event.examples, start=1)
]
NUMBER_OF_A_PERSON = re.compile(r"\d{13,18}")


def each(events):
    return pytest.mark.parametrize("event", events, ids=lambda event: event.type)


def leaves(node, path=""):
    """Every leaf value with its dotted field path."""
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for inner in node:
            yield from leaves(inner, path)
    else:
        yield path, node


def plain(schema):
    """The schema as the serde uses it: dates and times as numbers."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: plain(value) for key, value in schema.items()}
    if made.get("logicalType") in ("date", "timestamp-millis"):
        del made["logicalType"]
    return made


@each(EVENTS)
def test_parses_with_both_libraries(event):
    fastavro.parse_schema(event.schema)
    assert parse(json.dumps(event.schema)).fullname == event.fullname


@each(EVENTS)
def test_versions_are_compatible(event):
    mode = CATALOG.contract(event.contract).compatibility
    for number in range(1, len(event.versions)):
        earlier = list(event.versions[:number])
        assert incompatibilities(event.versions[number], earlier, mode) == []


@each(PUBLIC)
def test_house_rules(event):
    """Null first, LAINNYA, decimal(20,2); concept, definition, class of each field."""
    assert violations(event) == []


@each(PUBLIC)
def test_has_an_example(event):
    assert event.examples


@pytest.mark.parametrize(("event", "example"), EXAMPLES)
def test_example_round_trips_through_fastavro(event, example):
    schema = fastavro.parse_schema(plain(event.schema))
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, schema, example.value, strict=True)
    buffer.seek(0)
    assert fastavro.schemaless_reader(buffer, schema, schema) == example.value


@pytest.mark.parametrize(("event", "example"), EXAMPLES)
def test_example_is_readable_by_the_official_library(event, example):
    buffer = io.BytesIO()
    fastavro.schemaless_writer(
        buffer, fastavro.parse_schema(plain(event.schema)), example.value
    )
    buffer.seek(0)
    schema = parse(json.dumps(event.schema))
    read = DatumReader(schema).read(BinaryDecoder(buffer))
    assert set(read) == set(example.value)
    for name, value in example.value.items():
        if isinstance(value, Decimal | str | bool | bytes):
            assert read[name] == value


@pytest.mark.parametrize(("event", "example"), EXAMPLES)
def test_no_personal_number_in_a_key(event, example):
    assert NUMBER_OF_A_PERSON.search(example.key) is None
    assert paths_of(event.key_template) or not example.value.get("orang")


@pytest.mark.parametrize(("event", "example"), EXAMPLES)
def test_numbers_of_persons_stand_only_in_personal_fields(event, example):
    for path, value in leaves(example.value):
        if not isinstance(value, str) or re.fullmatch("[0-9a-f]{32,64}", value):
            continue
        if NUMBER_OF_A_PERSON.search(value):
            assert path in event.personal_fields, path


@each(EVENTS)
def test_keys_are_not_personal(event):
    for path in paths_of(event.key_template):
        assert path not in event.personal_fields
        assert path.rpartition(".")[2] not in ("nik", "no_kk", "nama")


@each(EVENTS)
def test_nik_family_number_and_name_are_tagged_personal(event):
    for item in event.fields:
        if item.path.rpartition(".")[2] in ("nik", "no_kk", "tgl_lahir", "rekening"):
            assert item.path in event.personal_fields, item.path


@pytest.mark.parametrize("contract", CATALOG.contracts, ids=lambda item: item.ref)
def test_contract_is_complete(contract):
    assert re.fullmatch(r"[a-z0-9.]+", topic_name("k3325", contract.ref))
    assert contract.owner
    assert contract.purpose
    assert contract.event_types
    if not contract.internal:
        assert contract.legal_basis
        assert contract.steward
        assert contract.compacted or contract.retention_ms > 0


def test_json_form_of_examples_is_what_the_file_says():
    event = CATALOG.event("SantunanDiajukan")
    shown = to_json(event.schema, event.examples[0].value)
    assert shown["tgl_meninggal"] == "2026-02-28"
    assert shown["jumlah"] == "1000000.00"


def test_public_event_types():
    assert {event.type for event in PUBLIC} >= {
        "AktaKematianTerbit",
        "AnggaranDireservasi",
        "AnggaranDitetapkan",
        "ConnectorStatus",
        "DatangDicatat",
        "DeadLetter",
        "KelayakanSosialDimutakhirkan",
        "KeluargaDimutakhirkan",
        "KematianDibatalkan",
        "KematianDilaporkan",
        "MutuDataDitemukan",
        "PemetaanKodeDitetapkan",
        "PendudukDimutakhirkan",
        "PengambilanDimulai",
        "PengambilanSelesai",
        "PindahDiterbitkan",
        "RealisasiDicatat",
        "RencanaDitetapkan",
        "ReservasiDilepas",
        "ReservasiDipakai",
        "SantunanDiajukan",
        "SantunanDibatalkan",
        "SantunanDicairkan",
        "SantunanDikembalikan",
        "SantunanDisetujui",
        "SantunanDisiapkan",
        "SantunanDitolak",
        "SantunanDiverifikasi",
        "SantunanMenungguAnggaran",
        "SelisihAnggaranDitemukan",
        "WargaDesaDimutakhirkan",
    }
