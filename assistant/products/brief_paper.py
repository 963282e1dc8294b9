"""A Briefing on paper, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from assistant.model import Claim
from assistant.products.agreement import Meeting
from assistant.products.brief import Briefing, Example
from assistant.products.notes import long_date, made_by, notes, notice_words, source_line
from assistant.products.paper import Block, Grid, Heading, Line, Paper, Paragraph, Piece, numbers_of, quoted, words
from ingest.model import Metadata

OURS = (
    "Words between quotation marks are the sources' own, word for word; the rest is ours and says no more than they do."
)


def brief_paper(briefing: Briefing, shelf: Mapping[str, Metadata]) -> Paper:
    numbers = numbers_of(briefing.citations)
    count = len(briefing.sources)
    under = f"Briefing of {long_date(briefing.asked)} from {count} document{'s' if count != 1 else ''}. {OURS}"
    return Paper(
        title=_title(briefing.topic),
        under=under,
        blocks=tuple(_blocks(briefing, numbers)),
        notes=notes(briefing.citations, shelf),
        made=made_by(briefing.asked, briefing.engine),
    )


def _title(topic: str) -> str:
    return f"{topic[:1].upper()}{topic[1:]}: a briefing"


def _blocks(briefing: Briefing, numbers: Mapping[str, int]) -> Iterator[Block]:
    yield Heading("In short")
    yield from (Paragraph(quoted(claim, numbers, before=claim.group), "item") for claim in briefing.short)
    for section in briefing.sections:
        yield Heading(section.heading)
        yield from _voiced(section.claims, numbers)
    if briefing.examples:
        yield Heading("Examples")
        yield from (Paragraph(_example(one, numbers), "item") for one in briefing.examples)
    yield Heading("Where the sources agree and differ")
    yield from _agreement(briefing, numbers)
    yield Heading("What the documents do not say")
    yield from (Paragraph(words(gap), "item") for gap in briefing.gaps)
    if briefing.notices:
        yield Heading("Changed since, or to be read with care")
        yield from (Paragraph((Piece(notice_words(n), notes=n.citations),), "item") for n in briefing.notices)
    yield Heading("Sources")
    yield _sources(briefing)


def _voiced(claims: tuple[Claim, ...], numbers: Mapping[str, int]) -> Iterator[Paragraph]:
    """One paragraph for each voice: its name, then its sentences one after the other."""
    for name, run in groupby(claims, key=lambda claim: claim.group):
        line: Line = (Piece(f"{name}. ", "strong"),)
        for n, claim in enumerate(run):
            line = (*line, *((Piece(" "),) if n else ()), *quoted(claim, numbers))
        yield Paragraph(line)


def _example(one: Example, numbers: Mapping[str, int]) -> Line:
    entry = one.initiative.entry
    place = f", {entry.place}" if entry.place and entry.place not in entry.name else ""
    return quoted(one.claim, numbers, before=f"{entry.name}{place}")


def _agreement(briefing: Briefing, numbers: Mapping[str, int]) -> Iterator[Paragraph]:
    for meeting in briefing.meetings:
        yield Paragraph(_meeting(meeting, numbers), "item")
    alone: dict[str, list[str]] = {}
    for section in briefing.sections:
        if len({claim.group for claim in section.claims}) == 1:
            alone.setdefault(section.claims[0].group, []).append(f"“{section.heading}”")
    shared = [s for s in briefing.sections if len({claim.group for claim in s.claims}) > 1]
    for section in shared:
        names = "; ".join(dict.fromkeys(claim.group for claim in section.claims))
        yield Paragraph(words(f"More than one voice speaks under “{section.heading}”: {names}."), "item")
    for name, headings in alone.items():
        yield Paragraph(words(f"One voice only, {name}, speaks under {', '.join(headings)}."), "item")
    if not any(meeting.opposed for meeting in briefing.meetings):
        yield Paragraph(words("No quoted sentence contradicts another in its words."), "item")
    if briefing.silent:
        silent = "; ".join(voice.name for voice in briefing.silent)
        yield Paragraph(
            words(f"Not quoted, because nothing as close to the topic was found in them: {silent}."), "item"
        )


def _meeting(meeting: Meeting, numbers: Mapping[str, int]) -> Line:
    both = f"{_said_by(meeting.one)} and {_said_by(meeting.other)}"
    marks = tuple(dict.fromkeys(numbers[q.passage.id] for c in (meeting.one, meeting.other) for q in c.quotes))
    shared = ", ".join(meeting.shared[:6])
    if meeting.opposed:
        one, other = meeting.opposed
        said = f"{both} touch on the same thing (both have the words {shared}) in opposed words: the one “{one}”, the other “{other}”."
    else:
        said = f"{both} touch on the same thing: both have the words {shared}."
    return (Piece(said, notes=marks),)


def _said_by(claim: Claim) -> str:
    return claim.group


def _sources(briefing: Briefing) -> Grid:
    rows = tuple(
        (
            words(source.about.title, "strong"),
            words(source_line(source.about, briefing.asked)),
        )
        for source in briefing.sources
    )
    return Grid(("Document", "Publisher, date and standing"), tuple(((a,), (b,)) for a, b in rows), (1, 2))
