"""How likely it is that the documents speak to the question at all, and that they answer it.

Whether they speak to it is one logistic curve over one sign where the found passages have predicted questions, and another
where they have none. The curves were fitted with the answerable development and tuning cases on one side, and on the other the
questions of three public sets that these documents do not answer. They tell what is off the shelf from what is on it; a close miss looks
like an answer in every such score.

What tells a close miss is what is seen to be missing (see `assistant.missing`) and the margin by which the question comes
closer to one that is known not to be answered than to any that is (see `index.unanswerable`). How much each counts was fitted
on all development and tuning cases and those three sets (logistic regression; answerable, close misses and the sets weighed as
78, 22 and 8), checked by ten-fold cross-validation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from assistant.evidence import Scored
from assistant.missing import Sign
from index.model import Hit
from index.search import Searcher, Versus
from index.words import content_words

SPOKEN_TO = 0.165  # from this chance on a part of a question is taken to be spoken to
# In log odds: brings `chance`, whose threshold is `SPOKEN_TO`, to the scale of `answers`, so that one threshold serves both.
_RARER = 1.13
_MISSING = {"": 0.0, "year": 4.3, "name": 2.9, "figure": 5.5, "thing": 1.5, "words": 3.2, "unheard of": 5.5}
# Who asks what is said on a topic comes close to all that is asked about it, also to what is not answered.
_TOPIC = re.compile(
    r"\b(?:reports?|documents?|study|research|papers?|sources?|leaflet|shelf)\b.{0,30}\b(?:says?|said|tell us|mention)\b.{0,20}"
    r"\b(?:about|on|of)\b|^(?:so |and |please )?tell me (?:more )?about\b",
    re.I,
)
_NEAR = 3  # hits whose predicted questions count


def signs(
    searcher: Searcher, search_text: str, hits: Sequence[Hit], scored: Sequence[Scored], versus: Versus | None = None
) -> dict[str, float]:
    """One number per sign, each about 0 to 1; "questions" is absent where the passage with the best sentence has none, as
    in a document that was added: then its neighbours' questions say nothing of it. The fewer it has, the more counts what its
    text lets one expect (`Searcher.closeness`)."""
    found = {"late": scored[0].late, "meaning": scored[0].meaning}
    best = scored[0].unit.passage.id
    if searcher.settings.questions and searcher.parts.questions.count(best):
        near = [best, *(hit.passage.id for hit in hits[:_NEAR])]
        found["questions"] = max(searcher.closeness(searcher.encode(search_text), near).values())
    if versus:
        # One word tells no question from another either.
        plain = len(set(content_words(search_text))) > 1 and not _TOPIC.search(search_text)
        found["margin"] = versus.margin if plain else min(versus.margin, 0.0)
        found["outside"] = float(bool(versus.near.like.outside))
    return found


def chance(found: Mapping[str, float]) -> float:
    """The estimated chance, 0 to 1, that the documents speak to the question."""
    if "questions" in found:
        return _logistic(29.8 * found["questions"] - 13.15)
    return _logistic(4.7 * found["late"] + 8.6 * found["meaning"] - 4.3)


def answers(found: Mapping[str, float], missing: Sign, spoken_to: float) -> float:
    """The estimated chance, 0 to 1, that the documents answer the question. `missing` is what was seen to be missing, if
    anything was, and `spoken_to` the chance that they speak to it at all."""
    if "margin" not in found:  # nobody wrote down what they do not answer
        return _logistic(_logit(spoken_to) + _RARER)
    unlike = min(0.0, _logit(spoken_to))  # beyond an even chance it tells nothing more
    return _logistic(2.21 + 1.41 * unlike - 27.7 * found["margin"] - 1.53 * found["outside"] - _MISSING[missing])


def _logit(p: float) -> float:
    p = min(max(p, 1e-3), 1 - 1e-3)
    return math.log(p / (1 - p))


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))
