"""`python -m eval reader train|judge`: makes the reader's weights, and says what they are worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.settings import load_settings

if TYPE_CHECKING:
    from eval.train.judge import Sign
    from eval.train.loop import Tell

ROOT = Path(__file__).parents[2]
app = typer.Typer(help="Trains the reader and judges it.", no_args_is_help=True)
said, shown = Console(stderr=True), Console()

Settings = Annotated[Path | None, typer.Option("--settings", metavar="FILE.toml", help="settings of the assistant")]


@app.command("train")
def train_command(
    data: Annotated[Path, typer.Argument(metavar="DIR", help="folder of the sets (*.jsonl.gz)")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="checkpoints, curve and, at the end, weights")],
    steps: Annotated[int, typer.Option("--steps", min=1, help="batches to learn from")] = 900,
    seed: Annotated[int, typer.Option("--seed", help="another order and other windows")] = 7,
    settings: Settings = None,
) -> None:
    """Trains, or goes on where it was stopped; then writes reader.safetensors and reader.json into DIR/weights."""
    from eval.train.loop import Recipe
    from eval.train.run import train  # brings torch

    paths = load_settings(settings).paths
    with _progress("Learning") as tell:
        train(data, paths.data, paths.corpus / "questions.jsonl", out, Recipe(steps=steps, seed=seed), tell)
    said.print(f"Weights in {out / 'weights'}; the curve in {out / 'curve.jsonl'}.")


@app.command("judge")
def judge_command(
    weights: Annotated[Path, typer.Argument(metavar="DIR", help="folder with reader.safetensors and reader.json")],
    cases: Annotated[list[Path] | None, typer.Argument(metavar="CASES.jsonl...", help="cases over the shelf")] = None,
    squad: Annotated[
        Path | None, typer.Option("--squad", metavar="DIR", help="SQuAD 2.0 as queries and corpus")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=10, help="questions of SQuAD 2.0 at most")] = 600,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="keep what each sign says here")] = None,
    settings: Settings = None,
) -> None:
    """How well each sign tells answered questions from others, and how often the right sentence is chosen."""
    from eval.train import judge  # brings the assistant and its models

    loaded = load_settings(settings)
    if squad:
        _show("SQuAD 2.0", judge.on_squad(loaded, weights, squad, most), "late of the best sentence", out)
    if cases:
        with _progress("Asking") as tell:
            _show("cases", judge.on_shelf(loaded, weights, cases, tell), "chance", out)


def _show(name: str, signs: list[Sign], beside: str, out: Path | None) -> None:
    from eval.train.judge import compare_areas, share_right, write_signs

    if out:
        out.mkdir(parents=True, exist_ok=True)
        write_signs(out / f"{name}.jsonl", signs)
    table = Table("sign", "area under the curve", f"less that of “{beside}”", "95 %", title=f"{name}: {len(signs)}")
    for sign in signs[0].values:
        found = compare_areas(signs, sign, beside)
        table.add_row(sign, f"{found.area:.3f}", f"{found.gap:+.3f}", f"{found.low:+.3f} to {found.high:+.3f}")
    shown.print(table)
    shown.print(json.dumps({"right sentence": share_right(signs)}))


@contextmanager
def _progress(what: str) -> Iterator[Tell]:
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=said, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
