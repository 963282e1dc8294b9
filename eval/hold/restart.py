"""kill -9, start again: how long until the first right answer, on a small, a large and a very large shelf?

The texts beyond the five documents are sampled, and so are their vectors (`eval/bench/texts.py`): what is measured is opening
and searching. A right answer is one whose first citation is a passage of the five documents that the question was predicted
for, as it was before the kill.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
from pydantic import BeforeValidator, Field

from assistant.settings import HOME
from eval.bench.model import Task
from eval.bench.ours import build
from eval.errors import EvalError
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.service import Service, index_first, serving, start, wait_until_ready, write_settings
from index.settings import IndexSettings

QUESTION = "How did Rushmoor deal with rumours on Facebook?"
_READY = 10.0  # seconds, at ten thousand passages
_AT = 10_000


def _numbers(given: object) -> object:
    return [int(part) for part in given.split(",")] if isinstance(given, str) else given


class RestartSizes(Sizes):
    passages: Annotated[tuple[int, ...], BeforeValidator(_numbers)] = Field(
        (200, 10_000, 50_000), description="passages on the shelf, with commas between"
    )
    times: int = Field(5, ge=1, description="kills at each size")


def restart(sizes: RestartSizes, run: Run) -> Findings:
    found: dict[int, list[float]] = {}
    wrong: list[str] = []
    for n, size in enumerate(sizes.passages):
        run.tell(f"building {size} passages", n * (sizes.times + 1), len(sizes.passages) * (sizes.times + 1))
        settings = _shelf(size, run)
        found[size] = []
        with serving(settings, run.scratch / "log") as service:
            right = _right(service)
        for time_ in range(sizes.times):
            run.tell(
                f"killing at {size} passages", n * (sizes.times + 1) + time_, len(sizes.passages) * (sizes.times + 1)
            )
            seconds, said = _killed_and_asked(settings, run)
            found[size].append(seconds)
            wrong += [] if said == right else [f"{size} passages: {said}"]
    tried = sizes.times * len(sizes.passages)
    return Findings(
        (none_of("after a kill the first answer is another", wrong, tried), *(_soon(n, s) for n, s in found.items())),
        {"seconds": {str(size): [round(s, 2) for s in seconds] for size, seconds in found.items()}},
    )


def _shelf(size: int, run: Run) -> Path:
    """Settings for a server over so many passages; over the five documents alone where they are as many."""
    data = run.scratch / f"data-{size}"
    settings = write_settings(run.scratch, HOME / "corpus", data)
    if size < _AT:
        index_first(settings, run.scratch / "log")
        return settings
    data.mkdir()
    build(Task(engine="ours", size=size, queries=1, corpus=HOME / "corpus", folder=data, settings=IndexSettings()))
    return settings


def _killed_and_asked(settings: Path, run: Run) -> tuple[float, Any]:
    """Seconds from the start to the answer, after a kill in the midst of questions; and the answer."""
    with serving(settings, run.scratch / "log") as killed:
        _right(killed)
        time.sleep(random.Random(run.seed).uniform(0, 0.3))
    started = time.monotonic()
    service = start(settings, run.scratch / "log")
    try:
        wait_until_ready(service)
        said = _right(service)
        return time.monotonic() - started, said
    finally:
        service.kill()


def _right(service: Service) -> tuple[str, str]:
    """(outcome, first passage cited)"""
    reply = httpx.post(f"{service.url}/api/v1/ask", json={"question": QUESTION}, timeout=60).json()
    if not reply.get("citations"):
        raise EvalError(f"{QUESTION} is not answered: {str(reply)[:300]}")
    return reply["outcome"], reply["citations"][0]["passage_id"]


def _soon(size: int, seconds: list[float]) -> Promise:
    slowest = max(seconds)
    told = f"{sorted(seconds)[len(seconds) // 2]:.1f} s (slowest {slowest:.1f} s)"
    wanted = f"at most {_READY:.0f} s" if size <= _AT else "told"
    return Promise(
        f"from start to the first right answer, {size} passages", wanted, told, size > _AT or slowest <= _READY
    )


EXPERIMENT = Experiment("restart", RestartSizes, restart)
