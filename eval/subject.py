"""What is asked: the assistant under given settings, and all that shapes its replies."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.assemble import open_assistant
from assistant.render import reply_json
from assistant.settings import Settings, load_settings

from assistant.model import Turn
from eval.generate import Asks
from eval.load import questions_digest
from eval.model import Case

PACKAGES = ("torch", "sentence-transformers", "chromadb", "llama-index-core", "bm25s", "numpy")


@dataclass(frozen=True, slots=True)
class Subject:
    """`identity` is what a later run must share to add to the same outcomes; `machine` is only told."""

    ask: Asks
    identity: dict[str, Any]
    machine: dict[str, Any]


@contextmanager
def open_subject(cases: Sequence[Case], settings_file: Path | None = None) -> Iterator[Subject]:
    """The assistant, ready to be asked; it builds or updates its index first if it must."""
    settings = load_settings(settings_file)
    with open_assistant(settings) as assistant:

        def ask(case: Case) -> dict[str, Any]:
            history = [Turn(message.role, message.content) for message in case.history]
            started = time.perf_counter()
            try:
                return dict(reply_json(assistant.ask(case.question, history)))
            except Exception as fault:  # one question that breaks the assistant is a finding, not the end of the run
                return broken_reply(case, fault, time.perf_counter() - started)

        yield Subject(
            ask, {"settings": _shown(settings), "questions": questions_digest(cases), **_made_of()}, machine()
        )


def broken_reply(case: Case, fault: Exception, seconds: float) -> dict[str, Any]:
    """What stands in outcomes.jsonl for a question that ended in an exception."""
    said = f"{type(fault).__name__}: {fault}"
    return {"outcome": "error", "question": case.question, "text": said, "timings_ms": {"total": seconds * 1000}}


def _shown(settings: Settings) -> dict[str, Any]:
    """The settings as JSON; pydantic masks what is declared secret."""
    return settings.model_dump(mode="json")


def _made_of() -> dict[str, Any]:
    return {"packages": {name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def machine() -> dict[str, Any]:
    """What the run was made on; times mean nothing without it."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()
