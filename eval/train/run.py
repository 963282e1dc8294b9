"""From the questions over a shelf to the weights that ship, with a record of what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from torch import Tensor

from eval.train.groups import groups_of, held_out
from eval.train.loop import LAYERS, Recipe, Tell, Training
from index.embedding import bundled_path
from index.likeness import CARD, WEIGHTS
from index.questions import QUESTIONS
from index.unanswerable import UNANSWERABLE

_APART = 0.05


def train(corpus: Path, out: Path, recipe: Recipe, tell: Tell) -> None:
    """Trains in `out`, or goes on there; the weights and their card are in `out`/weights at the end."""
    learnt, apart = held_out(groups_of(corpus), _APART)
    training = Training(out, recipe, SentenceTransformer(str(bundled_path()), device="cpu"))
    training.run(learnt, apart, tell)
    files = [corpus / QUESTIONS, corpus / UNANSWERABLE]
    made = {
        "recipe": asdict(recipe),
        "groups": {"learnt": len(learnt), "apart": len(apart)},
        "layers": [name.rstrip(".") for name in LAYERS],
        "data": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        "torch": torch.__version__,
    }
    export(training.layers(), made, out / "weights")


def export(layers: Mapping[str, Tensor], made: Mapping[str, object], folder: Path) -> str:
    """Writes the weights in half precision, and the card that names their digest. Returns the digest."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: part.half().contiguous() for name, part in layers.items()}, folder / WEIGHTS)
    digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    base = hashlib.sha256((bundled_path() / "model.safetensors").read_bytes()).hexdigest()
    card = {"sha256": digest, "base_sha256": base, "made": dict(made)}
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return digest
