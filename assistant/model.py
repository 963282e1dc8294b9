"""What the assistant is asked and what it may say: an Answer whose every claim rests on quotes, or a Refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from index.model import Filters, Hit, Passage


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand in a passage: a span, so they cannot be invented."""

    passage: Passage
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.passage.text):
            raise ValueError(f"quote {self.start}:{self.end} is outside passage {self.passage.id}")

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement and the quotes it rests on. `state` is "quoted" when the text is the quotes' own words, "supported"
    when a language model wrote it and the quotes bear it out.

    `about` is what a reader needs to understand the sentence (a name that stands before it in the source); it is shown
    beside the words, never inside them. `group` is the heading it stands under, `item` says that it is one of a list,
    `spans` are the offsets in `text` of the words that answer the question, shown in bold.
    """

    text: str
    quotes: tuple[Quote, ...]
    state: Literal["quoted", "supported"] = "quoted"
    about: str = ""
    group: str = ""
    item: bool = False
    spans: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("a claim needs at least one quote")


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered passage and the words of it that are used. Numbers run from 1 in the order of use."""

    number: int
    passage: Passage
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know: of a cited source (it is dated, superseded, of another nation, or has a slip), of who
    wrote the answer, or of personal data in the question."""

    kind: Literal["dated", "superseded", "jurisdiction", "source_slip", "writer", "personal_data"]
    text: str
    confidence: Literal["high", "medium"]
    citations: tuple[int, ...] = ()


class Outcome(StrEnum):
    ANSWERED = "answered"
    PARTLY_ANSWERED = "partly_answered"
    NOT_IN_DOCUMENTS = "not_in_documents"
    OUT_OF_SCOPE = "out_of_scope"
    NEEDS_CLARIFICATION = "needs_clarification"
    DECLINED = "declined"
    ERROR = "error"


class Reason(StrEnum):
    """Why there is no full answer: a fixed word for programs, the sentence for people is in the reply's text."""

    NOTHING_FOUND = "nothing_found"
    WEAK_EVIDENCE = "weak_evidence"
    NAME_NOT_IN_DOCUMENTS = "name_not_in_documents"
    ATTRIBUTE_MISSING = "attribute_missing"
    NOT_SUPPORTED = "not_supported"
    PERSONAL_CASE = "personal_case"
    OFF_TOPIC = "off_topic"
    OTHER_LANGUAGE = "other_language"
    EMPTY_QUESTION = "empty_question"
    TOO_LONG = "too_long"
    AMBIGUOUS = "ambiguous"
    INSTRUCTIONS = "instructions"
    FILTER_EXCLUDES_ALL = "filter_excludes_all"
    INDEX_MISSING = "index_missing"


FilterField = Literal["source", "kind", "since", "until", "place", "publisher"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One filter. `words` are those of the question that it was read from; empty when the person set it."""

    field: FilterField
    value: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """How the reply came about: what evaluation and "why this answer?" read. `narrowed` tells the filters one by one."""

    search_text: str
    hits: tuple[Hit, ...] = ()
    filters: Filters = field(default_factory=Filters)
    narrowed: tuple[Narrowing, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    features: dict[str, float] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    writer: str = "extractive"
    prompts: tuple[str, ...] = ()
    personal_data: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Claims in reading order. `note` is the one sentence of ours (how the question was read, what differs); it is marked
    as ours and states nothing about the world."""

    question: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]
    trace: Trace
    outcome: Outcome = Outcome.ANSWERED
    note: str = ""
    suggestions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError("an answer needs at least one claim")


@dataclass(frozen=True, slots=True)
class Refusal:
    """No answer, and why. `nearest` is what the documents do say nearby, offered as that and not as an answer."""

    question: str
    outcome: Outcome
    reason: Reason
    text: str
    trace: Trace
    nearest: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


Reply = Answer | Refusal
