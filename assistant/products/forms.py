"""Products in the forms they can be taken away in: Markdown, Word, JSON, and a sheet of values for a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.initiatives import KIND_WORDS, Fit, Initiative
from assistant.model import Citation, Claim, Notice
from assistant.products.brief import Briefing
from assistant.products.brief_paper import brief_paper
from assistant.products.comparison import Comparison
from assistant.products.comparison_paper import as_csv, comparison_paper
from assistant.products.markdown import as_markdown
from assistant.products.notes import note
from assistant.products.paper import numbers_of
from assistant.products.voices import Voice
from assistant.products.word import as_word
from assistant.render import citation_json, claim_json, notice_json
from ingest.model import Metadata

BRIEF_SCHEMA, COMPARISON_SCHEMA = "common-ground/brief/1", "common-ground/comparison/1"
BRIEF_ENDINGS = (".md", ".docx", ".json")
COMPARISON_ENDINGS = (".md", ".docx", ".csv", ".json")
MEDIA_TYPES = {
    ".md": "text/markdown; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
_Shelf = Mapping[str, Metadata]


def brief_as(shelf: _Shelf, ending: str, briefing: Briefing) -> bytes:
    """`ending` is one of BRIEF_ENDINGS."""
    if ending == ".json":
        return _json(brief_json(briefing, shelf))
    paper = brief_paper(briefing, shelf)
    return as_word(paper) if ending == ".docx" else as_markdown(paper).encode()


def comparison_as(shelf: _Shelf, ending: str, comparison: Comparison) -> bytes:
    """`ending` is one of COMPARISON_ENDINGS."""
    if ending == ".json":
        return _json(comparison_json(comparison, shelf))
    if ending == ".csv":
        return as_csv(comparison, shelf).encode()
    paper = comparison_paper(comparison, shelf)
    return as_word(paper) if ending == ".docx" else as_markdown(paper).encode()


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


def brief_json(briefing: Briefing, shelf: _Shelf) -> dict[str, Any]:
    """`common-ground/brief/1`: claims, citations and notices as in a reply; `text` is the Markdown."""
    numbers = numbers_of(briefing.citations)
    return {
        "schema": BRIEF_SCHEMA,
        "topic": briefing.topic,
        "asked": briefing.asked.isoformat(),
        "text": as_markdown(brief_paper(briefing, shelf)),
        "short": _claims(briefing.short, numbers),
        "sections": [{"heading": s.heading, "claims": _claims(s.claims, numbers)} for s in briefing.sections],
        "examples": [
            {
                **initiative_json(one.initiative, shelf),
                "told": one.claim.text,
                "citations": _marks(one.claim, numbers),
            }
            for one in briefing.examples
        ],
        "meetings": [
            {
                "voices": [m.one.group, m.other.group],
                "shared": list(m.shared),
                "opposed": list(m.opposed),
                "citations": sorted({*_marks(m.one, numbers), *_marks(m.other, numbers)}),
            }
            for m in briefing.meetings
        ],
        "gaps": list(briefing.gaps),
        **_common(briefing.citations, briefing.notices, briefing.silent, shelf, briefing),
    }


def comparison_json(comparison: Comparison, shelf: _Shelf) -> dict[str, Any]:
    """`common-ground/comparison/1`: `rows` hold for each voice its claims; a voice without a cell said nothing."""
    numbers = numbers_of(comparison.citations)
    return {
        "schema": COMPARISON_SCHEMA,
        "topic": comparison.topic,
        "asked": comparison.asked.isoformat(),
        "columns": [_voice(voice) for voice in comparison.columns],
        "rows": [
            {"theme": row.theme, "cells": {id_: _claims(claims, numbers) for id_, claims in row.cells.items()}}
            for row in comparison.rows
        ],
        **_common(comparison.citations, comparison.notices, comparison.silent, shelf, comparison),
    }


def initiative_json(one: Initiative, shelf: _Shelf) -> dict[str, Any]:
    """What the index says of it, and its words in the source: `quote` exact, `sentence` the whole around it."""
    entry, quote = one.entry, one.claim.quotes[0]
    return {
        "id": entry.id,
        "name": entry.name,
        "kind": entry.kind,
        "kind_words": KIND_WORDS[entry.kind],
        "place": entry.place,
        "organisations": list(entry.organisations),
        "serves": entry.serves,
        "does": entry.does,
        "needs": list(entry.needs),
        "source_id": entry.source,
        "source": note(one.passage, shelf),
        "passage_id": one.passage.id,
        "quote": {"text": one.claim.text, "start": quote.start, "end": one.claim.quotes[-1].end},
        "sentence": one.sentence.text,
    }


def fits_json(fits: Sequence[Fit], shelf: _Shelf) -> list[dict[str, Any]]:
    return [{**initiative_json(fit.initiative, shelf), "fit": round(fit.score, 3)} for fit in fits]


def _common(
    citations: Sequence[Citation],
    notices: Sequence[Notice],
    silent: Sequence[Voice],
    shelf: _Shelf,
    made: Briefing | Comparison,
) -> dict[str, Any]:
    return {
        "citations": [citation_json(citation, shelf, made.asked) for citation in citations],
        "notices": [notice_json(notice) for notice in notices],
        "silent": [_voice(voice) for voice in silent],
        "engine": {"writer": "extractive", **made.engine},
    }


def _claims(claims: Sequence[Claim], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    return [claim_json(claim, numbers) for claim in claims]


def _marks(claim: Claim, numbers: Mapping[str, int]) -> list[int]:
    return list(dict.fromkeys(numbers[quote.passage.id] for quote in claim.quotes))


def _voice(voice: Voice) -> dict[str, Any]:
    return {"id": voice.id, "name": voice.name, "sources": list(voice.sources), "published": voice.published}
