"""Our own predicted questions as pairs: asked of the passage that holds their quotation, of its neighbours, which hold
it not, and of the same passage with the answering sentences taken out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from eval.train.rows import Asked, Bundle, Span
from index.model import Passage
from index.questions import PredictedQuestions
from index.sentences import sentences
from index.shelf import Shelf

_FAR = 3  # places to either side from which questions are borrowed
_WORD = re.compile(r"[^\W_]+")


def shelf_bundles(shelf: Shelf, lines: Iterable[PredictedQuestions]) -> list[Bundle]:
    """For every passage one bundle with its questions and its neighbours', and one for each quotation taken out."""
    held = _held(shelf, list(lines))
    made: list[Bundle] = []
    for passage in shelf.passages():
        text = shelf.embedded[passage.id]
        mine = held.get(passage.id, [])
        asked = [Asked(question, where) for line, where in mine for question in line.questions]
        asked += [Asked(question, None) for question in _borrowed(shelf, passage, held)]
        if mine:
            made.append(Bundle(text, tuple(asked), "shelf", most=8))
        for line, where in mine:
            rest = f"{text[: where[0]].rstrip()} {text[where[1] :].lstrip()}".strip()
            if len(rest.split()) >= 25:
                made.append(Bundle(rest, tuple(Asked(q, None) for q in line.questions), "shelf_removed", whole=True))
    return made


Held = dict[str, list[tuple[PredictedQuestions, Span]]]


def _held(shelf: Shelf, lines: Sequence[PredictedQuestions]) -> Held:
    """Passage id -> the lines whose quotation it holds whole, with the sentences of the quotation."""
    held: Held = defaultdict(list)
    for passage in shelf.passages():
        text = shelf.embedded[passage.id]
        words = [(found.group().lower(), found.span()) for found in _WORD.finditer(text)]
        plain = f" {' '.join(word for word, _ in words)} "
        for line in lines:
            wanted = " ".join(word.lower() for word in _WORD.findall(line.quote))
            if line.source == passage.source_id and (at := plain.find(f" {wanted} ")) >= 0:
                first = plain[: at + 1].count(" ") - 1
                last = first + wanted.count(" ")
                held[passage.id].append((line, _sentences_of(text, words[first][1][0], words[last][1][1])))
    return held


def _sentences_of(text: str, start: int, end: int) -> Span:
    touched = [span for span in sentences(text) if span[0] < end and span[1] > start]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def _borrowed(shelf: Shelf, passage: Passage, held: Held) -> list[str]:
    """Questions of near passages whose quotation this one does not hold."""
    quotes = {line.quote for line, _ in held.get(passage.id, [])}
    near = [shelf.at(passage.source_id, passage.order + step) for step in range(-_FAR, _FAR + 1) if step]
    lines = [line for other in near if other for line, _ in held.get(other.id, []) if line.quote not in quotes]
    return [question for line in lines for question in line.questions]
