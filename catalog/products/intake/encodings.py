"""Decides how the bytes of a file are read as text: by its mark, by alternation, else by what makes words of them."""

import re

from charset_normalizer import from_bytes

# Tried in this order: what spreadsheets of Windows write, those of old Macintoshes, those of Central Europe, DOS.
WESTERN = ("cp1252", "mac_roman", "cp1250", "iso8859_2", "cp850")
ELSEWHERE = [
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp874",
]
NAMES = {
    "cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp1250": "Windows-1250", "iso8859_2": "ISO 8859-2",
    "cp850": "DOS (CP850)", "cp1254": "Windows-1254", "cp932": "Shift-JIS", "euc_jp": "EUC-JP",
    "gb18030": "GB 18030", "big5": "Big5", "cp949": "Korean (CP949)", "cp1251": "Windows-1251", "koi8_r": "KOI8-R",
    "cp1253": "Windows-1253", "cp1255": "Windows-1255", "cp1256": "Windows-1256", "cp874": "Thai (CP874)",
}  # fmt: skip
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Signs that stand beside words and figures in product names: marks, fractions, currencies, quotes, dashes.
_SYMBOLS = frozenset(
    "\xa0\xae\u2122\xa9\xb0\xbd\xbc\xbe\xa3\u20ac\xa5\xa2\u2013\u2014\u2018\u2019\u201c\u201d"
    "\u201e\u201a\xab\xbb\u2026\xb7\u2022\xd7\xb1\xb2\xb3\xa7\xb5\xa1\xbf\xaa\xba"
)
# Of these some stand within words, others are letters only by name.
_WITHIN_WORDS, _NO_LETTERS = (
    frozenset("\u2019\u2018\xb7\xa0\u2026\xae\u2122"),
    frozenset("\u0192\u02c6\u02dc"),
)
# Six letters of Turkish stand where Icelandic has its own, which comes with accents that Turkish lacks.
_TURKISH, _ACCENTS = re.compile(rb"[\xd0\xdd\xde\xf0\xfd\xfe]"), re.compile(rb"[\xe1\xe6\xe9\xed\xf3\xfa]")
_LONG_RUN = re.compile(r"[^\x00-\x7f]{4,}")
# More strange characters among those beyond ASCII, and it is no text of this encoding.
_MOST_STRANGE = 0.2
_HEADER = 48


def wide_encoding(head: bytes) -> str:
    """Return UTF-16 or UTF-32 by its mark, or UTF-16 where a header's letters alternate with NULs; else nothing."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    start = head[: min(_HEADER, len(head) // 2 * 2)]
    even, odd = start[::2].count(0), start[1::2].count(0)
    most = 0.8 * len(start) / 2
    if odd >= most and not even:
        return "utf-16-le"
    return "utf-16-be" if even >= most and not odd else ""


def narrow_encoding(sample: bytes) -> str:
    """Return the encoding of lines that are not UTF-8, by the one that makes words of them."""
    shares = {name: _strangeness(_decoded(sample, name)) for name in WESTERN}
    best = min(WESTERN, key=lambda name: shares[name])
    if shares[best] <= _MOST_STRANGE:
        is_turkish = best == "cp1252" and _TURKISH.search(sample) and not _ACCENTS.search(sample)
        return "cp1254" if is_turkish else best
    found = from_bytes(sample, cp_isolation=ELSEWHERE).best()
    return found.encoding if found else best


def _decoded(sample: bytes, name: str) -> str:
    return sample.decode(name, errors="replace")


def _strangeness(text: str) -> float:
    """Return which share of the characters beyond ASCII stands where no word has them."""
    beyond = strange = 0
    for place, sign in enumerate(text):
        if sign.isascii():
            continue
        beyond += 1
        before = text[place - 1] if place else " "
        after = text[place + 1] if place + 1 < len(text) else " "
        strange += _is_strange(sign, before, after)
    # No word of these encodings has so many accents in a row.
    strange += sum(len(run) for run in _LONG_RUN.findall(text))
    return strange / beyond if beyond else 0.0


def _is_strange(sign: str, before: str, after: str) -> bool:
    if sign.isalpha():
        # A capital within a word, or a letter between two such letters.
        crowded = not any(each.isascii() or each in _SYMBOLS for each in (before, after))
        return sign in _NO_LETTERS or crowded or (sign.isupper() and before.islower())
    return sign not in _SYMBOLS or (before.isalpha() and after.isalpha() and sign not in _WITHIN_WORDS)
