"""What a question itself asks to be searched: one report, the reports since a year, those on a place. Only when it says so;
it is always shown in the reply, and can be taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.model import Narrowing
from assistant.reading import asks_to_compare, named_sources, sources_to_look_in
from index.model import Filters
from ingest.model import Metadata

_DOCUMENTS = re.compile(
    r"\b(?:reports?|documents?|sources?|papers?|evidence|published|publications?|anything|written)\b", re.I
)
_YEAR = r"((?:19|20)\d\d)"
_RANGE = re.compile(
    rf"\b(?:published|reports|documents|sources|papers|publications)\b[^.?!]{{0,30}}\b(?:from|between) {_YEAR} (?:to|and|until) {_YEAR}\b",
    re.I,
)
_SINCE = re.compile(rf"\b(?:since|after|from) {_YEAR}\b(?! (?:to|until|and))", re.I)
_UNTIL = re.compile(rf"(?<!not )(?<!long )\b(?:before|until|up to|by) {_YEAR}\b", re.I)
_OF_YEAR = re.compile(rf"\b(?:published|written) in {_YEAR}\b", re.I)
_KIND = re.compile(r"\b(?:in|from|among|only|just) (?:the |any (?:of the )?)?(blogs?|blog posts?|case studies)\b", re.I)
_PUBLISHER = re.compile(r"\bpublished by (?:the )?([\w’' -]{3,60})", re.I)
_IN_PLACE = r"\b(?:in|from|across) (?:the )?{place}\b(?!['’])"
# Where the asker is says nothing of where to look.
_MINE = re.compile(
    r"\b(?i:I|we|my|our|us|here)\b[^.?!,;]{0,40}\b(?:in|from|across) (?:the )?[A-Z]|\b(?:based|live|living) in\b"
)


def narrowings(question: str, shelf: Mapping[str, Metadata]) -> tuple[Narrowing, ...]:
    """Each with the words of the question that say it; none where it compares, or says nothing of where to look."""
    return (*_sources(question, shelf), *_years(question), *_kind(question), *_names(question, shelf))


def _sources(question: str, shelf: Mapping[str, Metadata]) -> Iterator[Narrowing]:
    for source_id, words in sources_to_look_in(question, shelf).items():
        yield Narrowing("source", source_id, words)


def _years(question: str) -> Iterator[Narrowing]:
    if found := _RANGE.search(question):
        yield Narrowing("since", found.group(1), found.group())
        yield Narrowing("until", found.group(2), found.group())
    elif found := _OF_YEAR.search(question):
        yield Narrowing("since", found.group(1), found.group())
        yield Narrowing("until", found.group(1), found.group())
    elif _DOCUMENTS.search(question):
        if found := _SINCE.search(question):
            after = found.group().lower().startswith("after")
            yield Narrowing("since", str(int(found.group(1)) + after), found.group())
        if found := _UNTIL.search(question):
            before = found.group().lower().startswith("before")
            yield Narrowing("until", str(int(found.group(1)) - before), found.group())


def _kind(question: str) -> Iterator[Narrowing]:
    if found := _KIND.search(question):
        yield Narrowing("kind", "blog" if "blog" in found.group(1).lower() else "case study", found.group())


def _names(question: str, shelf: Mapping[str, Metadata]) -> Iterator[Narrowing]:
    """A place or a publisher. A question that names a source is about that source, whatever place it also names."""
    if (published := _PUBLISHER.search(question)) and (name := _publisher(published.group(1), shelf)):
        yield Narrowing("publisher", name, f"published by {name}")
    if named_sources(question, shelf) or asks_to_compare(question) or _MINE.search(question):
        return
    places = sorted({place for about in shelf.values() for place in (*about.nations, *about.places)} - {"UK"})
    said = [
        (place, m.group()) for place in places if (m := re.search(_IN_PLACE.format(place=re.escape(place)), question))
    ]
    mentioned = [place for place in places if re.search(rf"\b{re.escape(place)}\b", question)]
    if len(said) == 1 and len(mentioned) == 1:
        yield Narrowing("place", *said[0])


def _publisher(said: str, shelf: Mapping[str, Metadata]) -> str:
    """The longest beginning of what was said that is part of a publisher's name."""
    words = said.split()
    for end in range(len(words), 0, -1):
        name = " ".join(words[:end])
        if len(name) >= 4 and any(name.casefold() in about.publisher.casefold() for about in shelf.values()):
            return name
    return ""


def joined(asked: Filters, read: Sequence[Narrowing]) -> Filters:
    """The person's filters with what was read from the question beside them; a field that the person set stays as it
    is."""
    counts = [one for one in read if not _is_set(asked, one.field)]
    of = {one.field: [other.value for other in counts if other.field == one.field] for one in counts}
    return replace(
        asked,
        sources=asked.sources | set(of.get("source", ())),
        kinds=asked.kinds | set(of.get("kind", ())),
        since=int(of["since"][0]) if "since" in of else asked.since,
        until=int(of["until"][0]) if "until" in of else asked.until,
        place=of.get("place", [asked.place])[0],
        publisher=of.get("publisher", [asked.publisher])[0],
    )


def _is_set(filters: Filters, field: str) -> bool:
    if field in ("since", "until"):
        return filters.since is not None or filters.until is not None
    return bool(getattr(filters, {"source": "sources", "kind": "kinds"}.get(field, field)))


def each(filters: Filters) -> tuple[Narrowing, ...]:
    """Filters one by one, in a fixed order."""
    return (
        *(Narrowing("source", id_) for id_ in sorted(filters.sources)),
        *(Narrowing("kind", kind) for kind in sorted(filters.kinds)),
        *([Narrowing("since", str(filters.since))] if filters.since is not None else ()),
        *([Narrowing("until", str(filters.until))] if filters.until is not None else ()),
        *([Narrowing("place", filters.place)] if filters.place else ()),
        *([Narrowing("publisher", filters.publisher)] if filters.publisher else ()),
    )


def label(narrowing: Narrowing, shelf: Mapping[str, Metadata]) -> str:
    """How it is shown: "APPG interim report", "published in 2015 or later"."""
    value = narrowing.value
    return {
        "source": shelf[value].name if value in shelf else value,
        "kind": {"blog": "blogs", "case study": "case studies"}.get(value, value),
        "since": f"published in {value} or later",
        "until": f"published in {value} or earlier",
        "place": f"about {value}",
        "publisher": f"published by {value}",
    }[narrowing.field]
