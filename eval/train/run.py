"""From what is learnt from to weights, with a record of what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from eval.train.alike import Alike
from eval.train.answering import Answering
from eval.train.groups import groups_of, held_out
from eval.train.loop import Recipe, Tell, Training
from eval.train.pairs import APART, Answered, answered_in, answered_over, apart, digests
from eval.train.upper import LAYERS, Upper
from index.embedding import bundled_path
from index.likeness import CARD, WEIGHTS
from index.questions import QUESTIONS
from index.unanswerable import UNANSWERABLE

_LOOKED_AT = 3  # batches of what was kept apart that each point of the curve is made of


def train_likeness(corpus: Path, out: Path, recipe: Recipe, tell: Tell) -> None:
    """The encoder that questions are compared by: trains in `out`, or goes on there; the weights and their card are in
    `out`/weights at the end."""
    learnt, kept = held_out(groups_of(corpus), APART)
    upper = Upper()
    training = Training(out, recipe, upper.network, Alike(upper, recipe, learnt, kept))
    training.run(tell)
    made = {"groups": {"learnt": len(learnt), "apart": len(kept)}}
    export(training.layers(), made | _how(recipe, [corpus / QUESTIONS, corpus / UNANSWERABLE]), out / "weights")


def train_passages(
    corpus: Path, sources: Collection[str], files: Sequence[Path], out: Path, recipe: Recipe, tell: Tell
) -> None:
    """An encoder of passages, in the same way: from these sources of the shelf and these public sets."""
    own = answered_over(corpus, sources) if sources else []
    sets = {file.name.split(".")[0]: answered_in(file) for file in files}
    learnt = [[one for one in each if not apart(one.questions[0], APART)] for each in sets.values()]
    upper = Upper()
    lesson = Answering(upper, recipe, own, learnt, _kept_apart(sets, recipe.size))
    training = Training(out, recipe, upper.network, lesson)
    training.run(tell)
    made = {"sources": sorted(sources), "passages": len(own), "sets": {name: len(each) for name, each in sets.items()}}
    export(training.layers(), made | _how(recipe, [corpus / QUESTIONS, *files]), out / "weights")


def _kept_apart(sets: Mapping[str, Sequence[Answered]], size: int) -> list[tuple[str, list[Answered]]]:
    kept = {name: [one for one in each if apart(one.questions[0], APART)] for name, each in sets.items()}
    return [(name, each[: _LOOKED_AT * size]) for name, each in kept.items()]


def _how(recipe: Recipe, files: Sequence[Path]) -> dict[str, object]:
    return {
        "recipe": asdict(recipe),
        "layers": [name.rstrip(".") for name in LAYERS],
        "data": digests(files),
        "torch": torch.__version__,
    }


def export(layers: Mapping[str, Tensor], made: Mapping[str, object], folder: Path) -> str:
    """Writes the weights in half precision, and the card that names their digest. Returns the digest."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: part.half().contiguous() for name, part in layers.items()}, folder / WEIGHTS)
    digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    base = hashlib.sha256((bundled_path() / "model.safetensors").read_bytes()).hexdigest()
    card = {"sha256": digest, "base_sha256": base, "made": dict(made)}
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return digest
