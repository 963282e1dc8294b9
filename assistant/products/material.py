"""A topic -> what the shelf holds on it: the sentences about it, best first, or a refusal that says why there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from assistant.assistant import Assistant
from assistant.draft import Draft, DraftClaim
from assistant.evidence import Evidence, Scored
from assistant.initiatives import Fit
from assistant.model import Claim, Outcome, Reason, Refusal, Reply
from assistant.products.phrasings import phrasings
from assistant.reading import Kind, Reading
from assistant.refusals import words_for
from assistant.units import Unit, units_of
from assistant.verify import verify
from index.model import Filters, Hit
from index.words import content_words

Stage = Callable[[str], None]

# A topic is asked in several ways, so that passages are found that speak to it in other words.
_FRAMES = ("{}", "What should be done about {}?", "What gets in the way of {}?", "What has been tried for {}?")
_PASSAGES = 30  # of each way
_MOST_POINTS = 24
_ABOUT_IT, _SAYS_IT = 0.62, 0.45  # shares of the best sentence's total and of the closest match: both are needed
# A sentence that begins so leans on one before it; alone it cannot be understood.
_LEANS = re.compile(
    r"^(?:It|Its|They|Their|He|She|This|These|Those|That|Such|Both|Doing so|By doing so|In doing so|Together, these|As previously discussed|"
    r"As (?:part|a result) of (?:this|these|that)|As a result|To do this|To this end|In this (?:way|sense)|Again this)\b"
)
_POINTS_BACK = re.compile(
    r"\b(?:this|these|those|such) (?:\w+ ){0,2}?(?:issues?|questions?|polic(?:y|ies)|fund(?:s|ing)?|pot|approach|strateg(?:y|ies)|programmes?|schemes?|"
    r"projects?|dimensions?|groups?|models?|framework|process|changes?|efforts?|challenges?|dut(?:y|ies)|principles?|plans?|initiatives?|trends?)\b",
    re.I,
)
_CARRIED = 85  # words
# It tells of the document or of those who made it.
_OF_ITSELF = re.compile(
    r"\b(?:companion reports|principal roles|call for evidence|this (?:report|research|study|paper|article|inquiry|collection) (?:looks|sets|presents|"
    r"considers|examines|draws|covers|aims|will)|the (?:collection|report|term|academy) (?:covers|also intends|will be used)|we (?:present|commissioned|thank)|"
    r"(?:extend our|grateful) thanks|throughout (?:the|this) report|we heard countless|will be used\.?$)",
    re.I,
)
# Of 24 topics that are not on the shelf and 44 that are, the best sentence of 21 and of 1 stayed below the first; topics with
# a word that no document knows must come closer.
_ENOUGH, _CLOSE = 1.3, 0.65
_FLOOR = 1.2  # total below which no sentence is about a topic, however poor the best is
_NAMES_THEME = 0.6  # how closely a sentence must match a theme that was asked for
_NOTHING = Reason.NOTHING_FOUND
_TWINS = 82  # rapidfuzz token set ratio from which two sentences say the same
_SOFT = frozenset(
    {
        Reason.WEAK_EVIDENCE,
        Reason.NOTHING_FOUND,
        Reason.NAME_NOT_IN_DOCUMENTS,
        Reason.ATTRIBUTE_MISSING,
        Reason.NOT_SUPPORTED,
    }
)


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence about the topic, and the claim that shows it. `practice`: it tells of something that was carried out, as
    far as a case study or the index of initiatives says so."""

    scored: Scored
    claim: Claim
    practice: bool = False

    @property
    def source_id(self) -> str:
        return self.scored.unit.passage.source_id


@dataclass(frozen=True, slots=True)
class Material:
    """What a product is made of. `ways` are the topic and other words for it; `points` are best first and no two say the
    same; `hits` are the passages looked at, and `fits` the initiatives that fit the topic."""

    topic: str
    ways: tuple[str, ...]
    points: tuple[Point, ...]
    hits: tuple[Hit, ...]
    fits: tuple[Fit, ...]
    filters: Filters


def gather(
    assistant: Assistant, topic: str, filters: Filters | None = None, on_stage: Stage = lambda _: None
) -> Material | Refusal:
    """Everything about the topic, or the refusal that a question on it gets."""
    on_stage("Asking whether the documents speak to it")
    reply = _ask(assistant, topic, filters)
    if isinstance(reply, Refusal):
        return reply
    on_stage("Collecting sentences")
    allowed = reply.trace.filters
    fits = tuple(assistant.initiatives.search(reply.question, filters=allowed))
    ways = phrasings(assistant, reply.question, fits)
    asked = (*(frame.format(ways[0]) for frame in _FRAMES), *ways[1:])
    hits = _hits(assistant, asked, allowed)
    points = tuple(_points(assistant, ways, hits))
    if not points or not _speaks_to(assistant, reply.question, hits):
        return Refusal(reply.question, Outcome.NOT_IN_DOCUMENTS, _NOTHING, words_for(_NOTHING), reply.trace)
    return Material(reply.question, ways, points, hits, fits, allowed)


def _speaks_to(assistant: Assistant, topic: str, hits: Sequence[Hit]) -> bool:
    """Whether the best sentence comes close to the topic in its own words; closer, where the documents do not know a word
    of it at all ("hospital waiting lists" is not about waiting lists for classes)."""
    scored = _scored(assistant, topic, hits)
    strange = [word for word in content_words(topic) if not assistant.knows(word)]
    closest = max((one.late for one in scored), default=0.0)
    return bool(scored) and scored[0].total >= _ENOUGH and (not strange or closest >= _CLOSE)


def _ask(assistant: Assistant, topic: str, filters: Filters | None) -> Reply:
    """The reply to the topic as it stands; where it is no question and finds too little, to a question about it."""
    reply = assistant.ask(topic, (), filters)
    if isinstance(reply, Refusal) and reply.reason in _SOFT:
        again = assistant.ask(f"What is said about {topic}?", (), filters)
        return replace(again, question=reply.question) if not isinstance(again, Refusal) else reply
    return reply


def points_on(assistant: Assistant, theme: str, topic: str, filters: Filters) -> list[Point]:
    """The sentences about a theme within a topic, best first: about both together, and close to the theme itself."""
    both = f"{theme}, {topic}"
    hits = _hits(assistant, (both, theme), filters)
    close = {
        (one.unit.passage.id, one.unit.start) for one in _scored(assistant, theme, hits) if one.late >= _NAMES_THEME
    }
    points = _points(assistant, (both,), hits)
    return [p for p in points if (p.scored.unit.passage.id, p.scored.unit.start) in close]


def _hits(assistant: Assistant, asked: Sequence[str], filters: Filters) -> tuple[Hit, ...]:
    """The passages that any of the questions finds, each once with its best score, best first."""
    best: dict[str, Hit] = {}
    for text in asked:
        for hit in assistant.searcher.search(text, filters, _PASSAGES):
            held = best.get(hit.passage.id)
            if held is None or hit.score > held.score:
                best[hit.passage.id] = hit
    order = sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))
    return tuple(replace(hit, rank=n) for n, hit in enumerate(order, start=1))


def _points(assistant: Assistant, ways: Sequence[str], hits: Sequence[Hit]) -> list[Point]:
    practised = {one.passage.id for one in assistant.initiatives.all if one.entry.kind == "case"}
    kept: list[Point] = []
    for one in _about(assistant, ways, hits):
        claim = _claim(assistant, one)
        if claim and _understood(claim) and not any(_alike(claim.text, other.claim.text) for other in kept):
            passage = one.unit.passage
            kept.append(Point(one, claim, passage.kind == "case_study" or passage.id in practised))
        if len(kept) >= _MOST_POINTS:
            break
    return kept


def _about(assistant: Assistant, ways: Sequence[str], hits: Sequence[Hit]) -> list[Scored]:
    """The sentences about the topic in any of its wordings, best first, each once."""
    best: dict[tuple[str, int], Scored] = {}
    for way in ways:
        scored = _scored(assistant, way, hits)
        closest = max((one.late for one in scored), default=0.0)
        for one in scored:
            if one.late < closest * _SAYS_IT or one.total < max(_FLOOR, scored[0].total * _ABOUT_IT):
                continue
            place = (one.unit.passage.id, one.unit.start)
            if place not in best or one.total > best[place].total:
                best[place] = one
    return sorted(best.values(), key=lambda one: (-one.total, one.unit.passage.id, one.unit.start))


def _scored(assistant: Assistant, text: str, hits: Sequence[Hit]) -> list[Scored]:
    evidence = Evidence(assistant.searcher, Reading(text, Kind.GENERAL, (), ()), text)
    return [one for one in evidence.score(hits) if _stands_alone(one)]


def _stands_alone(one: Scored) -> bool:
    """Whether the sentence can be quoted by itself: no heading, no footnote, no list item, nothing that announces a list."""
    unit = one.unit
    announces = unit.text.rstrip().endswith(":")
    return not (unit.fragment or unit.item or announces or unit.passage.kind in ("notes", "table"))


def _claim(assistant: Assistant, one: Scored) -> Claim | None:
    return next(iter(verify(Draft((_draft(assistant, one),))).claims), None)


def _draft(assistant: Assistant, one: Scored) -> DraftClaim:
    """The sentence as the extractive writer shows it; with the sentence before it where it points back inside ("this
    funding pot"), if the two are short enough to carry."""
    draft = assistant.writer.claim(one.unit)
    passage, start, end = draft.support[0]
    if start < one.unit.start or not _POINTS_BACK.search(draft.text):
        return draft
    before = [unit for unit in units_of(passage) if unit.end <= start]
    last = before[-1] if before and not before[-1].item and not before[-1].fragment else None
    if (
        last is None
        or passage.text[last.end : start].strip(" ")
        or len(passage.text[last.start : end].split()) > _CARRIED
    ):
        return draft
    return replace(draft, text=passage.text[last.start : end], support=((passage, last.start, end),))


def _understood(claim: Claim) -> bool:
    """Whether the words can be read by themselves and are not about the document itself."""
    return not _OF_ITSELF.search(claim.text) and (bool(claim.about) or not _LEANS.match(claim.text))


def _alike(text: str, other: str) -> bool:
    return bool(fuzz.token_set_ratio(text, other) >= _TWINS)


def token_rows(assistant: Assistant, unit: Unit) -> NDArray[np.float32]:
    """The sentence's token vectors as they stand in their passage, (n, dimensions)."""
    shelf, parts = assistant.shelf, assistant.searcher.parts
    embedded = shelf.embedded[unit.passage.id]
    rows = parts.tokens.of(unit.passage.id)
    starts = parts.embedding.token_starts(embedded)[: len(rows)] - (len(embedded) - len(unit.passage.text))
    return np.asarray(rows[(starts >= unit.start) & (starts < unit.end)], dtype=np.float32)
