"""Names of persons: kept as written, and folded for matching. Rule: domain.md Q5."""

import re
import unicodedata
from functools import lru_cache

from bus.normalise.result import BLANKS, CLEAN, Flags, Result, is_blank, text_of

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(r"[\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]")
_DIGIT = re.compile(r"\d")
_SPACE_OR_NOTHING = ("", " ")
_TITLE = re.compile(
    r"(?:^|[\s.(])(?:ALM|ALMH|ALMARHUM(?:AH)?)\b"
    r"|(?:^|[\s.])(?:HJ?|KH|DRS?|DRA|DRG|IR|PROF|NY|TN|SDRI?|BPK|UST|RA?)\."
    r"|,\s*\w",
    re.IGNORECASE,
)
_BARE_TITLES = {"ALM", "ALMH", "ALMARHUM", "ALMARHUMAH", "HJ", "KH", "DRS", "DRA"}

_PREFIX_WORDS = """
    ALM ALMH ALMARHUM ALMARHUMAH MENDIANG H HJ HAJI HAJAH HJH KH KYAI KIAI
    NYAI UST USTADZ USTAD USTADZAH DR DRS DRA DRG DRH IR PROF NY NYONYA TN
    TUAN SDR SDRI BPK BAPAK IBU NN NONA R RA RR RM RADEN GUS LETKOL MAYOR
    KAPTEN
"""
_PREFIXES = frozenset(_PREFIX_WORDS.split())
_DEGREE_WORDS = """
    SE SH ST SP SPD SPDI SPDSD SAG SIP SSOS SSOSI SKOM SKEP SKM SSI SSTP
    SSN SS SPT SPI SHUT STP SHI SHUM SPSI SFARM SGZ SIKOM SAP SAB SST SKG
    SKED SEI SIK STR STRKEB STRKEP STHI SFIL SAK SAN MM MH MT MSI MPD MPDI
    MAP MKES MKM MKOM MAG MSC MBA MHUM MSN MENG MIKOM MPSI MEI MP MA MSOS
    AMD AMDKEB AMDKEP AMDPD AMA AMAPD AMK AMKEB BA BSC PHD NS APT CPA AK
    SPOG SPA SPB SPPD LC CHT
"""
_DEGREES = frozenset(_DEGREE_WORDS.split())
# Two-letter endings that are also names or syllables go only when dotted or after
# a comma; the rest of `_DEGREES` goes from the end of a name in any case.
_WEAK = {"ST", "SS", "MA", "NS", "AK", "LC", "BA", "SAN", "SAK", "SP", "MP"} | {
    "MEI",
    "AMA",
    "SPA",
    "SPB",
    "MAP",
}
_DEAD = {"ALM", "ALMH", "ALMARHUM", "ALMARHUMAH"}
_TRAILING = (_DEGREES - _WEAK) | _DEAD
_VARIANTS = {
    "MUHAMAD": """
        MUH MOH MOCH MOHD MUHD MHD MUCH MOKH MUKH MUHAMMAD MOHAMAD MOHAMMAD MOCHAMAD
        MOCHAMMAD MUCHAMAD MUCHAMMAD MUKHAMAD MUKHAMMAD MOKHAMAD MOKHAMMAD MOHAMED
        MOHAMMED MUHAMMED MUHAMED MUHAMAT MUHAMMAT MOHAMAT
    """,
    "AHMAD": "ACHMAD AKHMAD AHMED AHMAT ACHMAT ACH",
    "ABDUL": "ABD ABDOEL ABDL ABDEL",
}
_SPELLED = {odd: usual for usual, odds in _VARIANTS.items() for odd in odds.split()}
_PATRONYMS = frozenset(["BIN", "BINTI", "ALIAS", "ALS"])

_DOTTED = re.compile(r"\b(?:[A-Z]{1,4}\.\s?){1,3}[A-Z]{1,4}\.?$")
_APOSTROPHES = re.compile(r"['`\u00b4\u2018\u2019\u02bb\u02bc]")
_NOT_LETTER = re.compile(r"[^A-Z ]+")
_OLD_DJ, _OLD_TJ = re.compile("D+J"), re.compile("T+J")
_MIN_WORD = 5


def nama(value: object, *, field: str | None = None) -> Result[str]:
    """A person's name as written, spaces collapsed and unprintable characters gone.

    Titles and case stay: the name belongs to its bearer. Flags: NAMA_BERGELAR (titles
    or degrees seen), NAMA_BERANGKA (digits in it), NAMA_KOSONG (None is given back).
    Never rejects.

    Args:
        value: the raw cell.
        field: unused; all normalisers take it.
    """
    if value.__class__ is str and value.replace(" ", "").isalpha() and _is_tidy(value):
        upper = value.upper()  # letters and single spaces: nothing to make printable
        if upper.partition(" ")[0] in _BARE_TITLES:
            return value, ("NAMA_BERGELAR",)
        return (None, ("NAMA_KOSONG",)) if upper in BLANKS else (value, CLEAN)
    text = printable(text_of(value))
    if is_blank(text):
        return None, ("NAMA_KOSONG",)
    return text, _name_flags(text)


def _is_tidy(text: str) -> bool:
    """No spaces but single ones between words; the text is not empty."""
    return "  " not in text and text[0] != " " and text[-1] != " "


def is_plain(text: str) -> bool:
    """Visible ASCII, single spaces between words: `printable` leaves it as it is."""
    return (
        text.isascii()
        and text.isprintable()
        and "  " not in text
        and text[:1] not in _SPACE_OR_NOTHING
        and text[-1] != " "
    )


def _is_titled(text: str) -> bool:
    if _TITLE.search(text):
        return True
    upper = text.upper()
    return _without_dotted_degree(upper) != upper


def printable(text: str) -> str:
    """Text on one line: spaces collapsed, control and invisible characters gone."""
    if not text.isprintable():
        text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return " ".join(text.split())


def _name_flags(text: str) -> Flags:
    flags = CLEAN
    if "." in text or "," in text or "(" in text:
        flags = ("NAMA_BERGELAR",) if _is_titled(text) else CLEAN
    elif text.partition(" ")[0].upper() in _BARE_TITLES:
        flags = ("NAMA_BERGELAR",)
    return (*flags, "NAMA_BERANGKA") if _DIGIT.search(text) else flags


@lru_cache(maxsize=16384)
def search_name(name: str) -> str:
    """A name folded for matching (`nama_cari`); never shown or stored as the name.

    Upper case A-Z and single spaces only; without titles (`H.`, `ALM.`), degrees
    (`S.PD`) and what follows BIN/BINTI; M., MOCH, MUHAMMAD are MUHAMAD, ACHMAD is
    AHMAD, old spelling (OE, DJ, TJ) is new. Applying it twice changes nothing.
    """
    folded = _fold(name)
    while True:
        again = _fold(folded)
        if again == folded:
            return folded
        folded = again


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).upper()
    text = _APOSTROPHES.sub("", text)
    head, _, tail = text.partition(",")
    head = _without_dotted_degree(head.strip())
    head = _OLD_TJ.sub("C", _OLD_DJ.sub("J", head)).replace("OE", "U")
    words = _NOT_LETTER.sub(" ", _without_marks(head)).split()
    words += _plain_words(tail)
    words = _without_titles(words)
    if not words:
        words = _NOT_LETTER.sub(" ", _without_marks(text)).split()
    return " ".join(_spelled(words))


def _without_marks(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c))


def _without_dotted_degree(head: str) -> str:
    found = _DOTTED.search(head)
    if found and _letters(found.group()) in _DEGREES and found.start() > 0:
        return head[: found.start()]
    return head


def _letters(text: str) -> str:
    return _NOT_LETTER.sub("", text).replace(" ", "")


def _plain_words(tail: str) -> list[str]:
    """Words after a comma that are no degree: `SUMINAH, WIDJAJA`; dotted ones go."""
    kept = []
    for part in tail.replace(",", " ").split():
        word = _letters(_without_marks(part))
        if "." not in part and len(word) >= _MIN_WORD and word not in _DEGREES:
            kept.append(word)
    return kept


def _without_titles(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while start < end - 1 and words[start] in _PREFIXES:
        start += 1
    for place in range(start + 1, end):
        if words[place] in _PATRONYMS:
            end = place
            break
    while end - start > 1 and words[end - 1] in _TRAILING:
        end -= 1
    return words[start:end]


def _spelled(words: list[str]) -> list[str]:
    fixed = [_SPELLED.get(word, word) for word in words]
    if len(fixed) > 1:
        fixed[0] = {"M": "MUHAMAD", "ST": "SITI"}.get(fixed[0], fixed[0])
    return fixed
