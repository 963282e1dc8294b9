"""Questions nobody foresaw, through every door; and what comes back from models, browsers and files, through its readers.

Hypothesis draws them, the same for the same seed. Nothing is fixed beforehand about a reply but what must hold for every one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import tomlkit
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import Field

from assistant.assemble import open_assistant, update_index
from assistant.assistant import Assistant
from assistant.settings import PathSettings, Settings
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, Tell, none_of
from eval.hold.faces import FAULT, Api, CommandLine, Screen
from eval.hold.odd_texts import MEGABYTE, REAL, hidden_in, questions
from eval.hold.processes import PATIENCE, ROOT
from eval.hold.promised import CHECKS, alive_in
from eval.hold.readers import READERS

T = TypeVar("T")
_API_ENDS = {200, 400, 413, 422}
_SAID = ("outcome", "text", "claims", "related")
_SLOWEST = 3000.0  # milliseconds for 99 of 100 questions


class FuzzSizes(Sizes):
    questions: int = Field(2000, ge=1, description="each through the assistant, the HTTP API and the screen")
    others: int = Field(200, ge=0, description="through the other tabs, which take longer")
    commands: int = Field(200, ge=0, description="through app.py, in this process")
    processes: int = Field(8, ge=0, description="through app.py in a process of its own")
    hidden: int = Field(200, ge=0, description="questions with invisible characters in them")
    read: int = Field(1000, ge=1, description="texts for each reader of replies, records and settings")


@dataclass(slots=True)
class Found:
    """What was tried and what went wrong, by promise."""

    tried: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def note(self, promise: str, *faults: str) -> None:
        self.tried[promise] += 1
        self.wrong.setdefault(promise, []).extend(faults)

    @contextmanager
    def safe(self, promise: str, what: object) -> Any:
        """An exception is a fault, and the next one is tried."""
        try:
            yield
            self.note(promise)
        except Exception as error:
            self.note(promise, f"{type(error).__name__}: {str(error)[:120]} at {ascii(what)[:160]}")


def fuzz(sizes: FuzzSizes, run: Run) -> Findings:
    """Over the five documents, with the model that everybody gets."""
    made = Settings(paths=PathSettings(data=run.scratch / "data"))
    update_index(made, lambda what, done, total, unit="": run.tell(what, done, total))
    return fuzz_all(made, sizes, run)


def fuzz_all(made: Settings, sizes: FuzzSizes, run: Run) -> Findings:
    """Over a shelf that is indexed."""
    found = Found()
    with open_assistant(made) as assistant:
        _questions(assistant, sizes, run, found)
        _hidden(assistant, sizes.hidden, run, found)
        for name, (strategy, read) in READERS.items():
            with read(assistant, run.scratch) as one:
                _each(strategy, sizes.read, run, name, _reading(name, one, found))
    commands = CommandLine(_settings_file(made, run.scratch))
    _each(questions(), sizes.commands, run, "command line", lambda text: _command(commands, text, found))
    _processes(made, sizes.processes, run, found)
    return _findings(found)


def _each(strategy: SearchStrategy[T], count: int, run: Run, what: str, one: Callable[[T], None]) -> None:
    """Calls `one`, which raises nothing, with so many values."""
    tell = _counting(run.tell, what, count)

    @seed(run.seed)
    @settings(
        max_examples=max(1, count), deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def each(value: T) -> None:
        tell()
        one(value)

    if count:
        each()


def _counting(tell: Tell, what: str, total: int) -> Callable[[], None]:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        tell(what, done, total)

    return count


# questions


def _questions(assistant: Assistant, sizes: FuzzSizes, run: Run, found: Found) -> None:
    api, screen = Api(assistant), Screen(assistant)

    def one(text: str) -> None:
        _asked(assistant, text, found)
        _over_http(api, text, found)
        _on_screen(lambda: screen.ask(text), text, found)

    _each(questions(), sizes.questions, run, "questions", one)
    _each(
        questions(), sizes.others, run, "other tabs", lambda text: _on_screen(lambda: screen.beside(text), text, found)
    )
    api.close()
    screen.close()


def _asked(assistant: Assistant, text: str, found: Found) -> None:
    with found.safe("a question is a fault of the assistant", text):
        started = time.perf_counter()
        reply = assistant.json(assistant.ask(text))
        found.milliseconds.append((time.perf_counter() - started) * 1000)
        json.dumps(reply, ensure_ascii=False).encode()
        for name, check in CHECKS.items():
            found.note(name, *(f"{wrong} for {ascii(text)[:120]}" for wrong in check(reply, assistant, frozenset())))


def _over_http(api: Api, text: str, found: Found) -> None:
    with found.safe("a question is a fault over HTTP", text):
        response = api.ask(text)
        body = response.json()
        assert response.status_code in _API_ENDS, f"status {response.status_code}"
        assert (
            response.status_code == 200
            or response.headers["content-type"].partition(";")[0] == "application/problem+json"
        )
        assert "Traceback" not in str(body)


def _on_screen(shown: Callable[[], str], text: str, found: Found) -> None:
    with found.safe("a question is a fault of the screen", text):
        alive = [f"{wrong} for {ascii(text)[:120]}" for wrong in alive_in(shown())]
        found.note("the screen shows something alive that came from outside", *alive)


def _hidden(assistant: Assistant, count: int, run: Run, found: Found) -> None:
    """What nobody sees changes nothing."""
    for real in REAL:
        plain = _digest(assistant, real)

        def one(text: str, plain: object = plain) -> None:
            same = _digest(assistant, text) == plain
            found.note("invisible characters change an answer", *([] if same else [ascii(text)]))

        _each(hidden_in(real), count // len(REAL), run, "invisible characters", one)


def _digest(assistant: Assistant, text: str) -> object:
    reply = assistant.json(assistant.ask(text))
    return [reply[part] for part in _SAID]


# the command line


def _settings_file(made: Settings, scratch: Path) -> Path:
    file = scratch / "settings.toml"
    paths = {"corpus": str(made.paths.corpus), "data": str(made.paths.data)}
    file.write_text(tomlkit.dumps({"paths": paths}), encoding="utf-8")
    return file


def _command(commands: CommandLine, text: str, found: Found) -> None:
    as_json = len(text) % 2 == 0
    with found.safe("a question is a fault of the command line", text):
        status, printed, said = commands("ask", *(["--json"] if as_json else []), "--", text)
        _check_printed(status, printed, said, as_json)


def _check_printed(status: int, printed: str, said: str, as_json: bool) -> None:
    assert status == 0 and FAULT not in said, f"status {status}: {said[-300:]}"
    assert "\x1b" not in printed + said and "\u202e" not in printed, "the terminal is written to"
    if as_json:
        json.loads(printed)


def _processes(made: Settings, count: int, run: Run, found: Found) -> None:
    """What a shell can pass on: no NUL, no halves of pairs but those that stand for bytes, a hundred kilobytes at most."""

    def one(text: str) -> None:
        try:
            os.fsencode(text)
        except UnicodeEncodeError:
            text = text.encode("utf-8", "ignore").decode()
        given = text.replace("\x00", "")[:100_000]
        with found.safe("a question is a fault of the command line", given):
            done = subprocess.run(
                [sys.executable, "app.py", "ask", "--settings", str(_settings_file(made, run.scratch)), "--", given],
                capture_output=True, cwd=ROOT, timeout=PATIENCE,
            )  # fmt: skip
            _check_printed(done.returncode, done.stdout.decode(), done.stderr.decode(), as_json=False)

    _each(st.one_of(questions(100_000), st.just("\udcff")), count, run, "processes", one)


# the readers


def _reading(name: str, read: Callable[[Any], None], found: Found) -> Callable[[Any], None]:
    def one(value: Any) -> None:
        with found.safe(f"{name}: something else than its own word", value):
            read(value)

    return one


def _findings(found: Found) -> Findings:
    promises = [none_of(name, wrong, found.tried[name]) for name, wrong in found.wrong.items()]
    slow = float(np.percentile(found.milliseconds, 99)) if found.milliseconds else 0.0
    promises.append(
        Promise("99 of 100 such questions are answered within", "3 s", f"{slow / 1000:.2f} s", slow <= _SLOWEST)
    )
    return Findings(
        tuple(promises),
        {
            "tried": dict(found.tried),
            "longest_question": MEGABYTE,
            "milliseconds": {str(p): round(float(np.percentile(found.milliseconds, p)), 1) for p in (50, 95, 99, 100)},
        },
    )


EXPERIMENT = Experiment("fuzz", FuzzSizes, fuzz)
