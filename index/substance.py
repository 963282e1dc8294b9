"""How much of a passage says anything: repeated sentences, questions without an answer and heaps of words do not.

Whoever wants a passage to be found can write what people will ask into it, again and again. Search takes likeness for
an answer, so likeness counts only as far as there is something said.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from index.model import Passage
from index.words import STOPWORDS

# A heap: more words than this between two marks, with fewer small ones among them. The share of small words is about .48 in
# the corpus (.26 at its hundredth part), .08 where words are heaped.
_MOST_TOGETHER = 12
_SMALL = 0.2
_ROW = 5  # words: a row of so many that stands in a document twice is said once
_MOST_TIMES = 2  # what is said of everything is said of nothing
_ENOUGH = 0.5  # of its words: an ordinary passage has more, even one with a list or a few questions in it
_LEAST = 0.1  # a list of questions is found still where nothing else is alike
_LETTER = re.compile(r"[^\W\d_]")
_END = re.compile(r"(?<=[.!?])\s+|\n+")  # Punkt is ten times slower, and it does no harm to part "Dr. Smith"
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
_MARK = re.compile(r"[^\w\s,'’\-]|\n|,(?=\s+[A-ZÀ-Þ])")  # the commas between names, not those between other words


def write_trust(file: Path, passages: Iterable[Passage], known: Mapping[str, float] | None = None) -> None:
    """How far likeness to each passage can be trusted, for those that cannot be wholly: JSON, passage id -> 0.1 to 1. What is
    `known` (as `read_trust` gives it) of a document is taken over, when none of its passages are given."""
    of: dict[str, list[Passage]] = {}
    for passage in passages:
        of.setdefault(passage.source_id, []).append(passage)
    found = dict(known or {})
    for mine in of.values():
        mine.sort(key=lambda passage: passage.order)
        for one, share in zip(mine, saying([passage.text for passage in mine]), strict=True):
            found[one.id] = max(_LEAST, min(1.0, share / _ENOUGH))
    file.write_text(json.dumps({id_: trust for id_, trust in found.items() if trust < 1}), encoding="utf-8")


def read_trust(file: Path) -> dict[str, float]:
    """Passages that are not in it are trusted wholly."""
    found: dict[str, float] = json.loads(file.read_text(encoding="utf-8"))
    return found


def saying(texts: Sequence[str]) -> list[float]:
    """The share of the words of each text of a document, in order, that say something; 1 for a text without words."""
    rows = Counter(row for text in texts for words in _clauses(text) for row in _rows(words))
    seen = {row for row, times in rows.items() if times > _MOST_TIMES}
    return [_share(text, seen) for text in texts]


def _clauses(text: str) -> list[list[str]]:
    """The words between marks, in small letters."""
    return [_WORD.findall(clause.casefold()) for clause in _MARK.split(text)]


def _rows(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The short cells of a table are none."""
    return [tuple(words[at : at + _ROW]) for at in range(len(words) - _ROW + 1)]


def _share(text: str, seen: set[tuple[str, ...]]) -> float:
    """The rows of words that are in `seen` say nothing; those of the text come to them."""
    said = total = asked = 0
    for sentence in _END.split(text):
        if not _LETTER.search(sentence):  # the number of an item
            continue
        size, new = _sizes(sentence, seen)
        total += size
        if sentence.rstrip().endswith("?"):
            asked += new  # says something when an answer of its own follows
            continue
        said += new + (asked if 2 * new >= size else 0)
        asked = 0
    return said / total if total else 1.0


def _sizes(sentence: str, seen: set[tuple[str, ...]]) -> tuple[int, int]:
    """The words of a sentence, and how many of them stand neither in a heap nor in a row that says nothing."""
    clauses = _clauses(sentence)
    new = sum(0 if _is_heap(words) else len(words) - _known(words, seen) for words in clauses)
    return sum(map(len, clauses)), new


def _known(words: Sequence[str], seen: set[tuple[str, ...]]) -> int:
    """How many of the words stand in rows that were seen; then all of their rows are."""
    rows = _rows(words)
    known = {at + n for at, row in enumerate(rows) if row in seen for n in range(_ROW)}
    seen.update(rows)
    return len(known)


def _is_heap(words: Sequence[str]) -> bool:
    """Of the words between two marks: whether they are too many without a small one for a sentence to hold them together."""
    return len(words) > _MOST_TOGETHER and sum(map(_is_small, words)) < _SMALL * len(words)


def _is_small(word: str) -> bool:
    """What joins other words, in English or as a rule elsewhere; figures part them too."""
    return word.replace("’", "'") in STOPWORDS or len(word) <= 3 or any(map(str.isdigit, word))
