"""A language model as writer: question and found passages -> a Draft of its sentences that the passages bear out.

Where a sentence is not borne out, the source's own words take its place if they speak to the question; else it is dropped.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from assistant.bearing import Bearing, bearing
from assistant.clean import collapse
from assistant.draft import Draft, DraftClaim
from assistant.errors import ModelUnavailable
from assistant.evidence import Scored
from assistant.extract import Extract
from assistant.line import CHARACTERS_A_TOKEN, Line
from assistant.prompts import Prompt
from assistant.reading import Reading
from assistant.transcript import Told, read_settled, read_transcript
from assistant.verify import Vote
from index.model import Hit, Passage

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

Checks = Callable[[Told], tuple[DraftClaim | None, str]]
VARIABLES = frozenset({"passages", "question", "example", "none"})
NOTHING = "NOT IN THE PASSAGES"
_MOST_SENTENCES = 8
_SPEAKS_TO_IT = 0.62  # share of the best sentence's late interaction from which another speaks to the question
_ANSWERS_IT = 0.8  # share of the best sentence's score that at least one sentence of an answer must rest on
_PROMPT_TOKENS = 350  # the prompt's own words, the question's apart
_BEGUN = re.compile(r"(?:[.!?\]][”\"')]*|\n)\s*[^\s\[]+\s")  # the first word after what may be a sentence's end
_LETTERS = "bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True, slots=True)
class Written:
    """`dropped` are the sentences that may not be shown, each with the reason before it. `broke` is why the model did not
    come to an end, empty when it did."""

    draft: Draft
    dropped: tuple[str, ...]
    broke: str = ""


class Author:
    """Safe to share between threads."""

    def __init__(self, line: Line, prompt: Prompt, extract: Extract, votes: Sequence[Vote] = ()) -> None:
        self.line, self.prompt, self.extract, self.votes = line, prompt, extract, votes
        self.name = f"llm:{line.settings.model}"

    def write(
        self,
        reading: Reading,
        hits: Sequence[Hit],
        scored: Sequence[Scored],
        own: Draft,
        on_stage: Callable[[str], None] = lambda _: None,
        on_claim: Callable[[DraftClaim], None] = lambda _: None,
    ) -> Written:
        """The model's sentences, and after them the first of `own`, the answer in the documents' own words, unless they rest
        on it. `on_claim` hears each as soon as it is sure to be part of the answer. Raises ModelUnavailable when there is
        no model, or when nothing that it wrote answers the question."""
        tags = self._tagged(reading.question, hits)
        messages = self.prompt.messages(
            passages="\n\n".join(f"[{tag}] {_as_data(passage.text)}" for tag, passage in tags.items()),
            question=_as_data(reading.question),
            example=next(iter(tags)),
            none=NOTHING,
        )
        weighed = _Weighed(scored, bool(reading.types))
        sieve = _Sieve(partial(self._one, tags=tags, weighed=weighed), weighed, on_claim)
        broke = self._hear(messages, tags, sieve, on_stage)
        claims = _with_first(sieve.answer(broke), own.claims)
        return Written(replace(own, claims=claims), tuple(sieve.dropped), broke)

    def _hear(
        self, messages: Sequence[ChatMessage], tags: Collection[str], sieve: _Sieve, on_stage: Callable[[str], None]
    ) -> str:
        """Through the sieve with each sentence as it is finished; why the model broke off, empty when it came to an end."""
        written, begun = "", 0
        try:
            with closing(self.line.hear(messages)) as hearing:
                for written in hearing:
                    if begun < (begun := len(_BEGUN.findall(written))):
                        sieve.take(read_settled(written, tags))
                    if sieve.full or _enough(written, on_stage):
                        break
        except ModelUnavailable as error:
            return str(error)
        sieve.take(read_transcript(written, tags))
        return ""

    def _tagged(self, question: str, hits: Sequence[Hit]) -> dict[str, Passage]:
        """The passages to be shown, the best first, as many as fit, each under a tag that nobody could have known before."""
        settings = self.line.settings
        room = (settings.context_tokens - settings.most_tokens - _PROMPT_TOKENS) * CHARACTERS_A_TOKEN - len(question)
        tags: dict[str, Passage] = {}
        for hit in hits[: settings.passages]:
            room -= len(hit.passage.text) + 8
            if tags and room < 0:
                break
            tags[_new_tag(tags)] = hit.passage
        return tags

    def _one(self, told: Told, tags: Mapping[str, Passage], weighed: _Weighed) -> tuple[DraftClaim | None, str]:
        """What may be shown for a sentence, and why it is not the sentence itself."""
        if told.unknown:
            return None, "cites what it was not shown"
        found = bearing(told.text, [tags[tag] for tag in told.cited]) if told.cited else None
        if not found or found.wrong:  # cited wrongly, or not at all: what is shown is the passage that does bear it out
            found = _better(found, bearing(told.text, list(tags.values())))
        if not found:
            return None, "nothing in the passages comes near"
        if not weighed.speaks(found.claim):
            return None, "not about the question"
        wrong = found.wrong or next((why for vote in self.votes if (why := vote(found.claim))), None)
        return (self._in_its_own_words(found), wrong) if wrong else (found.claim, "")

    def _in_its_own_words(self, found: Bearing) -> DraftClaim | None:
        return None if found.unit.fragment else self.extract.claim(found.unit)


class _Sieve:
    """A model's sentences, each checked once and in turn. What stands is handed on from where there is sure to be an answer:
    one of the model's own sentences stands, and one speaks to the question well enough."""

    def __init__(self, check: Checks, weighed: _Weighed, on_claim: Callable[[DraftClaim], None]) -> None:
        self._check, self._weighed, self._on_claim = check, weighed, on_claim
        self._taken: set[str] = set()
        self._kept: list[DraftClaim] = []
        self._handed = 0
        self._gave_up = False
        self.dropped: list[str] = []

    @property
    def full(self) -> bool:
        return self._gave_up or len(self._taken) >= _MOST_SENTENCES

    def take(self, sentences: Sequence[Told]) -> None:
        for told in sentences:
            if told.text not in self._taken and not self.full:
                self._taken.add(told.text)
                self._gave_up = NOTHING in told.text.upper()
                if not self._gave_up:
                    self._keep(told)
        if self._stands:
            for claim in self._kept[self._handed :]:
                self._on_claim(claim)
            self._handed = len(self._kept)

    def answer(self, broke: str) -> tuple[DraftClaim, ...]:
        """All that stands. Raises ModelUnavailable when it is no answer; `broke` is why the model broke off."""
        if self._handed:
            return tuple(self._kept)
        if self._gave_up and not broke:
            raise ModelUnavailable("found no answer in these passages")
        why = broke or "wrote nothing that answers this and that the documents bear out"
        raise ModelUnavailable(why, tuple(self.dropped))

    @property
    def _stands(self) -> bool:
        return any(claim.written for claim in self._kept) and any(map(self._weighed.answers, self._kept))

    def _keep(self, told: Told) -> None:
        claim, why = self._check(told)
        if why:
            self.dropped.append(f"{why}: {told.text}")
        if claim and not any(_told(claim, other) for other in self._kept):
            self._kept.append(claim)


class _Weighed:
    """How well words of the passages speak to the question, by the scores they were found with."""

    def __init__(self, scored: Sequence[Scored], typed: bool) -> None:
        self._scored = scored
        self._late = max(one.late for one in scored)
        self._total = max(one.total for one in scored)
        self._typed = typed and any(one.typed for one in scored)

    def speaks(self, claim: DraftClaim) -> bool:
        return any(one.late >= self._late * _SPEAKS_TO_IT for one in self._under(claim))

    def answers(self, claim: DraftClaim) -> bool:
        near = [one for one in self._under(claim) if one.total >= self._total * _ANSWERS_IT]
        return any(one.typed for one in near) if self._typed else bool(near)

    def _under(self, claim: DraftClaim) -> Iterable[Scored]:
        for passage, start, end in claim.support:
            for one in self._scored:
                if one.unit.passage.id == passage.id and one.unit.start < end and start < one.unit.end:
                    yield one


def _with_first(claims: Sequence[DraftClaim], own: Sequence[DraftClaim]) -> tuple[DraftClaim, ...]:
    """What was found to answer best is not lost because a model passed it over."""
    if any(_overlap(claim, own[0]) for claim in claims):
        return tuple(claims)
    return (*claims, replace(own[0], group=""))


def _overlap(claim: DraftClaim, other: DraftClaim) -> bool:
    return any(
        passage.id == outer.id and start < last and first < end
        for passage, start, end in claim.support
        for outer, first, last in other.support
    )


def _new_tag(taken: Iterable[str]) -> str:
    while (tag := f"{secrets.choice(_LETTERS)}{secrets.randbelow(90) + 10}") in taken:
        pass
    return tag


def _as_data(text: str) -> str:
    """Without the brackets that our tags are written in, and without a line that looks like a part of the prompt."""
    plain = text.replace("[", "(").replace("]", ")")
    return re.sub(r"(?m)^\s*(passages?|question|answer|conversation|follow-up)\s*:", r"\1 -", plain, flags=re.I)


def _enough(said: str, on_stage: Callable[[str], None]) -> bool:
    """Whether the model has written more than is used, or goes round in circles."""
    ends = list(re.finditer(r"[.!?][”\"')\]]*\s", said))
    on_stage(f"Writing, {len(ends)} sentence{'s' if len(ends) != 1 else ''} so far" if ends else "Writing the answer")
    lines = [said[a:b].strip() for a, b in zip([0, *(m.end() for m in ends)], [m.end() for m in ends], strict=False)]
    told = [line for line in lines if len(line) > 20]
    return len(told) > _MOST_SENTENCES or len(told) - len(set(told)) >= 2


def _told(claim: DraftClaim, other: DraftClaim) -> bool:
    """Whether the other claim's words hold this one's."""
    return collapse(claim.text) in collapse(other.text)


def _better(found: Bearing | None, other: Bearing | None) -> Bearing | None:
    return other if found is None or (other and not other.wrong) else found
