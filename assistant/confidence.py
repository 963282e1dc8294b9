"""How likely it is that the documents answer the question: a few signs, weighed by logistic regression.

A retrieval score alone cannot tell a close miss from an answer (on such sets its area under the curve is about .6), so
what is missing counts too: names that stand nowhere near the evidence, rare words without a match, the wanted type of
answer. The weights were fitted on development cases by `python -m eval calibrate`; the fit is printed with its curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.evidence import Scored
from assistant.reading import Reading
from index.model import Hit
from index.search import Searcher
from index.words import STOPWORDS, stem, words

SIGNS = ("late", "words", "meaning", "questions", "covered", "typed", "untyped", "names_missing", "unknown", "margin")

# Fitted; the intercept is "".
WEIGHTS: dict[str, float] = {
    "": -6.0, "late": 4.0, "words": 2.0, "meaning": 2.0, "questions": 5.0, "covered": 1.0, "typed": 0.5, "untyped": -1.5,
    "names_missing": -3.0, "unknown": -2.0, "margin": 0.0,
}  # fmt: skip


def signs(
    searcher: Searcher, reading: Reading, search_text: str, hits: Sequence[Hit], scored: Sequence[Scored]
) -> dict[str, float]:
    """One number per sign, each about 0 to 1."""
    best = scored[0]
    query = searcher.encode(search_text)
    weights = searcher.parts.tokens.weights(query)
    top = [hit.passage.id for hit in hits[:3]]
    questions = searcher.parts.questions.closeness(query, weights, top) if searcher.settings.questions else {}
    return {
        "late": best.late,
        "words": best.words,
        "meaning": best.meaning,
        "questions": max(questions.values(), default=0.0),
        "covered": best.covered,
        "typed": float(bool(reading.types) and best.typed),
        "untyped": float(bool(reading.types) and not best.typed),
        "names_missing": float(bool(missing_names(searcher, reading.names, hits))),
        "unknown": _unknown(searcher, search_text),
        "margin": hits[0].score - hits[-1].score,
    }


def chance(found: Mapping[str, float], weights: Mapping[str, float] | None = None) -> float:
    """The estimated chance, 0 to 1, that what was found answers the question."""
    w = weights or WEIGHTS
    return 1.0 / (1.0 + math.exp(-(w[""] + sum(w[name] * found[name] for name in SIGNS))))


def missing_names(searcher: Searcher, names: Sequence[str], hits: Sequence[Hit]) -> list[str]:
    """Names in the question none of whose telling words stands in the best passages or in what is known of their source."""
    missing = []
    for name in names:
        telling = {stem(word) for word in words(name) if word not in STOPWORDS}
        near = set().union(*(_words_near(searcher, hit) for hit in hits[:5])) if hits else set()
        if telling and not telling & near:
            missing.append(name)
    return missing


def _words_near(searcher: Searcher, hit: Hit) -> set[str]:
    about = searcher.shelf.metadata[hit.passage.source_id]
    text = " ".join((searcher.shelf.embedded[hit.passage.id], about.title, about.name, about.publisher, *about.authors))
    return {stem(word) for word in words(text)}


def _unknown(searcher: Searcher, text: str) -> float:
    """The share of the question's telling words that stand in no document."""
    telling = {stem(word) for word in words(text) if word not in STOPWORDS}
    return sum(not searcher.parts.lexical.known(one) for one in telling) / len(telling) if telling else 0.0
