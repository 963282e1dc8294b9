"""The disk is full, the folder is read-only, there are no file handles left: a clear word, and the old index still answers.

In each case a process under that limit tries to bring changed documents in, and asks afterwards. Then, without the limit,
the next run must end where a run that nothing hindered ends.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

from pydantic import Field

from eval.hold.experiment import Experiment, Findings, Run, Sizes, none_of
from eval.hold.kill import golden_questions
from eval.hold.place import Look, Place, ask, bring_in, change_shelf, look, write_shelf
from eval.hold.processes import PATIENCE, say, serve, start
from index.errors import IndexProblem
from index.examine import examine

_NOBODY = 65534


class FullSizes(Sizes):
    documents: int = Field(10, ge=1, le=99, description="made-up documents beside the five")
    room: int = Field(12, ge=0, description="how many sizes of the room that is left on the disk are tried")
    handles: int = Field(8, ge=0, description="how many numbers of file handles are tried")
    questions: int = Field(20, ge=1)


def hold(sizes: FullSizes, run: Run) -> Findings:
    draw = random.Random(run.seed)
    run.tell("preparing", 0, 0)
    run.scratch.chmod(0o755)  # for a user who owns nothing
    place = Place(run.scratch / "shelf")
    write_shelf(place.corpus, sizes.documents, draw)
    bring_in(place.corpus, place.data)
    change_shelf(place.corpus, draw)
    questions = golden_questions(sizes.questions)
    before = look(place.data, questions)
    undisturbed = place.copy_to(run.scratch / "undisturbed")
    bring_in(undisturbed.corpus, undisturbed.data)
    after = look(undisturbed.data, questions)
    tried = [*_rooms(undisturbed.data, sizes.room), *_handles(sizes.handles), ("read-only", 0)]
    found = []
    for n, (limit, amount) in enumerate(tried):
        run.tell(limit, n, len(tried))
        found.append(_one(place, run.scratch / "tried", limit, amount, questions, before, after))
    return _findings(found)


def _rooms(data: Path, number: int) -> list[tuple[str, int]]:
    """From next to nothing to the size of the largest file that a run writes."""
    largest = max(path.stat().st_size for path in data.rglob("*") if path.is_file())
    return [("bytes in a file", int(largest * (n / (number + 1)) ** 3)) for n in range(1, number + 1)]


def _handles(number: int) -> list[tuple[str, int]]:
    return [("file handles", 12 + 6 * n) for n in range(number)]


def _one(
    place: Place, path: Path, limit: str, amount: int, questions: list[str], before: Look, after: Look
) -> dict[str, Any]:
    tried = place.copy_to(path)
    if limit == "read-only":
        _fix(tried.path)
    child = start("full", "hindered", place=str(path), limit=limit, amount=amount, questions=questions)
    told, complaint = child.communicate(timeout=PATIENCE)
    found: dict[str, Any] = {"limit": f"{amount} {limit}" if amount else limit, "told": "", "wrong": []}
    if child.returncode:
        found["wrong"].append(f"status {child.returncode}: {complaint.strip()[-300:]}")
    else:
        found["told"] = json.loads(told)["told"].replace(str(path), "…")
        found["wrong"] += [f"doctor: {fault}" for fault in json.loads(told)["faults"]]
        asked = tuple(json.loads(told)["asked"])
        if asked not in (before.replies, after.replies):
            clear = len(asked) == 1 and limit == "file handles"  # without handles nothing can be opened
            found["asked"] = asked[0].replace(str(path), "…")
            found["wrong"] += [] if clear else ["under the limit it does not answer as before"]
    served = look(tried.data, questions).replies
    if served not in (before.replies, after.replies):
        found["wrong"].append("what serves answers neither as before nor as after")
    bring_in(tried.corpus, tried.data)
    if look(tried.data, questions) != after:
        found["wrong"].append("the next run does not end where an unhindered one ends")
    shutil.rmtree(path)
    return found


def _fix(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


# in the child


def hindered(place: str, limit: str, amount: int, questions: list[str]) -> None:
    """Says what a run was told, and how many questions were answered under the same limit."""
    ask(Path(place, "data"), questions[:1])  # what is imported later would need handles and permissions too
    _hinder(limit, amount)
    try:
        bring_in(Path(place, "corpus"), Path(place, "data"))
        told = ""
    except IndexProblem as problem:
        told = str(problem)
    try:
        asked = list(ask(Path(place, "data"), questions).digests)
    except IndexProblem as problem:
        asked = [str(problem)]
    faults = list(examine(Path(place, "data")).faults) if limit == "read-only" else []
    say({"told": told, "asked": asked, "faults": faults})


def _hinder(limit: str, amount: int) -> None:
    import resource

    if limit == "bytes in a file":
        resource.setrlimit(resource.RLIMIT_FSIZE, (amount, amount))
    elif limit == "file handles":
        resource.setrlimit(resource.RLIMIT_NOFILE, (amount, amount))
    elif os.geteuid() == 0:  # to whom no folder is read-only
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def _findings(found: list[dict[str, Any]]) -> Findings:
    unclear = [f"{one['limit']}: {one['wrong']}" for one in found if one["wrong"]]
    return Findings(
        (
            none_of(
                "disk full, folder read-only, no handles: no clear word, or something lost or wrong after",
                unclear,
                len(found),
            ),
        ),
        {"tried": found},
    )


EXPERIMENT = Experiment("full", FullSizes, hold)

if __name__ == "__main__":
    serve({"hindered": hindered})
