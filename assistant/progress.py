"""Progress of indexing on a terminal: the files, and beneath them the texts of the one at hand, with rate and time left;
nothing where nobody looks."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Rate(ProgressColumn):
    """ "41 texts/s"; nothing before there is one."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.3g} {task.fields['unit']}/s" if speed and task.fields["unit"] else "")


class IndexProgress:
    """Called with what is being done, how much of it is done, how much there is (0 when it cannot be counted) and what is
    counted."""

    def __init__(self, console: Console, quiet: bool) -> None:
        columns = (
            *(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
            *(_Rate(), TimeRemainingColumn()),
        )
        self._bar = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
        self._plain = console if not quiet and not console.is_terminal else None
        self._files = self._task()
        self._step = self._task()
        self._what = ""

    def _task(self) -> TaskID:
        return self._bar.add_task("", total=None, visible=False, unit="")

    def __enter__(self) -> IndexProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._bar.stop()

    def __call__(self, what: str, done: int, total: int, unit: str = "") -> None:
        if unit == "files":
            self._bar.update(self._files, description=what, completed=done, total=total, visible=done < total)
            self._bar.update(self._step, visible=False)
        else:
            if what != self._what:  # another thing is counted: its rate begins anew
                self._bar.reset(self._step, total=total or None, unit=unit)
            self._bar.update(self._step, description=what, completed=done, total=total or None, visible=True)
        if self._plain and what != self._what:
            self._plain.print(f"{what} …", markup=False)
        self._what = what


def show_progress(console: Console, quiet: bool = False) -> IndexProgress:
    return IndexProgress(console, quiet)
