"""The language model's part in one reply: a follow-up in other words, the answer's sentences, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import author, rewording
from assistant.author import Author
from assistant.draft import Draft, DraftClaim
from assistant.endpoint import LLMSettings
from assistant.errors import ModelUnavailable
from assistant.evidence import Scored
from assistant.extract import Extract
from assistant.line import Line
from assistant.model import Answer, Notice, Reply, Turn
from assistant.prompts import read_prompt
from assistant.reading import Reading
from assistant.rewording import Rewording
from assistant.verify import Vote
from index.model import Hit

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


@dataclass(frozen=True, slots=True)
class Model:
    """What a language model is used for. Safe to share between threads."""

    author: Author
    rewording: Rewording | None = None


def open_model(
    llm: LLM | None, settings: LLMSettings, prompts: Path, extract: Extract, votes: Sequence[Vote] = ()
) -> Model | None:
    """None without a model. Raises PromptError for a prompt that does not fit what is filled in."""
    answer = read_prompt(prompts, "answer", author.VARIABLES)
    rewrite = read_prompt(prompts, "rewrite", rewording.VARIABLES)
    if llm is None:
        return None
    line = Line(llm, settings)
    return Model(Author(line, answer, extract, votes), Rewording(line, rewrite) if settings.rewrite else None)


@dataclass(slots=True)
class Pen:
    """For one reply. Without a model, or with `private` words in the question, it writes nothing and says nothing."""

    model: Model | None
    private: bool = False
    writer: str = "extractive"
    lost: str = ""
    prompts: list[str] = field(default_factory=list)
    dropped: tuple[str, ...] = ()

    @property
    def _idle(self) -> bool:
        return self.model is None or self.private or bool(self.lost)

    def reworded(self, question: str, history: Sequence[Turn]) -> list[str]:
        """The follow-up in words that stand alone; nothing where there is only what rules make of it."""
        if self._idle or not self.model or not self.model.rewording or not history:
            return []
        self.prompts.append(str(self.model.rewording.prompt))
        try:
            text = self.model.rewording.of(question, history)
        except ModelUnavailable as error:
            self.lost = str(error)
            return []
        return [text] if text else []

    def write(
        self,
        reading: Reading,
        hits: Sequence[Hit],
        scored: Sequence[Scored],
        own: Draft,
        on_stage: Callable[[str], None],
        on_claim: Callable[[DraftClaim], None],
    ) -> Draft:
        """The model's sentences that the passages bear out; `own`, the documents' own words, where there are none.
        `on_claim` hears those of the model, as `Author.write` says."""
        # A list of the source is given whole, as it stands.
        if self._idle or not self.model or any(claim.item for claim in own.claims):
            return own
        self.prompts.append(str(self.model.author.prompt))
        try:
            written = self.model.author.write(reading, hits, scored, own, on_stage, on_claim)
        except ModelUnavailable as error:
            self.lost, self.dropped = str(error), error.dropped
            return own
        self.writer, self.dropped, self.lost = self.model.author.name, written.dropped, written.broke
        return written.draft

    def signed(self, reply: Reply) -> Reply:
        """The reply with what is to be said of who wrote it, and of the question."""
        trace = replace(
            reply.trace,
            writer=self.writer,
            prompts=tuple(self.prompts),
            personal_data=self.private,
            dropped=(*self.dropped, *reply.trace.dropped),
        )
        return replace(reply, trace=trace, notices=(*self._notices(isinstance(reply, Answer)), *reply.notices))

    def _notices(self, answered: bool) -> tuple[Notice, ...]:
        """That the model was to write and did not, or that the question holds what should not be in it."""
        found = []
        if self.private:
            unsent = ", and was not sent to the language model" if self.model else ""
            found.append(Notice("personal_data", f"{_PRIVATE} It is not stored or logged here{unsent}.", "high"))
        if self.lost and answered:
            rest = _OWN_WORDS if self.writer == "extractive" else _BROKE_OFF
            found.append(Notice("writer", f"The language model {self.lost}. {rest}", "high"))
        return tuple(found)


_PRIVATE = (
    "Your question seems to hold somebody's personal data. Please ask without names, numbers and addresses of people."
)
_OWN_WORDS = "This answer is in the documents' own words."
_BROKE_OFF = "What it had written by then was checked and stands; there may be more to say."
