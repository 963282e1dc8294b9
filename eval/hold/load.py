"""Many people at once: how long they wait, with and without an index being made, with and without a language model, when
half of them leave, and how many there may be before it gets slow.

A closed loop: each person asks, thinks for fifteen seconds on average and asks again. Whoever finds no place is told to come
back, which is no failure. The model is a server in this process that quotes its passages at a known speed.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import Field

from assistant.settings import HOME
from eval.bench.texts import asked_of
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.people import Asked, crowd, hang_up, percentiles, summary
from eval.hold.place import made_up
from eval.hold.service import Served, Usage, own_shelf, serving, write_settings
from eval.hold.talking import Script, talking_server

_KNEE = (25, 50, 100, 200, 400, 800)  # people, until it gets slow
_SLOW = 2000.0  # milliseconds for 95 of 100 questions: there the knee is
_WANTED = 1000.0
_SETTLES = 30.0  # seconds after which nothing may be left of those who went away
_LEFT_MB = 20.0
_LOOSE = 5  # threads and files that come and go by themselves
_FAST = 0.3 + 45 * 0.015  # seconds: to the first word of a model, and for 45 words of it
_SILENCE = 3.0


class LoadSizes(Sizes):
    people: int = Field(100, ge=2, description="at once; half of them first")
    seconds: float = Field(180, gt=0, description="of each part")
    think: float = Field(15, ge=0, description="seconds from an answer to the next question, on average")
    disconnects: int = Field(500, ge=0)
    paragraphs: int = Field(150, ge=1, description="of the document that is brought in meanwhile")
    ramp: int = Field(1, ge=0, le=1, description="0: do not look for the knee")
    models: int = Field(1, ge=0, le=1, description="0: without a language model")


def load(sizes: LoadSizes, run: Run) -> Findings:
    corpus, settings = own_shelf(run)
    return loaded(settings, corpus, sizes, run)


def loaded(settings: Path, corpus: Path, sizes: LoadSizes, run: Run) -> Findings:
    """Of documents that are brought in; one more is laid beside them."""
    questions = asked_of(HOME / "corpus", 500, run.seed)
    with serving(settings, run.scratch / "log") as service:
        parts, before, after, figures = without_model(Party(service, questions, sizes, run), corpus, sizes)
    if sizes.models:
        for name, seconds, pause in (("fast model", 0.3, 0.015), ("silent model", 60.0, 0.0)):
            parts[name] = _with_model(settings, name, seconds, pause, questions, sizes, run)
    figures["parts"] = {name: summary(asked) for name, asked in parts.items()}
    return Findings(tuple(promises(parts, before, after, sizes)), figures)


def without_model(
    party: Party, corpus: Path, sizes: LoadSizes
) -> tuple[dict[str, list[Asked]], Usage, Usage, dict[str, Any]]:  # fmt: skip
    """Answers by part, what was used before and after many left, and figures."""
    parts = {f"{people} people": party.ask(people, f"{people} people") for people in (sizes.people // 2, sizes.people)}
    parts["with an index being made"] = party.ask_while_indexing(corpus)
    before, after = party.leave()
    figures: dict[str, Any] = {"left": {"before": asdict(before), "after": asdict(after)}}
    if sizes.ramp:
        figures["knee"], figures["ramp"] = party.ramp()
    return parts, before, after, figures


class Party:
    """People at one server."""

    def __init__(self, service: Served, questions: Sequence[str], sizes: LoadSizes, run: Run) -> None:
        self._service, self._questions, self._sizes, self._run = service, questions, sizes, run
        self._draw = random.Random(run.seed)

    def ask(self, people: int, what: str, seconds: float = 0) -> list[Asked]:
        expected = int(people * (seconds or self._sizes.seconds) / (self._sizes.think + 1))
        return crowd(
            self._service.url, self._questions, people, seconds or self._sizes.seconds, self._sizes.think, self._draw,
            lambda done: self._run.tell(what, done, expected),
        )  # fmt: skip

    def ask_while_indexing(self, corpus: Path) -> list[Asked]:
        (corpus / "one-more.txt").write_text(made_up(self._draw, self._sizes.paragraphs), encoding="utf-8")
        indexing = self._service.index()
        asked = self.ask(self._sizes.people, "with an index being made")
        indexing.wait(600)
        return asked

    def leave(self) -> tuple[Usage, Usage]:
        """What the server used before many left in the midst of their answers, and afterwards when it had settled."""
        hang_up(
            self._service.url, self._questions, self._sizes.disconnects // 10, 20, self._draw
        )  # every thread is there
        time.sleep(2)
        before = self._service.usage()
        self._run.tell("leaving", 0, 0)
        hang_up(self._service.url, self._questions, self._sizes.disconnects, 20, self._draw)
        until = time.monotonic() + _SETTLES
        while time.monotonic() < until and not _settled(before, self._service.usage()):
            time.sleep(0.5)
        return before, self._service.usage()

    def ramp(self) -> tuple[int, list[dict[str, Any]]]:
        """How many people it takes for 5 of 100 to wait longer than two seconds or be turned away (0: more than were tried);
        and what was found on the way."""
        found = []
        for people in _KNEE:
            asked = self.ask(people, f"looking for the knee, {people} people", max(20.0, self._sizes.seconds / 4))
            found.append({"people": people, **summary(asked)})
            if sum(one.status != 200 or one.total_ms > _SLOW for one in asked) > 0.05 * len(asked):
                return people, found
        return 0, found


def _settled(before: Usage, now: Usage) -> bool:
    return now.threads <= before.threads + _LOOSE and now.files <= before.files + _LOOSE


def _with_model(
    settings: Path, name: str, first: float, pause: float, questions: Sequence[str], sizes: LoadSizes, run: Run
) -> list[Asked]:  # fmt: skip
    script = Script(pause=pause, before=first, answer=quoting)
    with talking_server(script) as endpoint:
        llm = {"endpoint": endpoint, "model": name, "at_once": 8, "silence_seconds": _SILENCE, "retries": 0}
        corpus, data = run.scratch / "corpus", run.scratch / "data"
        with serving(write_settings(run.scratch, corpus, data, answer={"llm": llm}), run.scratch / "log") as service:
            return Party(service, questions, sizes, run).ask(max(2, sizes.people // 2), name)


def quoting(said: str) -> list[str]:
    """The first words of the first passage that a prompt holds, as a sentence of the model's, word by word."""
    found = re.search(r"^\[(\w+)\] (.+)", said, re.M)
    if not found:
        return ["NOT IN THE PASSAGES"]
    sentence = re.split(r"(?<=[.!?])\s", found.group(2))[0]
    return [f"{word} " for word in sentence.split()] + [f"[{found.group(1)}]"]


def promises(parts: dict[str, list[Asked]], before: Usage, after: Usage, sizes: LoadSizes) -> list[Promise]:
    found = []
    for name, asked in parts.items():
        found.append(none_of(f"questions that failed, {name}", [one for one in asked if one.failed], len(asked)))
        wanted = {"fast model": _WANTED + _FAST * 1000, "silent model": _WANTED + 1000 * (_SILENCE + 1)}.get(
            name, _WANTED
        )
        if name != "with an index being made":
            slow = percentiles([one.total_ms for one in asked if one.status == 200]).get("p95", float("inf"))
            found.append(
                Promise(
                    f"95 of 100 are answered within, {name}",
                    f"{wanted / 1000:.1f} s",
                    f"{slow / 1000:.2f} s",
                    slow <= wanted,
                )
            )
    return [*found, *_left(before, after, sizes)]


def _left(before: Usage, after: Usage, sizes: LoadSizes) -> list[Promise]:
    name = f"after {sizes.disconnects} left in mid-answer"
    grown = after.own_mb - before.own_mb
    counts = [("threads", before.threads, after.threads), ("open files", before.files, after.files)]
    return [
        *(
            Promise(f"{what} {name}", f"{was}, or {_LOOSE} more", str(now), now <= was + _LOOSE)
            for what, was, now in counts
        ),
        Promise(f"memory {name}", f"at most {_LEFT_MB:.0f} MB more", f"{grown:+.0f} MB", grown <= _LEFT_MB),
    ]


EXPERIMENT = Experiment("load", LoadSizes, load)
