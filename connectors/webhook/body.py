"""The body of a post as rows; pure.

Numbers keep every digit: a NIK that a sender wrote as a number stays 16 digits, and
`1.10` stays `1.10`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bus.connect.push import BodyRefusedError
from bus.connect.source import Batch

MOST_ROWS = 1000


def parsed(body: bytes) -> Any:
    """The JSON of a body.

    Raises:
        BodyRefusedError: it is none.
    """
    try:
        found = json.loads(
            body.decode("utf-8-sig"),
            parse_float=str,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
        if b"\\u" in body:  # half a character can be written so, and goes nowhere
            json.dumps(found, ensure_ascii=False).encode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise BodyRefusedError("BUKAN_UTF8", "isi bukan teks UTF-8") from None
    except RecursionError:
        raise BodyRefusedError("BUKAN_JSON", "isi bersarang terlalu dalam") from None
    except json.JSONDecodeError as error:
        raise BodyRefusedError(
            "BUKAN_JSON",
            f"isi bukan JSON: baris {error.lineno}, kolom {error.colno}",
        ) from None
    except ValueError as error:
        raise BodyRefusedError("BUKAN_JSON", f"isi bukan JSON: {error}") from None
    return found


def rows_of(
    body: bytes, columns: Sequence[str], fields: Mapping[str, str], rows: str
) -> Batch:
    """The rows of a body, with these columns.

    Args:
        body: as posted.
        columns: of the mapping.
        fields: column → dotted path; a column without is its own path.
        rows: dotted path of the list of rows, or empty.

    Raises:
        BodyRefusedError: no JSON, or no rows where they should be.
    """
    data = parsed(body)
    paths = [fields.get(name, name) for name in columns]
    found = [
        tuple(cell(root, element, path, rows) for path in paths)
        for root, element in _elements(data, rows)
    ]
    return Batch(tuple(columns), found, "", origin="post")


def member(body: bytes, path: str) -> str:
    """One value of a body as text; empty where there is none."""
    try:
        found = _walked(parsed(body), path)
    except BodyRefusedError:
        return ""
    return found if isinstance(found, str) else "" if found is None else str(found)


def _elements(data: Any, rows: str) -> list[tuple[Any, Any]]:
    """For each row the body it stands in, and its element."""
    held = _walked(data, rows) if rows else data
    if not rows and isinstance(held, dict):
        return [(held, held)]
    if not isinstance(held, list):
        what = f"`{rows}`" if rows else "isi"
        raise BodyRefusedError("TANPA_BARIS", f"{what} bukan daftar baris")
    if len(held) > MOST_ROWS:
        raise BodyRefusedError(
            "TERLALU_BANYAK_BARIS", f"lebih dari {MOST_ROWS} baris dalam satu kiriman"
        )
    if not all(isinstance(element, dict) for element in held):
        raise BodyRefusedError("TANPA_BARIS", "daftar baris berisi yang bukan objek")
    return [(data if rows else element, element) for element in held]


def cell(root: Any, element: Any, path: str, rows: str) -> Any:
    """One cell: from the row's element where the path goes through `rows`."""
    if rows and path.startswith(f"{rows}."):
        found = _walked(element, path[len(rows) + 1 :])
    else:
        found = _walked(root, path)
    if isinstance(found, dict | list):
        return json.dumps(found, ensure_ascii=False)
    return found


def _walked(data: Any, path: str) -> Any:
    """What stands at a dotted path; None if nothing does."""
    if isinstance(data, dict) and path in data:
        return data[path]
    for part in path.split("."):
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isascii() and part.isdigit():
            data = data[int(part)] if int(part) < len(data) else None
        else:
            return None
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("sebuah nama ada dua kali dalam satu objek")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} bukan angka")
