"""`python -m eval likeness train|judge`: makes the weights of the encoder that questions are compared by, and says what they
are worth. `python -m eval passages train|judge`: the same for an encoder of passages, which does not ship."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import load_settings
from eval.bars import counting, stages

if TYPE_CHECKING:
    from eval.train.judge_passages import Beside

app = typer.Typer(help="Trains the encoder that questions are compared by, and judges it.", no_args_is_help=True)
passages_app = typer.Typer(help="Trains an encoder of passages, and judges it.", no_args_is_help=True)
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="checkpoints, curve and, at the end, weights")]
Corpus = Annotated[
    Path | None, typer.Option("--corpus", metavar="DIR", help="documents and their questions; the settings' else")
]
Sets = Annotated[
    list[Path], typer.Option("--set", metavar="FILE.jsonl.gz", help="a public set of questions and passages")
]
said, shown = Console(stderr=True), Console()


def _made(out: Path) -> None:
    said.print(f"Weights in {out / 'weights'}; the curve in {out / 'curve.jsonl'}.")


@app.command("train")
def train_command(
    out: Out,
    corpus: Corpus = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="batches to learn from")] = 300,
    seed: Annotated[int, typer.Option("--seed", help="another order and other pairs")] = 1,
) -> None:
    """Trains, or goes on where it was stopped; then writes the weights and their card into DIR/weights."""
    from eval.train.loop import Recipe
    from eval.train.run import train_likeness  # brings torch

    with counting("Learning") as tell:
        train_likeness(corpus or load_settings(None).paths.corpus, out, Recipe(steps=steps, seed=seed), tell)
    _made(out)


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


@passages_app.command("train")
def train_passages_command(
    out: Out,
    sets: Sets,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="a source of the shelf whose questions are learnt from too")
    ] = None,
    corpus: Corpus = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="batches to learn from")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="another order and other questions")] = 1,
) -> None:
    """Trains, or goes on where it was stopped; then writes the weights and their card into DIR/weights."""
    from eval.train.loop import Recipe
    from eval.train.run import train_passages  # brings torch

    recipe = Recipe(steps=steps, size=24, rate=5e-5, seed=seed)
    with counting("Learning") as tell:
        train_passages(corpus or load_settings(None).paths.corpus, source or [], sets, out, recipe, tell)
    _made(out)


@passages_app.command("judge")
def judge_passages_command(
    cases: Annotated[list[Path], typer.Argument(metavar="CASES.jsonl...", help="cases over the shelf")],
    weights: Annotated[Path, typer.Option("--weights", metavar="DIR", help="what a training wrote")],
    sets: Annotated[
        list[Path] | None,
        typer.Option("--set", metavar="FILE.jsonl.gz", help="a public set, of which some is kept apart"),
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="only cases that these sources alone answer")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="rows of each public set")] = 300,
    corpus: Corpus = None,
) -> None:
    """Beside the untrained encoder: evidence first and among five with no predicted question, and what public sets tell."""
    from eval.load import read_cases
    from eval.train.judge_passages import over_sets, over_the_shelf
    from index.embedding import bundled_path
    from index.likeness import trained_layers
    from index.minilm import MiniLM

    asked = [case for case in read_cases(cases) if not source or set(case.gold_sources) <= set(source)]
    plain = MiniLM.read(bundled_path())
    encoders = {"untrained": plain, "trained": plain.with_trained(trained_layers(weights))}
    with tempfile.TemporaryDirectory() as scratch, stages() as tell:
        place = Path(scratch)
        found = over_the_shelf(asked, corpus or load_settings(None).paths.corpus, encoders, place / "shelf", tell)
        found += over_sets(sets or [], encoders, most, place / "sets", tell) if sets else []
    shown.print(_table(found))


def _table(found: Sequence[Beside]) -> Table:
    table = Table("figure", "cases", "untrained", "trained", "difference, 95 %")
    for one in found:
        low, high = one.change.low or 0.0, one.change.high or 0.0
        change = f"{one.trained - one.untrained:+.3f} ({low:+.3f} to {high:+.3f})"
        table.add_row(one.name, str(one.change.cases), f"{one.untrained:.3f}", f"{one.trained:.3f}", change)
    return table
