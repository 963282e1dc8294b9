"""Examples that are asked for: what the extractive writer found, and the initiatives that fit what is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.draft import Draft, DraftClaim
from assistant.extract import named
from assistant.initiatives import Initiative, Initiatives
from assistant.reading import Kind, Reading
from index.model import Passage
from index.words import content_words

_ASKS_FOR_SOME = re.compile(
    r"\b(?:examples?|instances?|case stud(?:y|ies)|initiatives?|projects?|schemes?|programmes?|who else|(?:other|another|some|any|which|what) "
    r"(?:councils?|towns?|cit(?:y|ies)|places?|areas?|charit(?:y|ies)|groups?|organisations?|forces?)|elsewhere|been (?:done|tried)|has worked|ideas)\b",
    re.I,
)
# Words of asking: what is left of the question is the need.
_ASKING = re.compile(
    r"\b(?:can you|could you|please|give|show|find|tell|name|know|looking|look|need|want|is there|are there|any|some|good|successful|local|examples?|"
    r"instances?|case stud(?:y|ies)|initiatives?|projects?|schemes?|programmes?|ideas?|what have|other|councils?|places?|areas?|done|tried|worked|works)\b",
    re.I,
)
_FITS_WELL, _NEARLY_AS_WELL = 0.5, 0.72  # the fit itself, and its share of the best
_MOST = 2


def with_initiatives(draft: Draft, reading: Reading, initiatives: Initiatives) -> Draft:
    """The draft, and for a question that asks for examples up to two initiatives that were carried out, fit
    well and of which it does not tell yet, each under its name and in the source's words."""
    if reading.kind is not Kind.EXAMPLES or not _ASKS_FOR_SOME.search(reading.question):
        return draft
    need = " ".join(_ASKING.sub(" ", reading.question).split())
    if not content_words(need):
        return draft
    told = [span for claim in draft.claims for span in claim.support]
    fits = initiatives.search(need, filters=reading.filters)
    least = max([_FITS_WELL, *(fit.score * _NEARLY_AS_WELL for fit in fits)])
    found = [fit.initiative for fit in fits if fit.score >= least and fit.initiative.entry.kind == "case"]
    new = [one for one in found if not _told(one, told)][:_MOST]
    return replace(draft, claims=(*draft.claims, *(_claim(one, initiatives) for one in new)))


def _told(one: Initiative, spans: Sequence[tuple[Passage, int, int]]) -> bool:
    """Whether the draft already tells of it: a sentence of its passage stands there."""
    return any(passage.id == one.passage.id for passage, _, _ in spans)


def _claim(one: Initiative, initiatives: Initiatives) -> DraftClaim:
    passage, shelf = one.passage, initiatives.shelf
    start, end = one.sentence.quotes[0].start, one.sentence.quotes[-1].end
    group = f"{named(shelf[passage.source_id])}: {one.entry.name}"
    return DraftClaim(passage.text[start:end], ((passage, start, end),), group=group)
