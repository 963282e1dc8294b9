"""A topic -> a briefing of about two pages: points by what they do for the topic, examples, who says it and who does not,
what the documents leave out, what is dated, and the sources. Every sentence of the sources is a verified claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.assistant import Assistant
from assistant.initiatives import Initiative
from assistant.model import Citation, Claim, Notice, Refusal
from assistant.notices import notices_for
from assistant.products.agreement import Meeting, meetings
from assistant.products.aspects import by_aspect
from assistant.products.gaps import gaps
from assistant.products.material import Material, Point, Stage, gather
from assistant.products.voices import Voice, voice_id, voices
from assistant.verify import number
from index.model import Filters
from index.words import stems
from ingest.model import Metadata

_SHORT, _SHORT_WORDS = 3, 110
_WORDS = 430  # of the points, so that the whole takes about two pages
_OF_A_GROUP, _OF_A_PASSAGE = 4, 2
_EXAMPLES = 4
_NEARLY_AS_GOOD = 0.7
_CARRIED_OUT = ("case", "mention")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the claims under it; `group` of each claim is the name of the voice that speaks, voices oldest first."""

    heading: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A source that is quoted, and the numbers of its citations."""

    source_id: str
    about: Metadata
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """`short` opens the page, then `sections`. `meetings` say where voices meet. `gaps` are sentences of ours about what was
    not found. `silent` are the voices of the shelf that are not quoted."""

    topic: str
    short: tuple[Claim, ...]
    sections: tuple[Section, ...]
    examples: tuple[Initiative, ...]
    meetings: tuple[Meeting, ...]
    gaps: tuple[str, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]
    sources: tuple[Source, ...]
    silent: tuple[Voice, ...]
    asked: date
    engine: dict[str, str]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim in reading order."""
        return (*self.short, *(c for s in self.sections for c in s.claims), *(one.sentence for one in self.examples))


def make_brief(
    assistant: Assistant, topic: str, filters: Filters | None = None, on_stage: Stage = lambda _: None
) -> Briefing | Refusal:
    """The briefing, or why there is none: never raises for what a person may type. `on_stage` is told each step as it
    begins; the whole takes a second or two on the five documents."""
    material = gather(assistant, topic, filters, on_stage)
    if isinstance(material, Refusal):
        return material
    on_stage("Putting the points in order")
    shelf = assistant.shelf.metadata
    examples = tuple(_examples(material))
    points = [point for point in material.points if not _told_in(point, examples)]
    short = _short(points or material.points, shelf)
    sections = tuple(_sections([point for point in points if point not in short], shelf))
    on_stage("Comparing the sources")
    opening = tuple(replace(p.claim, group=_name(p.source_id, shelf), spans=()) for p in short)
    return _briefing(assistant, material, opening, sections, examples)


def _briefing(
    assistant: Assistant,
    material: Material,
    short: tuple[Claim, ...],
    sections: tuple[Section, ...],
    examples: tuple[Initiative, ...],
) -> Briefing:
    shelf, today = assistant.shelf.metadata, assistant.today()
    said = [*short, *(claim for section in sections for claim in section.claims)]
    citations = number([*said, *(one.sentence for one in examples)])
    quoted = {citation.passage.source_id for citation in citations}
    heard = {voice_id(id_, shelf) for id_ in quoted}
    own = [stem for way in material.ways for stem in stems(way)]
    return Briefing(
        topic=material.topic,
        short=short,
        sections=sections,
        examples=examples,
        meetings=tuple(meetings(said, own, shelf)),
        gaps=tuple(gaps(material, shelf)),
        citations=citations,
        notices=notices_for(material.topic, citations, assistant.rules, shelf, today),
        sources=tuple(_sources(citations, shelf)),
        silent=tuple(voice for voice in voices(shelf, shelf) if voice.id not in heard),
        asked=today,
        engine=assistant.engine,
    )


# what is told, and where


def _examples(material: Material) -> Iterable[Initiative]:
    """The best initiatives that were carried out; one sentence that tells of several is told once."""
    told: list[str] = []
    for fit in material.fits:
        text = fit.initiative.sentence.text
        if fit.initiative.entry.kind in _CARRIED_OUT and text not in told and len(told) < _EXAMPLES:
            told.append(text)
            yield fit.initiative


def _told_in(point: Point, examples: Sequence[Initiative]) -> bool:
    """Whether an example tells the point's sentence already."""
    return any(
        quote.passage.id == other.passage.id and quote.start < other.end and other.start < quote.end
        for one in examples
        for other in one.sentence.quotes
        for quote in point.claim.quotes
    )


def _short(points: Sequence[Point], shelf: dict[str, Metadata]) -> list[Point]:
    """The best point, then the best of other voices that are nearly as good, then the next best; short enough to open with."""
    best = points[0]
    others: dict[str, Point] = {}
    for point in points[1:]:
        if point.scored.total >= best.scored.total * _NEARLY_AS_GOOD:
            others.setdefault(voice_id(point.source_id, shelf), point)
    others.pop(voice_id(best.source_id, shelf), None)
    kept, length = [best], len(best.claim.text.split())
    for point in [*others.values(), *points[1:]]:
        words = len(point.claim.text.split())
        if point not in kept and len(kept) < _SHORT and length + words <= _SHORT_WORDS:
            kept.append(point)
            length += words
    return kept


def _sections(points: Sequence[Point], shelf: dict[str, Metadata]) -> Iterable[Section]:
    for aspect in by_aspect(_within_bounds(points)):
        named = {voice.id: voice.name for voice in voices((p.source_id for p in aspect.points), shelf)}
        order = list(named)
        told = sorted(aspect.points, key=lambda p: (order.index(voice_id(p.source_id, shelf)), -p.scored.total))
        claims = [replace(p.claim, group=named[voice_id(p.source_id, shelf)], spans=()) for p in told]
        yield Section(aspect.name, tuple(claims))


def _name(source_id: str, shelf: dict[str, Metadata]) -> str:
    return voices([source_id], shelf)[0].name


def _within_bounds(points: Sequence[Point]) -> list[Point]:
    """The best points that fit on the page: not all of one aspect and not all of one passage."""
    aspects = {id(point): group.aspect for group in by_aspect(points) for point in group.points}
    kept: list[Point] = []
    words, of_aspect, of_passage = 0, Counter[str](), Counter[str]()
    for point in points:
        aspect, passage = aspects[id(point)], point.scored.unit.passage.id
        length = len(point.claim.text.split())
        full = of_aspect[aspect] >= _OF_A_GROUP or of_passage[passage] >= _OF_A_PASSAGE
        if not full and words + length <= _WORDS:
            kept.append(point)
            words += length
            of_aspect[aspect] += 1
            of_passage[passage] += 1
    return kept


def _sources(citations: Sequence[Citation], shelf: dict[str, Metadata]) -> Iterable[Source]:
    numbers: dict[str, list[int]] = {}
    for citation in citations:
        numbers.setdefault(citation.passage.source_id, []).append(citation.number)
    for source_id in sorted(numbers, key=lambda id_: (shelf[id_].published or "9", id_)):
        yield Source(source_id, shelf[source_id], tuple(numbers[source_id]))
