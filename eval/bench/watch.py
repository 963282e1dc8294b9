"""What a benchmark looks at: time by step, memory, disk."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil


class Steps:
    """Seconds by the name of a step, summed over all the times it was entered."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - started


def timed(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Milliseconds of each question, one after the other; the first three are asked twice, and warm up."""
    for question in questions[:3]:
        ask(f"{question} First of all.")
    found = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        found.append((time.perf_counter() - started) * 1000)
    return found


def memory_mb() -> tuple[float, float]:
    """Of this process: all that is resident, and that less the pages of mapped files."""
    info = psutil.Process().memory_info()
    shared = getattr(info, "shared", 0)
    return round(info.rss / 1e6, 1), round((info.rss - shared) / 1e6, 1)


def disk_mb(folder: Path) -> float:
    return round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1)
