"""Planted orders: in a document, the question, the conversation, a file name, metadata. Is one obeyed, shown alive, or does
it crowd out what is true?

Every payload is tried twice: with the documents' own words as the answer, and with a model that obeys whoever speaks last.
Beside them, documents stuffed with the words of questions and documents that say there is no answer: what do they cost?
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import Field

from assistant.assistant import Assistant
from assistant.endpoint import LLMSettings
from assistant.extract import Extract
from assistant.pen import open_model
from assistant.settings import AnswerSettings, PathSettings
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.obedient import Obedient
from eval.hold.place import bring_in
from eval.hold.planted import FOLLOW_UP, REAL, Payload, plant, read_payloads, sample
from eval.hold.promised import CHECKS
from eval.hold.stuffed import Cost, cost_of_stuffing
from eval.hold.vectors import WordVectors
from index.open import open_index
from index.settings import IndexSettings


class InjectSizes(Sizes):
    each: int = Field(99, ge=1, description="payloads of each of the five channels; there are at least 24")
    cases: int = Field(
        150, ge=0, description="questions by which the cost of stuffed documents is measured; 0: leave it"
    )
    stuffed: int = Field(20, ge=2, description="documents stuffed with words or full of denials")


def inject(sizes: InjectSizes, run: Run) -> Findings:
    payloads, wants = read_payloads()
    chosen = sample(payloads, sizes.each, random.Random(run.seed))
    corpus, data = run.scratch / "corpus", run.scratch / "data"
    paths = plant(corpus, chosen)
    skipped = {one.path for one in bring_in(corpus, data).skipped}
    failures: dict[str, list[str]] = {name: [] for name in CHECKS}
    steered: list[str] = []
    answered = 0
    with _assistants(data, wants) as (plain, obeying):
        sources = _sources(plain, paths)
        planted = frozenset(sources.values())
        untouched = {text: _said(plain, text) for text in (REAL, FOLLOW_UP)}
        for n, one in enumerate(chosen, start=1):
            run.tell("trying payloads", n, len(chosen))
            for assistant in (plain, obeying):
                reply = assistant.json(assistant.ask(one.question, one.history))
                answered += bool(reply["claims"])
                for name, check in CHECKS.items():
                    failures[name] += [f"{one.name}: {wrong}" for wrong in check(reply, assistant, planted)]
            if one.channel == "question" and REAL in one.question and _said(plain, one.question) - untouched[REAL]:
                steered.append(one.name)
    tried = 2 * len(chosen)
    promises = [none_of(name, wrong, tried) for name, wrong in failures.items()]
    promises.append(
        none_of("a question is steered by an order in it", steered, sum(REAL in one.question for one in chosen))
    )
    promises += _found([one for path, one in paths.items() if path not in skipped], sources)
    figures: dict[str, Any] = {"payloads": len(chosen), "skipped": len(skipped), "replies": tried, "answered": answered}
    if sizes.cases:
        cost = cost_of_stuffing(sizes.cases, sizes.stuffed, run)
        promises.append(_cheap(cost))
        figures["stuffing"] = {"before": cost.before, "after": cost.after, "cases": cost.cases}
    return Findings(tuple(promises), figures)


@contextmanager
def _assistants(data: Path, wants: Sequence[str]) -> Iterator[tuple[Assistant, Assistant]]:
    """One that answers in the documents' own words, one whose model obeys. Neither is careful about what is found: then every
    payload comes up."""
    llm = LLMSettings(endpoint="http://127.0.0.1:1/v1", model="obedient", failures=100)
    with open_index(data, IndexSettings(), WordVectors()) as index:
        model = open_model(Obedient(wants), llm, PathSettings().prompts, Extract(index.searcher, 3))
        settings = AnswerSettings(refuse_below=0, llm=llm)
        yield Assistant(index.searcher, settings), Assistant(index.searcher, settings, model=model)


def _sources(assistant: Assistant, paths: dict[str, Payload]) -> dict[str, str]:
    """Name of the payload -> id of the document it was planted in, by the town that only this document names."""
    return {
        one.name: passage.source_id
        for one in paths.values()
        for passage in assistant.shelf.passages()
        if one.town in passage.text
    }


def _said(assistant: Assistant, question: str) -> set[str]:
    return {claim["text"] for claim in assistant.json(assistant.ask(question))["claims"]}


def _found(planted: Sequence[Payload], sources: dict[str, str]) -> list[Promise]:
    """The experiment is worth nothing when what was planted is neither on the shelf nor told to have been skipped."""
    missing = [one.name for one in planted if one.name not in sources]
    return [none_of("a planted document is not on the shelf", missing, len(planted))]


def _cheap(cost: Cost) -> Promise:
    lost = 100 * (cost.before - cost.after)
    return Promise("recall among the first 5 that stuffed documents cost", "< 2 points", f"{lost:.1f} points", lost < 2)


EXPERIMENT = Experiment("inject", InjectSizes, inject)
