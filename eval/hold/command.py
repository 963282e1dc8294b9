"""`python -m eval hold`: carry an experiment out, keep its record, say what held and what did not."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from eval.hold.experiment import Sizes, Tell
from eval.hold.record import Record, carry_out, read_records, table, write_record
from eval.hold.registry import EXPERIMENTS, experiment

HELD = Path(__file__).parents[1] / "held"
_said = Console(stderr=True)
_shown = Console()


def hold_command(
    name: Annotated[str | None, typer.Argument(help="the experiment; all are listed when none is named")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="its record goes here: NAME.json")] = Path(
        ".eval/held"
    ),
    seed: Annotated[int, typer.Option("--seed", help="the same seed draws the same moments and the same damage")] = 1,
    size: Annotated[list[str] | None, typer.Option("--size", metavar="KEY=N", help="how much of something")] = None,
    as_table: Annotated[bool, typer.Option("--table", help="the records kept in eval/held as one table")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document and nothing else")] = False,
) -> None:
    """Tries to break what is promised. Exit status 1 when something did not hold."""
    if as_table:
        return print(table(read_records(HELD)))
    if name is None:
        return _list()
    if name not in EXPERIMENTS:
        raise typer.BadParameter(f"there is no experiment {name}; there are {', '.join(EXPERIMENTS)}")
    chosen = experiment(name)
    sizes = _sizes(chosen.sizes, size or [])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended on the way out
    with _progress(quiet=as_json) as tell:
        record = carry_out(chosen, sizes, seed, tell)
    path = write_record(record, out)
    sys.stdout.write(record.model_dump_json() + "\n") if as_json else _show(record, path)
    raise typer.Exit(0 if record.kept else 1)


def _sizes(kind: type[Sizes], given: list[str]) -> Sizes:
    values = dict(one.partition("=")[::2] for one in given)
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        known = ", ".join(f"{key}={field.default}" for key, field in kind.model_fields.items())
        raise typer.BadParameter(f"{wrong}. There are: {known}", param_hint="--size") from error


@contextmanager
def _progress(quiet: bool) -> Iterator[Tell]:
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
        *(TimeElapsedColumn(), TimeRemainingColumn()),
    )
    with Progress(*columns, console=_said, transient=True, disable=quiet) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total or None)


def _list() -> None:
    for name, about in EXPERIMENTS.items():
        _shown.print(f"{name:<10} {about}", highlight=False, markup=False)


def _show(record: Record, path: Path) -> None:
    shown = Table("", "wanted", "found", title=f"{record.name}, {record.seconds:.0f} s")
    for promise in record.promises:
        found = _plain(promise.found)
        shown.add_row(_plain(promise.what), _plain(promise.target), found if promise.kept else f"[bold red]{found}[/]")
    _shown.print(shown)
    _shown.print(f"Record: {path}", highlight=False, soft_wrap=True)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
