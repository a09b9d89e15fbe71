"""`bare loop`: a table to Kafka in a hand-written loop, for one table only.

The ceiling of what Python with aiokafka reaches: no mapping file, no contract, no
pseudonyms, no dead letters, no position to resume from. It does check each NIK, and
writes Avro in one transaction per chunk, the next chunk read in a thread of its own.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import resource
import sys
import time
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import fastavro
from aiokafka import AIOKafkaProducer
from sqlalchemy import create_engine

from connectors.sql.address import address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

CHUNK = 5000
BATCH_BYTES = 1 << 20
QUERY = (
    "SELECT id, nik, no_kk, nama, tgl_lahir, jenis_kelamin, alamat, kode_wilayah, "
    "status, updated_at FROM penduduk WHERE id > %s ORDER BY id LIMIT %s"
)
EPOCH = 719_163
"""1970-01-01 as a proleptic ordinal."""
TEXTS = ("nik", "no_kk", "nama", "jk", "alamat", "kode_wilayah", "status", "ref")
AVRO = fastavro.parse_schema(
    {
        "type": "record",
        "name": "Warga",
        "fields": [
            *({"name": name, "type": "string"} for name in TEXTS),
            {"name": "tgl_lahir", "type": ["null", "int"]},
        ],
    }
)
HEADERS = [("ce_type", b"Warga"), ("ce_source", b"/bench"), ("ce_specversion", b"1.0")]
DAYS, MONTHS, GIRLS = 31, 12, 40
is_nik = re.compile(r"\d{16}").fullmatch


def event(row: Sequence[Any]) -> dict[str, Any]:
    """A row checked and named.

    Raises:
        ValueError: no NIK.
    """
    number, nik, card, name, born, sex, street, village, status, _ = row
    if (
        not is_nik(nik)
        or not 1 <= int(nik[6:8]) % GIRLS <= DAYS
        or not 1 <= int(nik[8:10]) <= MONTHS
    ):
        raise ValueError
    day: date | None = born
    return {
        "nik": nik,
        "no_kk": card,
        "nama": " ".join(name.split()),
        "jk": sex,
        "alamat": street,
        "kode_wilayah": village,
        "status": status,
        "ref": f"bench|penduduk|{number}",
        "tgl_lahir": day and day.toordinal() - EPOCH,
    }


class Encoder:
    """Events to Avro in one buffer; a new buffer each costs more than the encoding."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()

    def encode(self, value: dict[str, Any]) -> bytes:
        """The record behind the five bytes that name its schema."""
        self._buffer.seek(0)
        self._buffer.truncate()
        self._buffer.write(b"\0\0\0\0\1")
        fastavro.schemaless_writer(self._buffer, AVRO, value)
        return self._buffer.getvalue()


def records(rows: Sequence[Sequence[Any]], encoder: Encoder) -> Iterator[Any]:
    """Rows as records for a batch; those without a NIK are left out."""
    for row in rows:
        try:
            value = encoder.encode(event(row))
        except ValueError:
            continue
        mark = ("ce_id", blake2b(value, digest_size=16).digest())
        key = row[1].encode()
        yield {
            "key": key,
            "value": value,
            "timestamp": None,
            "headers": [mark, *HEADERS],
        }


async def send(
    producer: AIOKafkaProducer, topic: str, rows: Sequence[Sequence[Any]]
) -> None:
    """One chunk in one transaction."""
    encoder = Encoder()
    await producer.begin_transaction()
    batch, sent = producer.create_batch(), []
    for record in records(rows, encoder):
        if batch.append(**record) is None:
            sent.append(await producer.send_batch(batch, topic, partition=0))
            batch = producer.create_batch()
            batch.append(**record)
    sent.append(await producer.send_batch(batch, topic, partition=0))
    await asyncio.gather(*sent)
    await producer.commit_transaction()


async def copy(url: str, bootstrap: str, topic: str) -> int:
    """The whole table; how many rows it has."""
    connection = create_engine(address(url, "bare loop")).raw_connection()
    cursor = connection.cursor()
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        transactional_id="bare-loop",
        max_batch_size=BATCH_BYTES,
    )
    await producer.start()

    def fetch(after: int) -> Sequence[Any]:
        cursor.execute(QUERY, (after, CHUNK))
        return cursor.fetchall()

    done = 0
    try:
        following = asyncio.create_task(asyncio.to_thread(fetch, 0))
        while rows := await following:
            following = asyncio.create_task(asyncio.to_thread(fetch, rows[-1][0]))
            await send(producer, topic, rows)
            done += len(rows)
    finally:
        await producer.stop()
        connection.close()
    return done


def main() -> None:
    """Copy what stdin says as JSON (`url`, `bootstrap`, `topic`); figures on stdout."""
    given = json.load(sys.stdin)
    began, cpu = time.perf_counter(), time.process_time()
    done = asyncio.run(copy(**given))
    figures = {
        "items": done,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
