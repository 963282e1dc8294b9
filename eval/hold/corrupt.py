"""Files of the index and of the library are damaged: is it found, and is everything there again after the next run?

For the derived index, every file in turn and in five ways: a fresh process must either say that it is damaged or answer
exactly as before (a byte that nobody reads), and never end by a signal; then the next run must make it anew from the
library without embedding anything. For the library: what serves goes on answering; a run either refuses and says what to
do, or ends with the same answers; a copy put back ends with the same answers.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from eval.hold.damage import KINDS
from eval.hold.experiment import Experiment, Findings, Run, Sizes, none_of
from eval.hold.kill import golden_questions
from eval.hold.place import Look, Place, ask, bring_in, look, write_shelf
from eval.hold.processes import PATIENCE, say, serve, start
from index import generation
from index.errors import IndexProblem
from index.library import library_path


class CorruptSizes(Sizes):
    documents: int = Field(30, ge=0, le=99, description="made-up documents beside the five")
    every: int = Field(1, ge=1, description="only every so manyth damage is tried")
    library: int = Field(10, ge=0, description="damages of the library")
    questions: int = Field(20, ge=1)


@dataclass(frozen=True, slots=True)
class Case:
    """One damage: a file below `data` and what happens to it."""

    file: str
    kind: str


def cases_of(data: Path) -> list[Case]:
    """Every file of the generation that serves, and the pointer to it, in every way."""
    serving = generation.current(data)
    assert serving
    files = [data / "CURRENT", *sorted(path for path in serving.rglob("*") if path.is_file() and path.stat().st_size)]
    return [Case(file.relative_to(data).as_posix(), kind) for file in files for kind in KINDS]


def hold(sizes: CorruptSizes, run: Run) -> Findings:
    draw = random.Random(run.seed)
    run.tell("preparing", 0, 0)
    place = Place(run.scratch / "shelf")
    write_shelf(place.corpus, sizes.documents, draw)
    bring_in(place.corpus, place.data)
    questions = golden_questions(sizes.questions)
    sound = look(place.data, questions)
    tried = cases_of(place.data)[:: sizes.every]
    ends = list(_ends(place, tried, questions, sound, run))
    broken = [_library(place, kind, questions, sound, run, draw) for kind in _in_turn(sizes.library)]
    return _findings(sound, tried, ends, broken)


def _in_turn(number: int) -> list[str]:
    return [list(KINDS)[n % len(KINDS)] for n in range(number)]


# the derived index


def _ends(place: Place, tried: list[Case], questions: list[str], sound: Look, run: Run) -> Iterator[dict[str, Any]]:
    for n, case in enumerate(tried):
        run.tell("the index", n, len(tried))
        damaged = place.copy_to(run.scratch / "damaged")
        KINDS[case.kind](damaged.data / case.file, random.Random(run.seed + n))
        child = start("corrupt", "examine", place=str(damaged.path), questions=questions)
        told, complaint = child.communicate(timeout=PATIENCE)
        if child.returncode:
            yield {"first": f"ended with status {child.returncode}: {complaint.strip()[-200:]}", "after": ""}
        else:
            seen = json.loads(told)
            yield {
                "first": _word(seen["first"], sound),
                "after": "" if seen["after"] == list(sound.replies) and not seen["embedded"] else "other answers",
            }
        shutil.rmtree(damaged.path)


def _word(seen: Any, sound: Look) -> str:
    if isinstance(seen, str):
        return "found"
    return "no effect" if seen == list(sound.replies) else "WRONG ANSWERS"


def examine(place: str, questions: list[str]) -> None:
    """In the child: what a fresh process makes of it, and what the next run does."""
    data, corpus = Path(place, "data"), Path(place, "corpus")
    first: Any
    try:
        first = list(look(data, questions).replies)
    except IndexProblem as problem:
        first = str(problem)
    report = bring_in(corpus, data)
    say({"first": first, "embedded": report.embedded, "after": list(look(data, questions).replies)})


# the library


def _library(
    place: Place, kind: str, questions: list[str], sound: Look, run: Run, draw: random.Random
) -> dict[str, str]:
    run.tell(f"the library, {kind}", 0, 0)
    damaged = place.copy_to(run.scratch / "damaged")
    kept = library_path(damaged.data).read_bytes()
    KINDS[kind](library_path(damaged.data), draw)
    found = {"kind": kind, "serves": _replies(damaged, questions, sound), "run": _run(damaged, questions, sound)}
    for path in damaged.data.glob("library.sqlite*"):
        path.unlink()
    library_path(damaged.data).write_bytes(kept)
    found["restored"] = _run(damaged, questions, sound)
    shutil.rmtree(damaged.path)
    return found


def _replies(place: Place, questions: list[str], sound: Look) -> str:
    """What serves does not need the library."""
    said = ask(place.data, questions)
    return "as before" if said.digests == sound.replies else "WRONG ANSWERS"


def _run(place: Place, questions: list[str], sound: Look) -> str:
    try:
        report = bring_in(place.corpus, place.data)
    except IndexProblem as problem:
        return f"refused: {str(problem).replace(str(place.path), '…')}"
    if _replies(place, questions, sound) != "as before":
        return "WRONG ANSWERS"
    return "as before" + (f", {report.embedded} texts embedded anew" if report.embedded else "")


def _findings(sound: Look, tried: list[Case], ends: list[dict[str, Any]], broken: list[dict[str, str]]) -> Findings:
    named = [(f"{case.file} {case.kind}", end) for case, end in zip(tried, ends, strict=True)]
    wrong = [f"{what}: {end['first']}" for what, end in named if end["first"] not in ("found", "no effect")]
    not_mended = [f"{what}: {end['after']}" for what, end in named if end["after"]]
    library = [f"{one['kind']}: {one}" for one in broken if "WRONG" in str(one) or one["restored"] != "as before"]
    return Findings(
        (
            none_of("index damaged: neither noticed nor without effect on any answer", wrong, len(tried)),
            none_of("index damaged: not made again as it was, without embedding", not_mended, len(tried)),
            none_of("library damaged: wrong answers, or not as before once a copy is put back", library, len(broken)),
        ),
        {
            "questions": {"asked": len(sound.replies), "answered": sound.answered},
            "index": dict(Counter(end["first"] for end in ends)),
            "without_effect": [what for what, end in named if end["first"] == "no effect"],
            "library": broken,
        },
    )


EXPERIMENT = Experiment("corrupt", CorruptSizes, hold)

if __name__ == "__main__":
    serve({"examine": examine})
