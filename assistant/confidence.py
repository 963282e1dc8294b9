"""How likely it is that the documents speak to the question at all.

One logistic curve over one sign where the found passages have predicted questions, another where they have none. Both
were fitted on development cases with the questions of two public sets that these documents do not answer (far topics, and
other UK government topics) as the other side. The curves tell what is off the shelf from what is on it; they cannot tell
a close miss from an answer, which looks alike in every score (see `assistant.missing`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.evidence import Scored
from index.model import Hit
from index.search import Searcher

_NEAR = 3  # hits whose predicted questions count


def signs(searcher: Searcher, search_text: str, hits: Sequence[Hit], scored: Sequence[Scored]) -> dict[str, float]:
    """One number per sign, each about 0 to 1; "questions" is absent where the passage with the best sentence has none, as
    in a document that was added: then its neighbours' questions say nothing of it. The fewer it has, the more counts what its
    text lets one expect (`Searcher.closeness`)."""
    found = {"late": scored[0].late, "meaning": scored[0].meaning}
    best = scored[0].unit.passage.id
    if searcher.settings.questions and searcher.parts.questions.count(best):
        near = [best, *(hit.passage.id for hit in hits[:_NEAR])]
        found["questions"] = max(searcher.closeness(searcher.encode(search_text), near).values())
    return found


def chance(found: Mapping[str, float]) -> float:
    """The estimated chance, 0 to 1, that the documents speak to the question."""
    if "questions" in found:
        return _logistic(29.8 * found["questions"] - 13.15)
    return _logistic(4.7 * found["late"] + 8.6 * found["meaning"] - 4.3)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))
