"""What is asked: the assistant under given settings, and all that shapes its replies."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.assemble import ready_assistant, update_index
from assistant.assistant import Assistant
from assistant.model import Turn
from assistant.settings import Settings, load_settings
from eval.folder import Made
from eval.generate import Asks
from eval.load import question_digests
from eval.machine import machine, packages
from eval.model import Case


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to ask, and what shapes its replies."""

    ask: Asks
    made: Made


@contextmanager
def open_subject(cases: Sequence[Case], settings_file: Path | None, corpus: Path) -> Iterator[Subject]:
    """The assistant over `corpus`, ready to be asked; its index is brought in line with the documents first."""
    settings = over(load_settings(settings_file), corpus)
    with open_assistant_over(settings_file, corpus) as assistant:

        def ask(case: Case) -> dict[str, Any]:
            history = [Turn(message.role, message.content) for message in case.history]
            started = time.perf_counter()
            try:
                return assistant.json(assistant.ask(case.question, history))
            except Exception as fault:  # one question that breaks the assistant is a finding, not the end of the run
                return broken_reply(case, fault, time.perf_counter() - started)

        told = {**identity(settings), "engine": dict(assistant.engine)}
        yield Subject(ask, Made(told, machine(), question_digests(cases)))


@contextmanager
def open_assistant_over(settings_file: Path | None, corpus: Path) -> Iterator[Assistant]:
    """The assistant alone; its index is brought in line with the documents first."""
    settings = over(load_settings(settings_file), corpus)
    update_index(settings)
    with ready_assistant(settings) as assistant:
        yield assistant


def over(settings: Settings, corpus: Path) -> Settings:
    """The settings, with the documents of `corpus`; another corpus than the settings' gets an index of its own."""
    if corpus.resolve() == settings.paths.corpus.resolve():
        return settings
    paths = settings.paths.model_copy(update={"corpus": corpus, "data": corpus / ".common-ground"})
    return settings.model_copy(update={"paths": paths})


def identity(settings: Settings) -> dict[str, Any]:
    """All that shapes the replies but the index, whose fingerprint is in the engine; secrets stay masked, and where
    things lie shapes nothing."""
    return {
        "settings": settings.model_dump(mode="json", exclude={"paths", "web"}),
        "packages": packages(),
    }


def broken_reply(case: Case, fault: Exception, seconds: float) -> dict[str, Any]:
    """What stands in outcomes.jsonl for a question that ended in an exception."""
    said = f"{type(fault).__name__}: {fault}"
    return {"outcome": "error", "question": case.question, "text": said, "timings_ms": {"total": seconds * 1000}}
