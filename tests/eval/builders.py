"""Small cases, replies and scores for the tests of the evaluation. No assistant and no model is behind them."""

from __future__ import annotations

from typing import Any

from eval.model import Case, Score
from eval.reply import Reply

GOLD = "The council opened eleven welcome centres in the spring of last year."
OTHER = "Nothing in this sentence bears on what was asked of the assistant."


def case(**fields: Any) -> Case:
    """An answerable question about GOLD unless told otherwise."""
    known = {
        "id": "c1",
        "kind": "fact",
        "question": "How many welcome centres are there?",
        "answerable": True,
        "gold_sources": ["shelf"],
        "gold_quotes": [GOLD],
        "must_contain": [["eleven", "11"]],
    }
    return Case.model_validate(known | fields)


def unanswerable(**fields: Any) -> Case:
    empty: dict[str, Any] = {"gold_sources": [], "gold_quotes": [], "must_contain": []}
    return case(**({"kind": "unanswerable", "answerable": False} | empty | fields))


def citation(text: str, number: int | None = 1, passage: str | None = None, source: str = "shelf") -> dict[str, Any]:
    """A passage that is, or holds, the quoted words."""
    passage = passage or text
    start = passage.index(text)
    quote = {"text": text, "start": start, "end": start + len(text)}
    return {"number": number, "source_id": source, "title": "A Shelf", "quotes": [quote], "passage_text": passage}


def hits(*texts: str) -> list[dict[str, Any]]:
    return [{"source_id": "shelf", "rank": rank, "text": text} for rank, text in enumerate(texts, start=1)]


def reply_dict(*quotes: str, **fields: Any) -> dict[str, Any]:
    """A reply that quotes these words, one claim each."""
    known = {
        "outcome": "answered",
        "text": " ".join(f"“{quote}” [{number}]" for number, quote in enumerate(quotes, start=1)),
        "claims": [{"text": quote, "citations": [number]} for number, quote in enumerate(quotes, start=1)],
        "citations": [citation(quote, number) for number, quote in enumerate(quotes, start=1)],
        "hits": hits(*quotes),
        "timings_ms": {"search": 10.0, "total": 20.0},
    }
    return known | fields


def reply(*quotes: str, **fields: Any) -> Reply:
    return Reply.model_validate(reply_dict(*quotes, **fields))


def refusal(**fields: Any) -> Reply:
    return reply(**({"outcome": "not_in_documents", "text": "The documents do not say."} | fields))


def score(**fields: Any) -> Score:
    known = {
        "id": "s1",
        "kind": "fact",
        "answerable": True,
        "outcome": "answered",
        "refused": False,
        "verdict": "right",
    }
    return Score.model_validate(known | fields)
