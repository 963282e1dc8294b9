"""The files of an evaluation: a Case is asked, an Outcome is what came back, a Score is how it was judged."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Kind = Literal[
    "fact",
    "figure",
    "list",
    "howto",
    "compare",
    "case_study",
    "definition",
    "attribution",
    "multi_turn",
    "paraphrase",
    "typo",
    "false_premise",
    "ambiguous",
    "near_miss_unanswerable",
    "unanswerable",
    "out_of_scope",
    "injection",
    "other_language",
]
Verdict = Literal["right", "partly", "wrong"]
Fault = Literal[
    "not found",
    "found and not chosen",
    "chosen and not said",
    "wrongly refused",
    "wrongly answered",
    "said what it must not",
    "broke down",
]


class FileLine(BaseModel):
    """One line of a file: nothing unknown is let in, nothing changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Message(FileLine):
    """One earlier turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class Case(FileLine):
    """A question, what its answer rests on and what the answer must and must not hold.

    `must_contain` is a list of groups; a group is a list of alternatives, one of which must be said.
    """

    id: str = Field(min_length=1)
    kind: Kind
    question: str = Field(min_length=1)
    history: tuple[Message, ...] = ()
    answerable: bool
    gold_sources: tuple[str, ...] = ()
    gold_quotes: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    note: str = ""

    @field_validator("gold_quotes", "must_not_contain")
    @classmethod
    def _nothing_blank(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        if any(not text.strip() for text in texts):
            raise ValueError("expected words, found an empty string")
        return texts

    @field_validator("must_contain")
    @classmethod
    def _groups_hold_words(cls, groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if any(not group or any(not text.strip() for text in group) for group in groups):
            raise ValueError("expected groups of one or more alternatives, each with words in it")
        return groups

    @model_validator(mode="after")
    def _can_be_judged(self) -> Case:
        if self.answerable and not (self.gold_sources or self.gold_quotes or self.must_contain):
            raise ValueError("an answerable case needs gold_sources, gold_quotes or must_contain to be judged by")
        return self


class Outcome(FileLine):
    """A line of `outcomes.jsonl`: the reply to one case, as the assistant gave it."""

    id: str
    reply: dict[str, Any]


class Score(FileLine):
    """A line of `scores.jsonl`: one case, judged. Counts come in pairs (how many, of how many), so that sums over cases
    can be formed later; a pair of which the second is 0 gives no score. None means "no score", never 0.

    `gold_ranks` has an entry for each gold quote: the rank of the first hit that holds it, None when no hit does; it is
    empty for cases without gold quotes and for cases that are not answerable.
    """

    id: str
    kind: Kind
    answerable: bool
    sources: tuple[str, ...] = ()
    outcome: str
    refused: bool
    verdict: Verdict
    why: Fault | None = None
    gold_ranks: tuple[int | None, ...] = ()
    reciprocal_rank: float | None = None
    ndcg_10: float | None = None
    groups: int = 0
    groups_found: int = 0
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    claims: int = 0
    claims_on_gold: int = 0
    claims_supported: int = 0
    citations: int = 0
    citations_needed: int = 0
    quotes: int = 0
    quotes_exact: int = 0
    inexact: tuple[str, ...] = ()
    unknown_links: tuple[str, ...] = ()
    notices_due: int = 0
    notices_given: int = 0
    confidence: float | None = None
    timings_ms: dict[str, float] = Field(default_factory=dict)

    @property
    def due_refusal(self) -> bool | None:
        """Should the assistant have declined? None for ambiguous questions, where asking back and answering both
        serve."""
        return None if self.kind == "ambiguous" else not self.answerable
