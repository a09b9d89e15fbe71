"""The body of an answer as JSON without loss, and paths into it. Pure.

A NIK that the app sends as a number keeps all its digits: whole numbers have no
limit here, and decimals stay decimal.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

_LONE = re.compile("[\ud800-\udfff]")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_HTML = re.compile(r"\s*<(!doctype|html|head|body|\?xml|br|b>)", re.IGNORECASE)
_DIGITS = re.compile(r"\d{4,}")
_SHOWN = 100


class BodyError(Exception):
    """The body is not what it claims to be; says in words what it is instead."""


def text_of_body(data: bytes, content_type: str) -> str:
    """Bytes as text: as declared, else UTF-8, else cp1252, which never fails here.

    Args:
        data: the body.
        content_type: header; apps often declare what is not true.
    """
    declared = _CHARSET.search(content_type)
    for name in (declared[1] if declared else "utf-8-sig", "utf-8-sig"):
        try:
            return data.decode(name).removeprefix("\ufeff")
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", "replace")


def parsed(text: str) -> Any:
    """The JSON value.

    Raises:
        BodyError: it is none; the message holds nothing of the content.
    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise BodyError(_instead(text, error)) from None
    except (RecursionError, ValueError) as error:
        raise BodyError(f"no usable JSON ({type(error).__name__})") from None
    return _mended(value) if "\\u" in text and _LONE.search(repr_of(value)) else value


def _no_number(word: str) -> Any:
    raise BodyError(f"JSON with {word}, which is no number")


def _instead(text: str, error: json.JSONDecodeError) -> str:
    if not text.strip():
        return "an empty body"
    if _HTML.match(text):
        return "an HTML page (login, error or maintenance page?)"
    if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
        return f"JSON that ends in the middle, after {len(text)} characters"
    return f"no JSON: {error.msg} at character {error.pos}"


def repr_of(value: Any) -> str:
    """All texts of a value, to look for characters."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _mended(value: Any) -> Any:
    """Halves of characters, which no encoding can write, replaced."""
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value


def at_path(value: Any, path: str) -> Any:
    """What stands at a dotted path, `content.0.NIK`; None if there is nothing.

    A key with dots in it is found too. The empty path is the value itself.
    """
    if not path:
        return value
    if isinstance(value, Mapping):
        if path in value:
            return value[path]
        head, _, rest = path.partition(".")
        return at_path(value[head], rest) if rest and head in value else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        head, _, rest = path.partition(".")
        if head.isdigit() and int(head) < len(value):
            return at_path(value[int(head)], rest)
    return None


def has_path(value: Any, path: str) -> bool:
    """Whether the path is there, if only with null."""
    if at_path(value, path) is not None:
        return True
    above, _, name = path.rpartition(".")
    holder = at_path(value, above)
    return isinstance(holder, Mapping) and (name in holder or path in holder)


def cell(value: Any) -> Any:
    """A value as a cell of a row; what has parts becomes JSON text."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return value


def shown(value: Any) -> str:
    """The text of an app's error, short and without numbers that may be a person's."""
    return _DIGITS.sub("…", " ".join(str(value).split()))[:_SHOWN]
