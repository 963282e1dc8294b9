"""An answer as a record that can be kept and asked again: question, settings, documents, passages and verdicts, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.assistant import Assistant
from assistant.jsonfile import read_json
from assistant.model import Answer, Reply, Turn
from index.model import Filters

SCHEMA: Literal["common-ground/record/1"] = "common-ground/record/1"
_SHOWN = 160  # letters of a statement in a difference


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnKept(_Kept):
    role: Literal["user", "assistant"]
    content: str


class FiltersKept(_Kept):
    sources: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    kinds: tuple[str, ...] = ()
    place: str = ""
    publisher: str = ""


class DocumentKept(_Kept):
    source_id: str
    title: str
    sha256: str


class PassageKept(_Kept):
    """A passage that was looked at: its place in the search, and a digest that tells whether its text is the same."""

    passage_id: str
    source_id: str
    rank: int
    text_sha256: str


class QuoteKept(_Kept):
    passage_id: str
    source_id: str
    start: int
    end: int
    text: str


class VerdictKept(_Kept):
    """A statement that is shown and the words that it rests on: "quoted" or "supported"."""

    text: str
    verdict: Literal["quoted", "supported"]
    quotes: tuple[QuoteKept, ...]


class NoticeKept(_Kept):
    kind: str
    text: str


class Record(_Kept):
    """`common-ground/record/1`. `dropped` are statements that the verifier refused, each with its reason. Two records of
    the same question on the same documents differ in `asked_at` alone."""

    format: Literal["common-ground/record/1"] = Field(alias="schema")
    asked_at: str
    question: str
    history: tuple[TurnKept, ...] = ()
    filters: FiltersKept = FiltersKept()
    read_filters: bool = True
    engine: dict[str, str]
    settings: dict[str, Any]
    documents: tuple[DocumentKept, ...]
    search_text: str
    passages: tuple[PassageKept, ...]
    outcome: str
    reason: str | None = None
    text: str
    verdicts: tuple[VerdictKept, ...]
    dropped: tuple[str, ...] = ()
    notices: tuple[NoticeKept, ...] = ()

    def json_text(self) -> str:
        return self.model_dump_json(indent=2, by_alias=True) + "\n"


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is "settings", "engine", "documents", "outcome", "statements", "notices" or "passages"."""

    what: str
    words: str


def make_record(
    assistant: Assistant,
    reply: Reply,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    read_filters: bool = True,
) -> Record:
    """What was asked and with what, what was found and what was said. `history`, `filters` and `read_filters` as they were
    given to `Assistant.ask`."""
    given = filters or Filters()
    shelf, said = assistant.shelf, assistant.json(reply)
    return Record(
        schema=SCHEMA,
        asked_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        question=reply.question,
        history=tuple(TurnKept(role=turn.role, content=turn.content) for turn in history),
        filters=FiltersKept(
            sources=tuple(sorted(given.sources)),
            since=given.since,
            until=given.until,
            kinds=tuple(sorted(given.kinds)),
            place=given.place,
            publisher=given.publisher,
        ),
        read_filters=read_filters,
        engine=said["engine"],
        settings={
            "answer": assistant.settings.model_dump(mode="json"),
            "search": assistant.searcher.settings.model_dump(mode="json"),
        },
        documents=tuple(
            DocumentKept(source_id=id_, title=about.title, sha256=shelf.document(id_).sha256)
            for id_, about in sorted(shelf.metadata.items())
        ),
        search_text=reply.trace.search_text,
        passages=tuple(
            PassageKept(
                passage_id=hit.passage.id,
                source_id=hit.passage.source_id,
                rank=hit.rank,
                text_sha256=_digest(hit.passage.text),
            )
            for hit in reply.trace.hits
        ),
        outcome=str(reply.outcome),
        reason=said["reason"],
        text=said["text"],
        verdicts=tuple(_verdicts(reply)),
        dropped=reply.trace.dropped,
        notices=tuple(NoticeKept(kind=n["kind"], text=n["text"]) for n in said["notices"]),
    )


def _verdicts(reply: Reply) -> Iterator[VerdictKept]:
    for claim in reply.claims if isinstance(reply, Answer) else ():
        quotes = tuple(
            QuoteKept(passage_id=q.passage.id, source_id=q.passage.source_id, start=q.start, end=q.end, text=q.text)
            for q in claim.quotes
        )
        yield VerdictKept(text=claim.text, verdict=claim.state, quotes=quotes)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def read_record(path: Path) -> Record:
    """Raises AssistantError that says what is wrong with the file."""
    return read_json(path, TypeAdapter(Record), "record", "what --record has written")


def replay(assistant: Assistant, record: Record) -> tuple[Record, list[Difference]]:
    """The question asked again of today's system, and what differs from the record: nothing, when it gives the same."""
    kept = record.filters
    filters = Filters(
        frozenset(kept.sources), kept.since, kept.until, frozenset(kept.kinds), kept.place, kept.publisher
    )
    history = [Turn(turn.role, turn.content) for turn in record.history]
    reply = assistant.ask(record.question, history, filters, read_filters=record.read_filters)
    now = make_record(assistant, reply, history, filters, record.read_filters)
    return now, list(differences(record, now))


def differences(before: Record, now: Record) -> Iterator[Difference]:
    """What is not the same, causes first: settings, engine, documents; then what came of them."""
    yield from _named("settings", _flat(before.settings), _flat(now.settings))
    yield from _named("engine", before.engine, now.engine)
    yield from _documents(before, now)
    if (before.outcome, before.reason) != (now.outcome, now.reason):
        yield Difference("outcome", f"was {_outcome(before)}, is {_outcome(now)}")
    yield from _lines("statements", [v.text for v in before.verdicts], [v.text for v in now.verdicts])
    yield from _lines("notices", [n.text for n in before.notices], [n.text for n in now.notices])
    yield from _passages(before, now)


def same_answer(found: Sequence[Difference]) -> bool:
    """Whether what a reader sees is the same: outcome, statements and notices."""
    return not any(one.what in ("outcome", "statements", "notices") for one in found)


def _outcome(record: Record) -> str:
    return f"{record.outcome}{f' ({record.reason})' if record.reason else ''}"


def _named(what: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield Difference(what, f"{name} was {before.get(name)}, is {now.get(name)}")


def _flat(settings: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return flat


def _documents(before: Record, now: Record) -> Iterator[Difference]:
    held, holds = ({d.source_id: d.sha256 for d in record.documents} for record in (before, now))
    for source_id in sorted({*held, *holds}):
        if source_id not in holds:
            yield Difference("documents", f"{source_id} is no longer on the shelf")
        elif source_id not in held:
            yield Difference("documents", f"{source_id} is new on the shelf")
        elif held[source_id] != holds[source_id]:
            yield Difference("documents", f"{source_id} is another file than it was")


def _lines(what: str, before: Sequence[str], now: Sequence[str]) -> Iterator[Difference]:
    yield from (Difference(what, f"gone: {_short(text)}") for text in before if text not in now)
    yield from (Difference(what, f"new: {_short(text)}") for text in now if text not in before)
    if list(before) != list(now) and sorted(before) == sorted(now):
        yield Difference(what, "the same, in another order")


def _passages(before: Record, now: Record) -> Iterator[Difference]:
    was, is_ = ([p.passage_id for p in record.passages] for record in (before, now))
    if was != is_:
        shared = len(set(was) & set(is_))
        yield Difference("passages", f"{shared} of {len(was)} found again; now {len(is_)}, or in another order")
    digests = {p.passage_id: p.text_sha256 for p in before.passages}
    for passage in now.passages:
        if digests.get(passage.passage_id, passage.text_sha256) != passage.text_sha256:
            yield Difference("passages", f"{passage.passage_id} has another text")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()} …"


def difference_lines(record: Record, found: Sequence[Difference]) -> list[str]:
    """For people: whether the answer is the same, then every difference."""
    when = f"the record of {record.asked_at}"
    if not found:
        return [f"The same as in {when}: settings, documents, passages and answer."]
    first = f"The answer is the same as in {when}." if same_answer(found) else f"The answer differs from {when}."
    return [first, *(f"{one.what}: {one.words}" for one in found)]
