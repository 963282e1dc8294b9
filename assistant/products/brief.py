"""A topic -> a briefing of about two pages: points by what they do for the topic, examples, who says it and who does not,
what the documents leave out, what is dated, and the sources. Every sentence of the sources is a verified claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.assistant import Assistant
from assistant.draft import Draft, DraftClaim
from assistant.initiatives import Initiative
from assistant.model import Citation, Claim, Notice, Refusal
from assistant.notices import notices_for
from assistant.products.agreement import Meeting, common_stems, meetings
from assistant.products.aspects import Aspect, aspect_of, by_aspect
from assistant.products.gaps import gaps
from assistant.products.material import Material, Point, Stage, gather
from assistant.products.voices import Voice, voice_id, voices
from assistant.units import units_of
from assistant.verify import number, verify
from index.model import Filters, Passage
from index.words import stems
from ingest.model import Metadata

_SHORT, _SHORT_WORDS = 3, 110
_WORDS = 340  # of the points, so that the whole takes about two pages
_OF_A_GROUP, _OF_A_PASSAGE = 4, 2
_EXAMPLES = 3
_NEARLY_AS_GOOD = 0.84
_LONG_SENTENCE, _EXAMPLE_WORDS = 50, 85
_FITS_NEARLY_AS_WELL = 0.62
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
class Example:
    """An initiative that was carried out, and what the source tells of it."""

    initiative: Initiative
    claim: Claim


@dataclass(frozen=True, slots=True)
class Briefing:
    """`short` opens the page, then `sections`. `meetings` say where voices meet. `gaps` are sentences of ours about what was
    not found. `silent` are the voices of the shelf that are not quoted."""

    topic: str
    short: tuple[Claim, ...]
    sections: tuple[Section, ...]
    examples: tuple[Example, ...]
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
        return (*self.short, *(c for s in self.sections for c in s.claims), *(one.claim for one in self.examples))


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
    examples: tuple[Example, ...],
) -> Briefing:
    shelf, today = assistant.shelf.metadata, assistant.today()
    said = [*short, *(claim for section in sections for claim in section.claims)]
    citations = number([*said, *(one.claim for one in examples)])
    quoted = {citation.passage.source_id for citation in citations}
    heard = {voice_id(id_, shelf) for id_ in quoted}
    common = common_stems([p.text for p in assistant.shelf.passages()]) | {
        s for way in material.ways for s in stems(way)
    }
    return Briefing(
        topic=material.topic,
        short=short,
        sections=sections,
        examples=examples,
        meetings=tuple(meetings(said, common, shelf)),
        gaps=tuple(gaps(material, [*said, *(one.claim for one in examples)], shelf)),
        citations=citations,
        notices=notices_for(material.topic, citations, assistant.rules, shelf, today),
        sources=tuple(_sources(citations, shelf)),
        silent=tuple(voice for voice in voices(shelf, shelf) if voice.id not in heard),
        asked=today,
        engine=assistant.engine,
    )


# what is told, and where


def _examples(material: Material) -> Iterable[Example]:
    """The best initiatives that were carried out, those described before those only named; what a source asks for is no
    example, and one sentence that tells of several is told once."""
    told: list[tuple[str, int]] = []
    least = max((fit.score for fit in material.fits), default=0.0) * _FITS_NEARLY_AS_WELL
    for fit in sorted(material.fits, key=lambda fit: fit.initiative.entry.kind != "case"):
        one = fit.initiative
        claim = _example(one)
        place = (claim.quotes[0].passage.id, claim.quotes[0].start)
        asked = aspect_of(one.sentence.text) is Aspect.ASKED
        fitting = fit.score >= least and one.entry.kind in _CARRIED_OUT
        if fitting and not asked and place not in told and len(told) < _EXAMPLES:
            told.append(place)
            yield Example(one, claim)


def _example(one: Initiative) -> Claim:
    """The sentence that holds the quotation with what follows it in its paragraph and what stands before it, as far as
    there is room; of a sentence that runs on over much else, the quotation alone."""
    passage, start, end = one.passage, one.sentence.quotes[0].start, one.sentence.quotes[-1].end
    units = [unit for unit in units_of(passage) if not unit.item and not unit.fragment]
    if len(one.sentence.text.split()) > _LONG_SENTENCE:  # without what it points back to, then
        start = max([unit.start for unit in units if unit.start <= one.claim.quotes[0].start], default=start)
    if len(passage.text[start:end].split()) > _LONG_SENTENCE:
        return one.claim
    for unit in units:
        if unit.start >= end and _goes_on(passage, end, unit.start) and _fits_in(passage, start, unit.end):
            end = unit.end
    whole = one.entry.kind == "case" and start == one.sentence.quotes[0].start
    for unit in reversed(units if whole else ()):
        if unit.end <= start and _goes_on(passage, unit.end, start) and _fits_in(passage, unit.start, end):
            start = unit.start
    draft = DraftClaim(passage.text[start:end], ((passage, start, end),))
    return next(iter(verify(Draft((draft,))).claims), one.sentence)


def _goes_on(passage: Passage, end: int, start: int) -> bool:
    """Whether a sentence that starts at `start` follows one that ends at `end` in the same paragraph."""
    return not passage.text[end:start].strip(" ")


def _fits_in(passage: Passage, start: int, end: int) -> bool:
    return len(passage.text[start:end].split()) <= _EXAMPLE_WORDS


def _told_in(point: Point, examples: Sequence[Example]) -> bool:
    """Whether an example tells the point's sentence already."""
    return any(
        quote.passage.id == other.passage.id and quote.start < other.end and other.start < quote.end
        for one in examples
        for other in one.claim.quotes
        for quote in point.claim.quotes
    )


def _short(points: Sequence[Point], shelf: dict[str, Metadata]) -> list[Point]:
    """The best point, then the best of other voices, then the next best of other passages: all nearly as good as the best
    and together short enough to open with."""
    able = [point for point in points if not point.claim.text.startswith("“")] or list(points)
    good = [point for point in able if point.scored.total >= able[0].scored.total * _NEARLY_AS_GOOD]
    others: dict[str, Point] = {}
    for point in good:
        others.setdefault(voice_id(point.source_id, shelf), point)
    kept: list[Point] = []
    for point in [*others.values(), *good]:
        words = sum(len(one.claim.text.split()) for one in (*kept, point))
        again = any(one.scored.unit.passage.id == point.scored.unit.passage.id for one in kept)
        if len(kept) < _SHORT and not again and (words <= _SHORT_WORDS or not kept):
            kept.append(point)
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
