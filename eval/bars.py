"""How far a command is, on standard error; gone when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def stages(first: str = "reading") -> Iterator[Callable[[str, int, int], None]]:
    """What is told of each stage by its name: how much is done, and of how much."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(first, total=None)
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total)


@contextmanager
def counting(name: str) -> Iterator[Callable[[int, int], None]]:
    """The same where there is one stage."""
    with stages(name) as tell:
        yield lambda done, total: tell(name, done, total)
