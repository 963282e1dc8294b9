"""Progress of indexing on a terminal: a bar with rate and time left; nothing where nobody looks."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn


class IndexProgress:
    """Called with what is being done, how much of it is done and how much there is (0 when it cannot be counted)."""

    def __init__(self, console: Console, quiet: bool) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._bar = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
        self._plain = console if not quiet and not console.is_terminal else None
        self._task = self._bar.add_task("", total=None, visible=False)
        self._what = ""

    def __enter__(self) -> IndexProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._bar.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        self._bar.update(self._task, description=what, completed=done, total=total or None, visible=True)
        if self._plain and what != self._what:
            self._plain.print(f"{what} …", markup=False)
        self._what = what


def show_progress(console: Console, quiet: bool = False) -> IndexProgress:
    return IndexProgress(console, quiet)
