"""From a folder of sets to a trained reader: what is read, in which amounts, and what is recorded of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch

from eval.train.batches import Batcher, Pair, pairs_of
from eval.train.export import calibrate, export, sureness
from eval.train.loop import Recipe, Tell, Training, area
from eval.train.network import fresh_upper, published, read_lower
from eval.train.rows import Bundle, count, read_sets
from eval.train.shelf_rows import shelf_bundles
from index import generation
from index.embedding import bundled_folder
from index.questions import read_questions
from index.shelf import Shelf

# Questions of each set at most: those with marked answers in running prose first.
LIMITS = {
    "squad1_para": 9000,
    "squad1_sent": 5000,
    "nq_qed": 5000,
    "qamr": 3000,
    "nq_open_oracle": 1597,
    "fairytaleqa": 1500,
    "answer_removed": 1200,
    "covidqa": 1200,
    "quoref_contrast": 936,
    "tatqa": 742,
    "doc2dial": 608,
    "boolq": 500,
    "bioasq_golden": 150,
    "hotpotqa_small": 160,
    "sharc": 66,
}  # fmt: skip


def gather(data: Path, index: Path, questions: Path) -> list[Bundle]:
    """The public sets in `data` and, twice, our own questions over the shelf in `index`."""
    folder = generation.current(index)
    ours = shelf_bundles(Shelf(folder / "shelf.sqlite"), read_questions(questions)) if folder else []
    return [*read_sets(data, LIMITS), *ours, *ours]


def train(data: Path, index: Path, questions: Path, out: Path, recipe: Recipe, tell: Tell) -> None:
    """Trains, or goes on with, the reader in `out`."""
    from tokenizers import Tokenizer

    torch.manual_seed(recipe.seed)
    weights = published(bundled_folder())
    batcher = Batcher(Tokenizer.from_file(str(bundled_folder() / "tokenizer.json")))
    training = Training(out, recipe, read_lower(weights), fresh_upper(weights), batcher)
    bundles = gather(data, index, questions)
    _record(out, data, questions, bundles)
    learnt = [bundle for bundle in bundles if not bundle.held_out]
    apart = _apart(bundles)
    training.run(learnt, apart, tell)
    odds, truth = sureness(training.lower, training.upper, batcher, apart)
    made: dict[str, object] = {
        "recipe": asdict(recipe),
        "held_out_area": round(area(odds.tolist(), (truth > 0).tolist()), 4),
    }
    export(training.upper, calibrate(odds, truth), made, out / "weights")


def _apart(bundles: list[Bundle]) -> list[list[Pair]]:
    return pairs_of([bundle for bundle in bundles if bundle.held_out], seed=1)[:130]


def _record(out: Path, data: Path, questions: Path, bundles: list[Bundle]) -> None:
    files = [*sorted(data.glob("*.jsonl.gz")), questions]
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    made = {"digests": digests, "limits": LIMITS, "counts": count(bundles), "torch": torch.__version__}
    (out / "data.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
