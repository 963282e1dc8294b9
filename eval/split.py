"""Cases -> two halves, one to tune on and one to report on: at random by kind, near-copies kept on one side."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eval.alike import asked, near_copies
from eval.errors import EvalError
from eval.folder import write_lines
from eval.model import Case

SEED = 7
NAMES = ("dev", "test")


def split(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """Deals the cases, or groups of near-copies, to the half that has fewer of their kind. Same cases, same halves."""
    groups = _groups(cases)
    random.Random(SEED).shuffle(groups)
    halves: dict[str, list[Case]] = {name: [] for name in NAMES}
    counts: Counter[tuple[str, str]] = Counter()
    for group in sorted(groups, key=len, reverse=True):
        name = min(NAMES, key=lambda half: (counts[half, group[0].kind], len(halves[half])))
        halves[name] += group
        counts.update((name, case.kind) for case in group)
    return {name: sorted(half, key=lambda case: case.id) for name, half in halves.items()}


def _groups(cases: Sequence[Case]) -> list[list[Case]]:
    """Near-copies together; everything else alone."""
    copies = set(near_copies([asked(case) for case in cases], [asked(case) for case in cases]))
    groups: list[list[Case]] = []
    for case in sorted(cases, key=lambda case: case.id):
        home = next((g for g in groups if any((asked(case), asked(other)) in copies for other in g)), None)
        home.append(case) if home is not None else groups.append([case])
    return groups


def write_split(cases: Sequence[Case], folder: Path) -> dict[str, int]:
    """Writes dev.jsonl and test.jsonl, once: a split that moved would let tuned-on cases into the report."""
    paths = {name: folder / f"{name}.jsonl" for name in NAMES}
    there = [str(path) for path in paths.values() if path.exists()]
    if there:
        raise EvalError(f"{', '.join(there)} exists; a split is made once. Delete both files to make another.")
    halves = split(cases)
    for name, half in halves.items():
        write_lines(paths[name], half)
    return {name: len(half) for name, half in halves.items()}
