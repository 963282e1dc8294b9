"""`python -m eval likeness train|judge`: makes the weights of the encoder that questions are compared by, and says what they
are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.settings import load_settings

app = typer.Typer(help="Trains the encoder that questions are compared by, and judges it.", no_args_is_help=True)
said, shown = Console(stderr=True), Console()


@app.command("train")
def train_command(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="checkpoints, curve and, at the end, weights")],
    corpus: Annotated[
        Path | None, typer.Option("--corpus", metavar="DIR", help="documents and their questions; the settings' else")
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="batches to learn from")] = 300,
    seed: Annotated[int, typer.Option("--seed", help="another order and other pairs")] = 1,
) -> None:
    """Trains, or goes on where it was stopped; then writes the weights and their card into DIR/weights."""
    from eval.train.loop import Recipe
    from eval.train.run import train  # brings torch

    columns = TextColumn("Learning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=said, transient=True) as bar:
        task = bar.add_task("", total=None)
        train(
            corpus or load_settings(None).paths.corpus,
            out,
            Recipe(steps=steps, seed=seed),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    said.print(f"Weights in {out / 'weights'}; the curve in {out / 'curve.jsonl'}.")


@app.command("judge")
def judge_command(
    cases: Annotated[list[Path], typer.Argument(metavar="CASES.jsonl...", help="the cases of both runs")],
    one: Annotated[Path, typer.Option("--one", metavar="DIR", help="a run of them")],
    other: Annotated[Path, typer.Option("--other", metavar="DIR", help="another, with other weights or none")],
) -> None:
    """How well the margin tells questions that are answered from others in two runs (areas under the curve)."""
    from eval.folder import RunFolder
    from eval.load import read_cases
    from eval.train.judge import compare

    found = compare(read_cases(cases), RunFolder(one), RunFolder(other))
    shown.print(
        f"{found.questions} cases. Area under the curve of the margin: {found.one:.3f} and {found.other:.3f}; "
        f"difference {found.other - found.one:+.3f} ({found.low:+.3f} to {found.high:+.3f})."
    )
