"""Bytes of a text file -> text."""

from __future__ import annotations

import codecs
import unicodedata

from charset_normalizer import from_bytes

from ingest.errors import UnreadableFile

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000  # bytes: enough to tell an encoding, few enough to be quick
_ADVICE = "Save it as plain text in UTF-8 and put it back."


def decode(data: bytes) -> str:
    """The text, or UnreadableFile if the bytes are text in no encoding that can be told."""
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        # One stray byte must not cost the whole file; the mark it leaves can be seen.
        return data.decode("utf-8" if encoding.startswith("utf-8") else "cp1252", errors="replace")


def encoding_of(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    return _wide(data) or _utf8(data) or _guessed(data)


def _utf8(data: bytes) -> str:
    """UTF-8 if it is that, or all but a few bytes of it: no other encoding gives whole sequences by chance."""
    text = data.decode("utf-8", errors="replace")
    foreign = sum(1 for letter in text if letter > "\x7f")
    wrong = text.count("\ufffd") - data.count("\ufffd".encode())  # a file may hold the mark itself
    return "utf-8" if wrong == 0 or wrong * 20 < foreign else ""


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every other byte of ordinary text is zero."""
    sample = data[:2000]
    if len(sample) < 4 or sample.count(0) < len(sample) // 4:
        return ""
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _guessed(data: bytes) -> str:
    if _nearly_ascii(data) and _latin(data):
        return "cp1252"  # a guess from a handful of letters would be a lottery
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise UnreadableFile("its letters are in an encoding that cannot be told", _ADVICE)
    return "cp1252" if _latin(data) and _latin(str(best).encode("utf-8"), "utf-8") else best.encoding


def _nearly_ascii(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    return sum(byte > 0x7F for byte in sample) * 10 <= len(sample)


def _latin(data: bytes, encoding: str = "cp1252") -> bool:
    """Western text. The many one-byte encodings of Europe differ in few letters, and Windows-1252 is by far the most
    used."""
    letters = [letter for letter in data.decode(encoding, errors="ignore") if letter.isalpha()]
    return all(
        unicodedata.name(letter, "").startswith(("LATIN", "FEMININE", "MASCULINE", "MICRO")) for letter in letters
    )
