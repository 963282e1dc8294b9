"""A Reply -> Markdown with numbered marks, and the JSON that every face of the assistant gives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assistant.model import Answer, Citation, Claim, Narrowing, Notice, Quote, Refusal, Reply
from assistant.narrowing import label
from assistant.saying import Said
from index.model import Hit, Passage
from ingest.model import Locator, Metadata

SCHEMA = "common-ground/reply/1"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~]|&(?=#?\w+;))")
# What many readers of Markdown make a link of although nobody marked it as one.
_ADDRESS = re.compile(
    r"(?<=\w)(:)(?=//)|(?<=\bwww)(\.)(?=\w)|(?<=[\w.+-])(@)(?=\w)|(?<=\bmailto)(:)|(?<=\bjavascript)(:)", re.I
)
_LINE_START = re.compile(r"^([-+=]|\d{1,9}(?=[.)]))")


def escape(text: str) -> str:
    """Words of a document or a person as plain Markdown text on one line: nothing in them formats, links or becomes HTML."""
    return _ADDRESS.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text)))


def plain_line(text: str) -> str:
    """A line that begins no list, heading or rule."""
    begun = text.lstrip()
    found = _LINE_START.match(begun)
    if not found:
        return begun
    return f"\\{begun}" if found.group() in "-+=" else f"{found.group()}\\{begun[found.end() :]}"


def markdown(reply: Reply, shelf: Mapping[str, Metadata]) -> str:
    """What a person reads: the answer with [1] marks, then notices. Numbers run in the order of use."""
    if isinstance(reply, Refusal):
        return _refusal(reply, shelf)
    numbers = {c.passage.id: c.number for c in reply.citations}
    lines = list(_claims(reply.claims, numbers))
    if reply.note:
        lines += ["", f"*{escape(reply.note.strip())}*"]
    for notice in reply.notices:
        lines += ["", f"⚠ {_notice(notice)}"]
    return "\n".join(lines).strip()


def said_markdown(said: Sequence[Said]) -> str:
    """What was said of an answer so far: its `markdown` will begin with this."""
    numbers = {citation.passage.id: citation.number for one in said for citation in one.citations}
    return "\n".join(_claims([one.claim for one in said], numbers)).strip()


def _claims(claims: Sequence[Claim], numbers: Mapping[str, int]) -> list[str]:
    lines: list[str] = []
    group = ""
    for claim in claims:
        if claim.group and claim.group != group:
            group = claim.group
            lines += ["", f"**{escape(group.strip())}**", ""]
        elif not claim.item and lines and lines[-1]:
            lines.append("")
        lines.append(_claim(claim, numbers))
    return lines


def _claim(claim: Claim, numbers: Mapping[str, int]) -> str:
    marks = "".join(f"[{n}]" for n in dict.fromkeys(numbers[q.passage.id] for q in claim.quotes))
    text = _bold(claim)
    shown = text if claim.state == "supported" else in_marks(text)
    about = f"{escape(claim.about)}: " if claim.about else ""
    return f"{'- ' if claim.item else ''}{plain_line(about + shown)} {marks}"


def in_marks(text: str) -> str:
    """Quotation marks around words of the source. Speech that fills the sentence brings its own; speech inside it takes
    single marks outside."""
    if "“" not in text:
        return f"“{text}”"
    fills = text.startswith("“") and text.rfind("”") >= len(text) * 0.6
    return text if fills else f"‘{text}’"


def _bold(claim: Claim) -> str:
    text, at, out = claim.text, 0, ""
    for start, end in sorted(claim.spans):
        if start >= at and text[start:end].strip():
            out += f"{escape(text[at:start])}**{escape(text[start:end].strip())}**"
            at = start + len(text[start:end].rstrip())
    return out + escape(text[at:])


def _notice(notice: Notice) -> str:
    marks = "".join(f"[{n}]" for n in notice.citations)
    hedge = "This may have changed since. " if notice.confidence == "medium" and "may" not in notice.text else ""
    return f"{escape(notice.text)} {hedge}{marks}".strip()


def _refusal(reply: Refusal, shelf: Mapping[str, Metadata]) -> str:
    lines = ["\n".join(escape(line) for line in reply.text.split("\n"))]
    if reply.nearest:
        lines += ["", "**What the documents do say nearby** (not an answer to your question):", ""]
        for citation in reply.nearest:
            quotes = " … ".join(in_marks(escape(stretch)) for stretch in _stretches(citation.quotes))
            lines.append(f"- {quotes} ({escape(cited_as(citation.passage, shelf))})")
    for notice in reply.notices:
        lines += ["", f"⚠ {_notice(notice)}"]
    return "\n".join(lines)


def _stretches(quotes: Sequence[Quote]) -> list[str]:
    """Quotes of one passage, those in one that are only parted by a mark left out of the source."""
    stretches: list[tuple[int, int]] = []
    for quote in quotes:
        text = quote.passage.text
        if stretches and not text[stretches[-1][1] : quote.start].strip() and stretches[-1][1] <= quote.start:
            stretches[-1] = (stretches[-1][0], quote.end)
        else:
            stretches.append((quote.start, quote.end))
    return [quotes[0].passage.text[start:end] for start, end in stretches]


# words for places and dates

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip


def when(about: Metadata) -> str:
    """ "May 2018", "2007" or "date unknown"."""
    if not about.published:
        return "date unknown"
    year, _, month = about.published.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}" if month else year


def age(about: Metadata, today: date) -> str:
    """ "2007, 19 years old"; the year alone when it is this year's, empty when unknown."""
    if about.year is None:
        return ""
    years = today.year - about.year
    return f"{about.year}, {years} year{'s' if years != 1 else ''} old" if years > 0 else str(about.year)


def page_words(where: Locator, last: Locator | None = None) -> str:
    """ "page iv (PDF page 6)"; empty when the page is not known."""
    first = _page(where)
    if not first or last is None:
        return first
    return f"{first} to {_page(last)}" if _page(last) else first


def _page(where: Locator) -> str:
    if where.page_label and where.page_index and where.page_label != str(where.page_index):
        return f"page {where.page_label} (PDF page {where.page_index})"
    number = where.page_label or where.page_index
    return f"page {number}" if number else ""


def cited_as(passage: Passage, shelf: Mapping[str, Metadata]) -> str:
    """The card's name in words: "APPG interim report, 2017, Definitions"."""
    about = shelf[passage.source_id]
    year = str(about.year) if about.year and str(about.year) not in about.name else ""
    heading = passage.where.heading[-1] if passage.where.heading else ""
    return ", ".join(part for part in (about.name, year, heading, page_words(passage.where, passage.last_page)) if part)


# JSON


def reply_json(reply: Reply, shelf: Mapping[str, Metadata], engine: Mapping[str, str], today: date) -> dict[str, Any]:
    """The reply of the contract, ready for `json.dumps`."""
    answer = reply if isinstance(reply, Answer) else None
    refusal = reply if isinstance(reply, Refusal) else None
    numbers = {c.passage.id: c.number for c in answer.citations} if answer else {}
    trace = reply.trace
    return {
        "schema": SCHEMA,
        "question": reply.question,
        "search_text": trace.search_text,
        "outcome": str(reply.outcome),
        "reason": str(refusal.reason) if refusal else None,
        "text": markdown(reply, shelf),
        "note": answer.note if answer else "",
        "claims": [claim_json(claim, numbers) for claim in answer.claims] if answer else [],
        "citations": [citation_json(c, shelf, today) for c in answer.citations] if answer else [],
        "notices": [notice_json(notice) for notice in reply.notices],
        "related": [citation_json(c, shelf, today) for c in refusal.nearest] if refusal else [],
        "filters": [_filter_json(one, shelf) for one in trace.narrowed],
        "hits": [_hit_json(hit) for hit in trace.hits],
        "suggestions": list(reply.suggestions),
        "confidence": trace.features.get("chance"),
        "engine": {"writer": trace.writer, **engine},
        "personal_data": trace.personal_data,
        "trace": {
            "dropped": list(trace.dropped),
            "prompts": list(trace.prompts),
            "signs": {name: round(value, 4) for name, value in trace.features.items()},
        },
        "timings_ms": {
            name: round(trace.timings_ms.get(name, 0.0), 1) for name in ("search", "draft", "verify", "total")
        },
    }


def claim_json(claim: Claim, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "text": claim.text,
        "citations": list(dict.fromkeys(numbers[q.passage.id] for q in claim.quotes)),
        "state": claim.state,
        "about": claim.about,
        "group": claim.group,
        "item": claim.item,
        "spans": [list(span) for span in claim.spans],
    }


def said_json(said: Said, shelf: Mapping[str, Metadata], today: date) -> dict[str, Any]:
    numbers = {citation.passage.id: citation.number for citation in said.citations}
    return {
        "statement": claim_json(said.claim, numbers),
        "citations": [citation_json(citation, shelf, today) for citation in said.citations],
    }


def citation_json(citation: Citation, shelf: Mapping[str, Metadata], today: date) -> dict[str, Any]:
    passage, about = citation.passage, shelf[citation.passage.source_id]
    return {
        "number": citation.number,
        "passage_id": passage.id,
        "source_id": passage.source_id,
        "title": about.title,
        "publisher": about.publisher,
        "published": about.published or None,
        "page_index": passage.where.page_index,
        "page_label": passage.where.page_label,
        "heading": list(passage.where.heading),
        "quotes": [_quote_json(quote) for quote in citation.quotes],
        "passage_text": passage.text,
        "place": cited_as(passage, shelf),
        "page": page_words(passage.where, passage.last_page),
        "kind": about.kind,
        "date": when(about),
        "age": age(about, today),
    }


def _quote_json(quote: Quote) -> dict[str, Any]:
    # Checked again here: what is shown stands in the passage that is shown with it.
    text = quote.passage.text[quote.start : quote.end]
    return {"text": text, "start": quote.start, "end": quote.end}


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "text": notice.text,
        "confidence": notice.confidence,
        "citations": list(notice.citations),
    }


def _filter_json(one: Narrowing, shelf: Mapping[str, Metadata]) -> dict[str, Any]:
    """`from` says whether the person set it or the question says it; then `words` are those that do."""
    return {
        "field": one.field,
        "value": one.value,
        "label": label(one, shelf),
        "from": "question" if one.words else "person",
        "words": one.words,
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.id,
        "source_id": hit.passage.source_id,
        "score": round(hit.score, 4),
        "rank": hit.rank,
        "found_by": sorted(hit.found_by),
        "text": hit.passage.text,
    }
