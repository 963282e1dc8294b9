"""Run in a process of its own: `build` makes an index, `search` measures and prints what it found. The task comes on standard
input."""

from __future__ import annotations

import sys

from eval.bench import ours, stock
from eval.bench.model import Task


def main() -> None:
    task = Task.model_validate_json(sys.stdin.read())
    if sys.argv[1] == "build":
        ours.build(task)
    else:
        measured = ours.search(task) if task.engine == "ours" else stock.search(task)
        print(measured.model_dump_json())


if __name__ == "__main__":
    main()
