"""kill -9 while documents go in: is anything lost that was acknowledged, is anything half there, does it go on?

Each kill hits a fresh copy of an indexed shelf whose documents have changed. A fresh process then looks: the library must
be whole, every document in it as before the run or as after it, those acknowledged as after it; what serves must give
exactly the replies of one of the two. The next run must end where a run that nobody disturbed ends.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter

from eval.hold import plain
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.place import Look, LookedAgain, Place, bring_in, change_shelf, look, write_shelf
from eval.hold.processes import PATIENCE, kill, start
from eval.load import read_cases

CASES = Path(__file__).parents[1] / "cases" / "dev.jsonl"


class KillSizes(Sizes):
    random: int = Field(60, ge=0, description="kills at moments drawn evenly over the run")
    named: int = Field(40, ge=0, description="kills at named points of the run, in turn")
    plain: int = Field(100, ge=0, description="kills of a program that writes to a plain Chroma folder")
    documents: int = Field(30, ge=1, le=99, description="made-up documents beside the five")
    questions: int = Field(50, ge=1, description="questions that must be answered identically")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A run that nobody disturbed: what was there before, what it told and how long it took, what was there after."""

    place: Place
    questions: tuple[str, ...]
    before: Look
    after: Look
    steps: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Stopped:
    """A run that was killed. `stored` are the paths of the documents it had acknowledged; `at` is its last step."""

    status: int
    stored: tuple[str, ...]
    at: str


def rehearse(place: Place, questions: Sequence[str], scratch: Path) -> Rehearsal:
    """`place` holds changed documents beside an index of how they were before. It is left as it is."""
    undisturbed = place.copy_to(scratch / "undisturbed")
    started, steps = 0.0, []
    before = look(undisturbed.data, questions)
    child = start("child", "index", place=str(undisturbed.path))
    assert child.stdout
    for line in child.stdout:
        started = started or time.monotonic()
        steps.append(json.loads(line)[0])
    if child.wait(PATIENCE):
        raise RuntimeError(f"a run that nobody disturbed failed: {child.stderr.read() if child.stderr else ''}")
    seconds = time.monotonic() - started
    after = look(undisturbed.data, questions)
    shutil.rmtree(undisturbed.path)
    return Rehearsal(place, tuple(questions), before, after, tuple(steps), seconds)


def stop_at(place: Place, point: str, nth: int = 1, with_signal: int = signal.SIGKILL) -> Stopped:
    """A run that sends itself a signal at the nth time it comes to a point."""
    child = start("child", "index", place=str(place.path), point=point, nth=nth, signal=int(with_signal))
    told, _ = child.communicate(timeout=PATIENCE)
    return _stopped(place, child.returncode, told)


def stop_after(place: Place, seconds: float) -> Stopped:
    """A run that is killed from outside, with all its children, so long after its first step."""
    child = start("child", "index", place=str(place.path))
    assert child.stdout
    first = child.stdout.readline()
    time.sleep(seconds)
    kill(child)
    told, _ = child.communicate(timeout=PATIENCE)
    return _stopped(place, child.returncode, first + told)


def _stopped(place: Place, status: int, told: str) -> Stopped:
    """A document is acknowledged by the step that follows it."""
    steps = [json.loads(line)[0] for line in told.splitlines() if line.endswith("]")]
    files = {path.relative_to(place.corpus).as_posix() for path in place.corpus.rglob("*")} | {"files"}
    begun = [step for step in steps if step in files]
    return Stopped(status, tuple(begun[:-1]), steps[-1] if steps else "")


def faults(rehearsal: Rehearsal, place: Place, stopped: Stopped) -> list[str]:
    """What a fresh process finds wrong after a kill, and after the next run."""
    child = start("child", "look", place=str(place.path), questions=list(rehearsal.questions))
    told, complaint = child.communicate(timeout=PATIENCE)
    if child.returncode:
        return [f"the process that looks ended with status {child.returncode}: {complaint.strip()[-300:]}"]
    return judged(rehearsal, TypeAdapter(LookedAgain).validate_json(told), stopped)


def judged(rehearsal: Rehearsal, seen: LookedAgain, stopped: Stopped) -> list[str]:
    """What is wrong with what was seen; empty when nothing is."""
    return [*_after_the_kill(rehearsal, seen.first, stopped), *_after_the_next_run(rehearsal, seen)]


def _after_the_kill(rehearsal: Rehearsal, seen: Look, stopped: Stopped) -> list[str]:
    before, after = rehearsal.before, rehearsal.after
    wrong = list(seen.faults)
    for path in stopped.stored:
        if seen.documents.get(path) != after.documents.get(path):
            wrong.append(f"{path} was acknowledged and is lost")
    for path in {*before.documents, *after.documents}:
        if seen.documents.get(path) not in (before.documents.get(path), after.documents.get(path)):
            wrong.append(f"{path} is half there")
    if (seen.fingerprint, seen.replies) not in ((one.fingerprint, one.replies) for one in (before, after)):
        wrong.append("what serves answers neither as before nor as after")
    return wrong


def _after_the_next_run(rehearsal: Rehearsal, seen: LookedAgain) -> list[str]:
    wrong = [f"the next run ends with other {part}" for part in _PARTS if _other(part, seen.second, rehearsal.after)]
    unknown = [name for name in seen.left if not name.startswith("gen-") and name not in _KNOWN]
    if unknown or sum(name.startswith("gen-") for name in seen.left) != 1:
        wrong.append(f"left behind: {', '.join(seen.left)}")
    if seen.secret:
        wrong.append(f"removed text is still in {', '.join(seen.secret)}")
    return wrong


def _other(part: str, one: Look, other: Look) -> bool:
    return bool(getattr(one, part) != getattr(other, part))


_PARTS = ("faults", "documents", "fingerprint", "replies")
_KNOWN = ("CURRENT", "library.sqlite", "library.sqlite-wal", "library.sqlite-shm", "writer.lock")


def hold(sizes: KillSizes, run: Run) -> Findings:
    draw = random.Random(run.seed)
    run.tell("preparing", 0, 0)
    rehearsal = rehearse(_prepared(run.scratch / "shelf", sizes, draw), golden_questions(sizes.questions), run.scratch)
    kills = [*_random_kills(rehearsal, sizes.random, draw), *_named_kills(rehearsal, sizes.named, draw)]
    found = []
    for n, (how, one) in enumerate(kills):
        run.tell(how, n, len(kills))
        found.append(_one(rehearsal, run.scratch / f"kill-{n}", one))
    compared = plain.kills(sizes.plain, draw, run)
    return _findings(rehearsal, found, compared)


@dataclass(frozen=True, slots=True)
class _Kill:
    """Either so many seconds after the first step, or at a point."""

    seconds: float = 0.0
    point: str = ""
    nth: int = 1


def _random_kills(rehearsal: Rehearsal, number: int, draw: random.Random) -> list[tuple[str, _Kill]]:
    return [("random moments", _Kill(seconds=draw.uniform(0, rehearsal.seconds))) for _ in range(number)]


def _named_kills(rehearsal: Rehearsal, number: int, draw: random.Random) -> list[tuple[str, _Kill]]:
    """The points of the run in turn; where it passes one several times, at one of them."""
    times = Counter(rehearsal.steps)
    points = list(times)
    chosen = (points[n * max(1, len(points)) // max(1, number) % len(points)] for n in range(number))
    return [("named points", _Kill(point=point, nth=draw.randint(1, times[point]))) for point in chosen]


def _one(rehearsal: Rehearsal, path: Path, when: _Kill) -> dict[str, Any]:
    place = rehearsal.place.copy_to(path)
    stopped = stop_at(place, when.point, when.nth) if when.point else stop_after(place, when.seconds)
    wrong = faults(rehearsal, place, stopped)
    shutil.rmtree(path)
    return {
        "at": stopped.at,
        "stored": len(stopped.stored),
        "killed": stopped.status == -signal.SIGKILL,
        "wrong": wrong,
    }


def _prepared(path: Path, sizes: KillSizes, draw: random.Random) -> Place:
    place = Place(path)
    write_shelf(place.corpus, sizes.documents, draw)
    bring_in(place.corpus, place.data)
    change_shelf(place.corpus, draw)
    return place


def golden_questions(number: int) -> list[str]:
    """Of the development cases, those that stand alone."""
    return [case.question for case in read_cases([CASES]) if case.answerable and not case.history][:number]


def _findings(rehearsal: Rehearsal, found: list[dict[str, Any]], compared: plain.Compared) -> Findings:
    killed = [one for one in found if one["killed"]]
    wrong = [f"at {one['at']}: {', '.join(one['wrong'])}" for one in found if one["wrong"]]
    missed = len(found) - len(killed)
    promises = (
        none_of(
            "kill -9 while documents go in: anything lost, half there, unanswered or left behind", wrong, len(found)
        ),
        Promise(
            "kills that came before the run had ended",
            "most",
            f"{len(killed)} of {len(found)}",
            not found or missed * 4 <= len(found),
        ),
    )
    figures = {
        "questions": {"asked": len(rehearsal.questions), "answered": rehearsal.after.answered},
        "documents": len(rehearsal.after.documents),
        "run_seconds": round(rehearsal.seconds, 2),
        "killed_at": dict(Counter(one["at"] for one in found)),
        "wrong": wrong,
        "plain_chroma": compared.figures(),
    }
    return Findings(promises, figures)


EXPERIMENT = Experiment("kill", KillSizes, hold)
