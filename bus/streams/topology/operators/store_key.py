"""Keys of state entries made of parts, so that a walk finds what belongs together.

Parts are joined with `/`; a part that has one itself is written `%2F`, so no key of
one part can pass for a key of another. Times are padded and sort as numbers.
"""

from collections.abc import Iterator

_SLASH, _AFTER = "/", "0"  # "0" is the character after "/"


def part(text: str) -> str:
    """A text as one part of a key."""
    if "/" in text or "%" in text:
        return text.replace("%", "%25").replace("/", "%2F")
    return text


def plain(text: str) -> str:
    """The text behind a part."""
    return text.replace("%2F", "/").replace("%25", "%") if "%" in text else text


def padded(ms: int) -> str:
    """A time in ms, or another number of up to 15 digits, as a part that sorts.

    Raises:
        ValueError: negative or too long; it would sort wrongly.
    """
    if not 0 <= ms < 10**15:
        raise ValueError(f"{ms} does not sort as a time between 1970 and 33658")
    return f"{ms:015d}"


def joined(*parts: str) -> str:
    """A key of parts that are free text."""
    return _SLASH.join(map(part, parts))


def below(*parts: str) -> tuple[str, str]:
    """First and last of a walk over all keys that begin with these parts."""
    prefix = joined(*parts)
    return prefix + _SLASH, prefix + _AFTER


def split(key: str) -> Iterator[str]:
    """The parts of a key as free text."""
    return map(plain, key.split(_SLASH))
