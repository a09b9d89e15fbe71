"""How alike two names are, for the match levels of domain.md §4.4. Deterministic."""

from functools import lru_cache

from bus.normalise.names import search_name

_PREFIX_WEIGHT, _PREFIX_MAX, _PREFIX_FROM = 0.1, 4, 0.7
_INITIAL = 0.9
_REORDERED = 0.97


def similarity(one: str, other: str) -> float:
    """0 to 1: 1 for the same folded name, 0 when either has no letters.

    Words are aligned in order, each pair weighs its letters and counts its
    Jaro-Winkler value, a word without partner counts 0; the best of this, of the words
    in alphabetical order (x 0.97) and of the names written without spaces is taken.
    So `SITI AMINAH` and `SITI ROHMAH` stay apart although they share a beginning.
    Symmetric. Some tens of microseconds for a new pair of long names.
    """
    a, b = search_name(one), search_name(other)
    if a == b:
        return 1.0 if a else 0.0
    return _similarity(a, b) if a < b else _similarity(b, a)


@lru_cache(maxsize=8192)
def _similarity(a: str, b: str) -> float:
    if not a or not b:
        return 0.0
    words_a, words_b = a.split(), b.split()
    best = _aligned(words_a, words_b)
    if len(words_a) != len(words_b):
        best = max(best, _jaro("".join(words_a), "".join(words_b)))
    swapped = _aligned(sorted(words_a), sorted(words_b)) * _REORDERED
    return min(max(best, swapped), 0.999)


def _aligned(words_a: list[str], words_b: list[str]) -> float:
    """Best order-keeping pairing, by letters; the classic alignment table."""
    above = [0.0] * (len(words_b) + 1)
    for a in words_a:
        row = [0.0]
        for column, b in enumerate(words_b):
            paired = above[column] + _word(a, b) * (len(a) + len(b))
            row.append(max(paired, above[column + 1], row[column]))
        above = row
    letters = sum(map(len, words_a)) + sum(map(len, words_b))
    return above[-1] / letters


@lru_cache(maxsize=16384)
def _word(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if len(a) == 1 or len(b) == 1:
        return _INITIAL if a[0] == b[0] else 0.0
    return jaro_winkler(a, b)


def jaro_winkler(a: str, b: str) -> float:
    """The Jaro-Winkler similarity of two words, symmetric, 0 to 1."""
    jaro = _jaro(a, b) if a <= b else _jaro(b, a)
    if jaro < _PREFIX_FROM:
        return jaro
    prefix = 0
    for x, y in zip(a[:_PREFIX_MAX], b, strict=False):
        if x != y:
            break
        prefix += 1
    return jaro + prefix * _PREFIX_WEIGHT * (1 - jaro)


def _jaro(a: str, b: str) -> float:
    if a == b:
        return 1.0
    window = max(max(len(a), len(b)) // 2 - 1, 0)
    free = list(b)
    matched_a = []
    places = []
    for i, letter in enumerate(a):
        low = i - window if i > window else 0
        for j in range(low, min(i + window + 1, len(free))):
            if free[j] == letter:
                free[j] = ""
                matched_a.append(letter)
                places.append(j)
                break
    m = len(matched_a)
    if not m:
        return 0.0
    in_order = [b[j] for j in sorted(places)]
    swaps = sum(x != y for x, y in zip(matched_a, in_order, strict=True)) / 2
    return (m / len(a) + m / len(b) + (m - swaps) / m) / 3


def edit_distance(a: str, b: str, limit: int) -> int:
    """Levenshtein distance, or `limit + 1` as soon as it is larger than the limit."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        current = [i]
        for j, y in enumerate(b, start=1):
            change = previous[j - 1] + (x != y)
            current.append(min(previous[j] + 1, current[-1] + 1, change))
        if min(current) > limit:
            return limit + 1
        previous = current
    return min(previous[-1], limit + 1)
