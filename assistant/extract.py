"""The extractive writer: question and scored units -> a Draft made of whole sentences of the documents, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz

from assistant.draft import Draft, DraftClaim
from assistant.evidence import Scored
from assistant.heading import short_heading
from assistant.lists import Listing, listing_around, listing_of_headings
from assistant.reading import Kind, Reading, number_named, voices_named
from assistant.speakers import speaker_of
from assistant.units import Unit, units_of
from index.model import Passage
from index.search import Searcher
from ingest.model import Metadata

_TWINS = 82  # rapidfuzz token set ratio from which two sentences say the same
_NEAR = 0.80  # share of the best score that a supporting sentence must reach
_SPEAKS_TO_IT = 0.62  # share of the best part's score from which a sentence speaks to the question at all
_GAIN = 0.5  # what a newly matched part of the question is worth beside a unit's own score
_SHORT_LIST = 5
_CONTEXT_WORDS = 80
_TITLE = 14  # words of a heading above an example
_POINTS_ELSEWHERE = re.compile(
    r"(?:find out more|read (?:the full|more)|please visit|for more information)\b.*(?:https?:|www\.)", re.I | re.S
)


class Extract:
    """Chooses and arranges; invents nothing."""

    def __init__(self, searcher: Searcher, most_support: int) -> None:
        self.searcher = searcher
        self.shelf = searcher.shelf.metadata
        self.most_support = most_support

    def draft(self, reading: Reading, scored: Sequence[Scored], parts: Sequence[Sequence[Scored]] = ()) -> Draft:
        """`scored` best first and not empty. `parts` are the units for each part of a question that asks several things."""
        usable = _without_notes(_whole(scored))
        if reading.kind is not Kind.LIST:
            usable = [one for one in usable if not self._announces_much(one.unit)] or usable
        listing = self._listing(reading, usable)
        if listing:
            return Draft(tuple(self._list_claims(listing)))
        if len(parts) >= 2:
            return Draft(_told_once(self._of_parts(reading, parts)))
        if reading.kind is Kind.COMPARE:
            return Draft(_told_once(self._by_source(usable)))
        if reading.kind is Kind.EXAMPLES:
            return Draft(_told_once(self._examples(usable)))
        return Draft(_told_once(self._facts(usable)))

    # one answer, then what supports it

    def _facts(self, scored: Sequence[Scored]) -> Iterable[DraftClaim]:
        for n, one in enumerate(_in_reading_order(_covering(scored, 1 + self.most_support))):
            claim, *items = self._with_its_list(one.unit)
            yield replace(claim, spans=_moved(one, claim)) if n == 0 or one.typed else claim
            yield from items

    # several things asked

    def _of_parts(self, reading: Reading, parts: Sequence[Sequence[Scored]]) -> Iterable[DraftClaim]:
        """Two sentences for each part, under the name of the source when sources are compared. Nothing is said twice."""
        kept: list[Scored] = []
        floor = max(part[0].late for part in parts) * _SPEAKS_TO_IT
        for part in parts:
            first, *more = _covering(_without_notes(_whole(part)), 2)
            mine = [first, *(one for one in more if one.late >= max(floor, part[0].late * _NEAR))]
            kept += [one for one in mine if not any(_same(one, other) for other in kept)]
        if reading.kind is Kind.COMPARE or len(voices_named(reading.question, self.shelf)) >= 2:
            kept.sort(key=lambda one: (self.shelf[one.unit.passage.source_id].published, one.unit.passage.source_id))
            for one in kept:
                yield replace(self.claim(one.unit), group=self._source(one.unit.passage.source_id))
        else:
            for one in kept:
                claim = self.claim(one.unit)
                yield replace(claim, spans=_moved(one, claim)) if one.typed else claim

    # a list of the source, whole

    def _listing(self, reading: Reading, scored: Sequence[Scored]) -> Listing | None:
        """The list that holds or follows the best sentence, or whose items head the sections around it, when the question
        asks for one; of the length that the question says, if it says one."""
        if reading.kind is not Kind.LIST:
            return None
        wanted = number_named(reading.question)
        near = [one.unit for one in _different(scored, 8, floor=0.75)]
        if wanted:
            for unit in near:
                listing = listing_of_headings(self.searcher, unit, wanted)
                if listing:
                    return listing
        lists = [listing for unit in near[:3] if (listing := listing_around(self.searcher, unit))]
        # Where the question says how many, a list of another length is another list.
        return next((listing for listing in lists if wanted in (None, len(listing.items))), None)

    def _list_claims(self, listing: Listing) -> Iterable[DraftClaim]:
        if listing.introduction:
            yield self.claim(listing.introduction)
        for unit in listing.items:
            yield DraftClaim(unit.text, ((unit.passage, unit.start, unit.end),), item=True)

    # examples from several places

    def _examples(self, scored: Sequence[Scored]) -> Iterable[DraftClaim]:
        """The best sentence of each place that has one, each under the name of its place."""
        floor = scored[0].total * _NEAR
        seen: dict[str, int] = {}
        for one in _different(scored, 24, floor=0.0):
            place = self._place(one.unit.passage)
            most = 3 if not seen or next(iter(seen)) == place else 2
            if one.total < floor or seen.get(place, 0) >= most or (place not in seen and len(seen) >= 4):
                continue
            seen[place] = seen.get(place, 0) + 1
            yield from (replace(claim, group=place) for claim in self._with_its_list(one.unit))

    def _place(self, passage: Passage) -> str:
        heading = short_heading(passage.where.heading[-1], _TITLE) if passage.where.heading else ""
        return f"{self._source(passage.source_id)}: {heading}" if heading else self._source(passage.source_id)

    # each source in its own voice

    def _by_source(self, scored: Sequence[Scored]) -> Iterable[DraftClaim]:
        """At most two sentences of each source that speaks to the question, the oldest source first."""
        floor = scored[0].total * 0.7
        by_source: dict[str, list[Scored]] = {}
        for one in _different(scored, 24, floor=0.0):
            mine = by_source.setdefault(one.unit.passage.source_id, [])
            if one.total >= floor and len(mine) < 2:
                mine.append(one)
        order = sorted((id_ for id_ in by_source if by_source[id_]), key=lambda id_: (self.shelf[id_].published, id_))
        for source_id in order:
            for one in by_source[source_id]:
                yield replace(self.claim(one.unit), group=self._source(source_id))

    def _source(self, source_id: str) -> str:
        return named(self.shelf[source_id])

    # one sentence and what it needs to be understood

    def _announces_much(self, unit: Unit) -> bool:
        """Whether the unit introduces a list too long to be brought along when no list is asked for."""
        if unit.item or not unit.text.rstrip().endswith(":"):
            return False
        listing = listing_around(self.searcher, unit)
        return listing is not None and len(listing.items) > _SHORT_LIST

    def _with_its_list(self, unit: Unit) -> list[DraftClaim]:
        """The unit's claim; and where it ends in a colon, the items of the list that it introduces."""
        listing = listing_around(self.searcher, unit) if unit.text.rstrip().endswith(":") and not unit.item else None
        items = listing.items if listing else ()
        return [self.claim(unit), *(DraftClaim(u.text, ((u.passage, u.start, u.end),), item=True) for u in items)]

    def claim(self, unit: Unit) -> DraftClaim:
        """The unit, or the speech that it announces; where it points back, together with the sentence before it, if that is
        short enough to carry."""
        unit = _announced(unit) or unit
        start = self._start_with_context(unit)
        text = unit.passage.text[start : unit.end]
        about = speaker_of(self.searcher, Unit(unit.passage, start, unit.end), text)
        if not about and unit.needs_before and start == unit.start and unit.passage.kind == "case_study":
            # In a box the last heading is the name of what it tells of; elsewhere headings are topics and explain nothing.
            about = unit.passage.where.heading[-1] if unit.passage.where.heading else ""
        return DraftClaim(text, ((unit.passage, start, unit.end),), about=about)

    def _start_with_context(self, unit: Unit) -> int:
        before = [u for u in units_of(unit.passage) if u.end <= unit.start]
        introduced = unit.text.startswith("“") and before and before[-1].text.rstrip().endswith(":")
        if not before or not (unit.needs_before or introduced):
            return unit.start
        last = before[-1]
        between = unit.passage.text[last.end : unit.start]
        words = len(unit.passage.text[last.start : unit.end].split())
        if last.item or unit.item or (between.strip(" ") and not introduced):
            return unit.start
        return last.start if words <= _CONTEXT_WORDS + (60 if introduced else 0) else unit.start


def _told_once(claims: Iterable[DraftClaim]) -> tuple[DraftClaim, ...]:
    """The claims less those whose words stand in another: a sentence also comes as the context of the next one."""
    kept: list[DraftClaim] = []
    for claim in claims:
        whole = next((n for n, other in enumerate(kept) if _inside(claim, other)), None)
        if whole is not None:
            kept[whole] = _marking(kept[whole], claim)
            continue
        parts = [other for other in kept if _inside(other, claim)]
        kept = [other for other in kept if other not in parts]
        for part in parts:
            claim = _marking(claim, part)
        for n, other in enumerate(kept):
            if _goes_on(other, claim):
                kept[n] = _joined(other, claim)
                break
            if _goes_on(claim, other):
                kept[n] = _joined(claim, other)
                break
        else:
            kept.append(claim)
    return tuple(kept)


def _marking(claim: DraftClaim, part: DraftClaim) -> DraftClaim:
    """The claim with what is marked in a part of its words marked too."""
    shift = part.support[0][1] - claim.support[0][1]
    spans = {*claim.spans, *((start + shift, end + shift) for start, end in part.spans)}
    return replace(claim, spans=tuple(sorted(spans)))


def _goes_on(claim: DraftClaim, following: DraftClaim) -> bool:
    """Whether the second claim's words follow right on the first's in the same paragraph, or begin among them."""
    (passage, first, end), (other, start, _) = claim.support[0], following.support[0]
    alike = passage.id == other.id and claim.group == following.group and not claim.item and not following.item
    return alike and first <= start and not passage.text[end:start].strip(" ") and not following.about


def _joined(claim: DraftClaim, following: DraftClaim) -> DraftClaim:
    (passage, first, _), (_, start, end) = claim.support[0], following.support[0]
    spans = (*claim.spans, *((s + start - first, e + start - first) for s, e in following.spans))
    return replace(claim, text=passage.text[first:end], support=((passage, first, end),), spans=spans)


def _in_reading_order(chosen: Sequence[Scored]) -> list[Scored]:
    """The best first, then what stands in the same passage as it stands there, then the other passages in turn."""
    turn = {one.unit.passage.id: n for n, one in reversed(list(enumerate(chosen)))}
    rest = sorted(chosen[1:], key=lambda one: (turn[one.unit.passage.id], one.unit.start))
    return [chosen[0], *rest]


def _inside(claim: DraftClaim, other: DraftClaim) -> bool:
    (passage, start, end), (outer, first, last) = claim.support[0], other.support[0]
    return passage.id == outer.id and first <= start and end <= last


def named(about: Metadata) -> str:
    """How a source is named in a sentence: "CRE study, 2007"."""
    return f"{about.name}, {about.year}" if about.year and str(about.year) not in about.name else about.name


def _whole(scored: Sequence[Scored]) -> list[Scored]:
    """The units less fragments, and less those that only say where more is to be read."""
    kept = [one for one in scored if not one.unit.fragment and not _POINTS_ELSEWHERE.search(one.unit.text)]
    return kept or list(scored)


def _without_notes(scored: Sequence[Scored]) -> list[Scored]:
    """The units less those of footnotes, unless the best one is of a footnote itself; and less sentences that announce
    what does not follow them."""
    notes_too = scored[0].unit.passage.kind == "notes"
    kept = [
        one for one in scored if (notes_too or one.unit.passage.kind != "notes") and not _announces_nothing(one.unit)
    ]
    return kept or list(scored)


def _announced(unit: Unit) -> Unit | None:
    """The spoken words behind a sentence that ends in a colon; None when there are none."""
    if not unit.text.rstrip().endswith(":"):
        return None
    after = next((other for other in units_of(unit.passage) if other.start >= unit.end), None)
    return after if after and after.text.startswith("“") else None


def _announces_nothing(unit: Unit) -> bool:
    return unit.text.rstrip().endswith(":") and not unit.passage.text[unit.end :].strip()


def _covering(scored: Sequence[Scored], most: int) -> list[Scored]:
    """The best unit, then those that match most of what the kept ones leave unmatched, so that each part of a question gets
    its sentence (greedy cover, as in maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998)."""
    kept = [scored[0]]
    covered = scored[0].matched
    while len(kept) < most:
        rest = [one for one in scored if one.total >= scored[0].total * _NEAR and not any(_same(one, k) for k in kept)]
        if not rest:
            break
        best = max(rest, key=lambda one: one.total + _GAIN * float(np.maximum(one.matched - covered, 0.0).sum()))
        kept.append(best)
        covered = np.maximum(covered, best.matched)
    return kept


def _different(scored: Sequence[Scored], most: int, floor: float) -> list[Scored]:
    """The best that do not say the same as a better one, down to `floor` of the best score."""
    kept: list[Scored] = []
    for one in scored:
        if len(kept) >= most or (kept and one.total < kept[0].total * floor):
            break
        if not any(_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _same(one: Scored, other: Scored) -> bool:
    return bool(fuzz.token_set_ratio(one.unit.text, other.unit.text) >= _TWINS)


def _moved(one: Scored, claim: DraftClaim) -> tuple[tuple[int, int], ...]:
    """The answer's spans within the claim's text, which may begin earlier than the unit; or later, at the speech that it
    announces, and those before it are not said. At most two are marked."""
    shift = one.unit.start - claim.support[0][1]
    return tuple((start + shift, end + shift) for start, end in one.spans[:2] if start + shift >= 0)
