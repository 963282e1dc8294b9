"""A topic -> a table: one row for each theme, one column for each voice, in each cell that voice's own sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.assistant import Assistant
from assistant.model import Citation, Claim, Notice, Refusal
from assistant.notices import notices_for
from assistant.products.aspects import by_aspect
from assistant.products.material import Material, Point, Stage, gather, points_on
from assistant.products.voices import Voice, voice_id, voices
from assistant.verify import number
from index.model import Filters
from ingest.model import Metadata

_OF_A_CELL, _CELL_WORDS = 2, 90
_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A theme, and for each voice (by its id) what it says on it; a voice that says nothing is not among them."""

    theme: str
    cells: Mapping[str, tuple[Claim, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`columns` are the voices with something to say, oldest first; `silent` the others of the shelf."""

    topic: str
    columns: tuple[Voice, ...]
    rows: tuple[Row, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]
    silent: tuple[Voice, ...]
    asked: date
    engine: dict[str, str]


def make_comparison(
    assistant: Assistant,
    topic: str,
    themes: Sequence[str] = (),
    filters: Filters | None = None,
    on_stage: Stage = lambda _: None,
) -> Comparison | Refusal:
    """The table, or why there is none. The rows are the `themes` given, each searched within the topic, or what the
    sentences do for the topic (what is found, what stands in the way ...) when none are given."""
    material = gather(assistant, topic, filters, on_stage)
    if isinstance(material, Refusal):
        return material
    on_stage("Filling the table")
    shelf = assistant.shelf.metadata
    if themes:
        found = [(theme, points_on(assistant, theme, material.topic, material.filters)) for theme in themes]
    else:
        found = [(group.name, list(group.points)) for group in by_aspect(material.points)]
    columns = _columns([point for _, points in found for point in points], shelf)
    rows = tuple(Row(theme, _cells(points, columns, shelf)) for theme, points in found)
    return _comparison(assistant, material, columns, rows)


def _comparison(
    assistant: Assistant, material: Material, columns: tuple[Voice, ...], rows: tuple[Row, ...]
) -> Comparison:
    shelf, today = assistant.shelf.metadata, assistant.today()
    citations = number([c for row in rows for voice in columns for c in row.cells.get(voice.id, ())])
    heard = {voice.id for voice in columns}
    return Comparison(
        topic=material.topic,
        columns=columns,
        rows=rows,
        citations=citations,
        notices=notices_for(material.topic, citations, assistant.rules, shelf, today),
        silent=tuple(voice for voice in voices(shelf, shelf) if voice.id not in heard),
        asked=today,
        engine=assistant.engine,
    )


def _columns(points: Sequence[Point], shelf: Mapping[str, Metadata]) -> tuple[Voice, ...]:
    """The voices of the points, oldest first; of more than fit on a page, those with the best points."""
    best: dict[str, float] = {}
    for point in points:
        id_ = voice_id(point.source_id, shelf)
        best[id_] = max(best.get(id_, 0.0), point.scored.total)
    kept = sorted(best, key=lambda id_: -best[id_])[:_COLUMNS]
    return tuple(voice for voice in voices((p.source_id for p in points), shelf) if voice.id in kept)


def _cells(
    points: Sequence[Point], columns: Sequence[Voice], shelf: Mapping[str, Metadata]
) -> dict[str, tuple[Claim, ...]]:
    cells: dict[str, tuple[Claim, ...]] = {}
    for voice in columns:
        kept: list[Claim] = []
        for point in points:
            words = sum(len(claim.text.split()) for claim in (*kept, point.claim))
            mine = voice_id(point.source_id, shelf) == voice.id
            if mine and len(kept) < _OF_A_CELL and (not kept or words <= _CELL_WORDS):
                kept.append(replace(point.claim, spans=(), group=voice.name))
        if kept:
            cells[voice.id] = tuple(kept)
    return cells
