"""`python -m eval likeness train|judge`: makes the weights of the encoder that questions are compared by, and says what they
are worth. `python -m eval passages train|judge`: the same for an encoder of passages, and
`python -m eval reader train|judge` for a reader of question and passage together: these two do not ship."""

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
from eval.train.curve import CURVE, draw

if TYPE_CHECKING:
    from eval.train.beside import Beside

app = typer.Typer(help="Trains the encoder that questions are compared by, and judges it.", no_args_is_help=True)
passages_app = typer.Typer(help="Trains an encoder of passages, and judges it.", no_args_is_help=True)
reader_app = typer.Typer(help="Trains a reader of question and passage together, and judges it.", no_args_is_help=True)
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="checkpoints, curve and, at the end, weights")]
Corpus = Annotated[
    Path | None, typer.Option("--corpus", metavar="DIR", help="documents and their questions; the settings' else")
]
Sets = Annotated[
    list[Path], typer.Option("--set", metavar="FILE.jsonl.gz", help="a public set of questions and passages")
]
Learnt = Annotated[
    list[str] | None, typer.Option("--source", help="a source of the shelf whose questions are learnt from too")
]
Cases = Annotated[list[Path], typer.Argument(metavar="CASES.jsonl...", help="cases over the shelf")]
Weights = Annotated[Path, typer.Option("--weights", metavar="DIR", help="what a training wrote")]
Apart = Annotated[
    list[Path] | None, typer.Option("--set", metavar="FILE.jsonl.gz", help="a public set, of which some is kept apart")
]
Most = Annotated[int, typer.Option("--most", min=1, help="rows of each public set")]
said, shown = Console(stderr=True), Console()


def _made(out: Path) -> None:
    drawn = draw(out)
    said.print(f"Weights in {out / 'weights'}; the curve in {drawn or out / CURVE}.")


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
    source: Learnt = None,
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
    cases: Cases,
    weights: Weights,
    sets: Apart = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="only cases that these sources alone answer")
    ] = None,
    most: Most = 300,
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


@reader_app.command("train")
def train_reader_command(
    out: Out,
    sets: Sets,
    source: Learnt = None,
    corpus: Corpus = None,
    most: Annotated[int, typer.Option("--most", min=1, help="questions of each public set")] = 2500,
    steps: Annotated[int, typer.Option("--steps", min=1, help="batches to learn from")] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="another order and other pairs")] = 1,
) -> None:
    """Trains, or goes on where it was stopped; then writes the weights and their card into DIR/weights."""
    from eval.train.loop import Recipe
    from eval.train.run import train_reader  # brings torch

    recipe = Recipe(steps=steps, size=24, rate=5e-5, warm=100, seed=seed, keep_every=200)
    with counting("Learning") as tell:
        train_reader(corpus or load_settings(None).paths.corpus, source or [], sets, most, out, recipe, tell)
    _made(out)


@reader_app.command("judge")
def judge_reader_command(
    cases: Cases,
    weights: Weights,
    squad: Annotated[
        Path | None,
        typer.Option("--squad", metavar="DIR", help="questions with the paragraph that answers or does not"),
    ] = None,
    outside: Annotated[
        Path | None, typer.Option("--outside", metavar="FILE.jsonl", help="questions off the shelf: `text` and `tier`")
    ] = None,
    sets: Apart = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="a shelf of these sources alone, and what is asked about them")
    ] = None,
    most: Most = 300,
    corpus: Corpus = None,
) -> None:
    """Beside late interaction and pooled vectors, untrained: is it answered, and where does the answer begin?"""
    from eval.load import read_cases
    from eval.others.squad import read_squad_questions
    from eval.train import judge_reader as judge
    from eval.train.reader import Trained
    from index.embedding import bundled_path
    from index.minilm import MiniLM

    off = judge.read_outside(outside) if outside else []
    asked = read_squad_questions(squad) if squad else []
    folder, plain, reader = corpus or load_settings(None).paths.corpus, MiniLM.read(bundled_path()), Trained(weights)
    with tempfile.TemporaryDirectory() as scratch, stages() as tell:
        place = Path(scratch)
        found = judge.over_shelf(read_cases(cases), off, folder, source or [], plain, reader, place / "shelf", tell)
        found += judge.over_quotes(read_cases(cases), folder, source or [], plain, reader, place / "quotes", tell)
        found += judge.over_paragraphs(asked, plain, reader, place / "paragraphs", tell) if asked else []
        found += judge.over_answers(sets or [], most, plain, reader, place / "sets", tell)
    shown.print(_table(found))


def _table(found: Sequence[Beside]) -> Table:
    table = Table("figure", "cases", "untrained", "trained", "difference, 95 %")
    for one in found:
        low, high = one.change.low or 0.0, one.change.high or 0.0
        change = f"{one.trained - one.untrained:+.3f} ({low:+.3f} to {high:+.3f})"
        table.add_row(one.name, str(one.change.cases), f"{one.untrained:.3f}", f"{one.trained:.3f}", change)
    return table
