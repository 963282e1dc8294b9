"""Every size and engine, each in a process of its own, so that one does not warm or weigh upon the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.bench.encoding import rates
from eval.bench.model import Bench, Measured, Task
from eval.errors import EvalError
from eval.machine import machine
from index.settings import IndexSettings

_MANY = 20_000
_FEW_QUERIES = 30
_HOME = Path(__file__).resolve().parents[2]


def run(
    sizes: Sequence[int],
    queries: int,
    corpus: Path,
    scratch: Path,
    settings: IndexSettings,
    tell: Callable[[str, int, int], None],
) -> Bench:
    """Raises EvalError that says which part of it failed."""
    stages = 1 + 2 * len(sizes)
    tell("encoding", 0, stages)
    encoding = rates(corpus, settings)
    measured: list[Measured] = []
    for size in sizes:
        folder = scratch / f"{size}"
        folder.mkdir(parents=True, exist_ok=True)
        task = Task(
            engine="ours", size=size, queries=queries, corpus=corpus.resolve(), folder=folder, settings=settings
        )
        tell(f"ours at {size}", len(measured) + 1, stages)
        if not (folder / "CURRENT").is_file():
            _child("build", task)
        measured.append(Measured.model_validate_json(_child("search", task)))
        tell(f"stock at {size}", len(measured) + 1, stages)
        fewer = queries if size < _MANY else min(queries, _FEW_QUERIES)  # it looks at every vector, one by one
        stock = task.model_copy(update={"engine": "stock", "queries": fewer})
        measured.append(Measured.model_validate_json(_child("search", stock)))
    return Bench(machine=machine(), encoding=encoding, sizes=tuple(measured))


def _child(step: str, task: Task) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "eval.bench.child", step],
        input=task.model_dump_json(),
        capture_output=True,
        text=True,
        cwd=_HOME,
    )
    if done.returncode:
        raise EvalError(f"Measuring {task.engine} at {task.size} passages failed: {done.stderr.strip()[-800:]}")
    return done.stdout
