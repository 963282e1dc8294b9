"""How a line and the next become one: with a space, without, or without the hyphen the typesetter put in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ingest.lines import Line
from ingest.prose import Prose

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")  # Chinese and Japanese put no spaces between words
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[/_=&?.-]$")


def known_words(lines: Iterable[Line]) -> Counter[str]:
    """The words of a document as it spells them, hyphens included; halves at the end and start of lines left out."""
    words: Counter[str] = Counter()
    halved = False
    for line in lines:
        found = _WORD.findall(line.text.casefold())
        ends_in_half = line.glued or line.text.endswith("-")
        words.update(found[1 if halved else 0 : -1 if ends_in_half else None])
        halved = ends_in_half
    return words


def run_on(first: Prose, second: Prose, known: Counter[str], glued: bool = False) -> tuple[Prose, str]:
    """What stands of the first of two lines of one paragraph, and what comes between it and the second. The hyphen of a
    broken word goes only if the document spells the word without it elsewhere, more often than with it; an unknown word
    keeps it."""
    if glued or _no_space_between(first.text, second.text):
        return first, ""
    broken, rest = _BROKEN.search(first.text), _WORD.match(second.text)
    if broken is None or rest is None:
        return first, " "
    if rest.group().casefold() in ("and", "or", "to") and " " in second.text:
        return first, " "  # "two- and three-year-olds"
    whole, hyphened = (f"{broken.group(1)}{dash}{rest.group()}".casefold() for dash in ("", "-"))
    return (_shortened(first) if known[whole] > known[hyphened] else first), ""


def _no_space_between(first: str, second: str) -> bool:
    if first.endswith("—") or second.startswith("—") or (_UNSPACED.match(first[-1:]) and _UNSPACED.match(second)):
        return True
    if re.search(r"[^\W\d_]/$", first) and "://" not in first.rsplit(" ", 1)[-1]:
        return True
    return _ADDRESS.search(first) is not None and (first[-1] == "_" or re.match(r"[a-z\d]", second) is not None)


def _shortened(prose: Prose) -> Prose:
    """Without its last character, a hyphen: no words are lost, so it is no cut."""
    return replace(prose, text=prose.text[:-1])
