"""From what is learnt from to weights, with a record of what they were made from."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from eval.train.alike import Alike
from eval.train.answerable import Answerable, miscalibration, temperature
from eval.train.answering import Answering
from eval.train.asked import asked_in, asked_over, short_enough
from eval.train.groups import groups_of, held_out
from eval.train.loop import Recipe, Tell, Training
from eval.train.pairs import APART, Answered, answered_in, answered_over, apart, digests
from eval.train.reader import ALL_LAYERS, Reader
from eval.train.upper import LAYERS, Upper
from index.embedding import bundled_path
from index.likeness import CARD, WEIGHTS
from index.questions import QUESTIONS
from index.unanswerable import UNANSWERABLE

_READ = 1100  # characters of a passage
_LOOKED_AT_PAIRS = 600  # of those kept apart, for each point of the curve
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


def train_reader(
    corpus: Path, sources: Collection[str], files: Sequence[Path], most: int, out: Path, recipe: Recipe, tell: Tell
) -> None:
    """A reader of question and passage together, in the same way; `most` questions of each public set."""
    sets = {file.name.split(".")[0]: asked_in(file, most, recipe.seed) for file in files}
    pairs = [pair for each in sets.values() for pair in each]
    pairs += asked_over(corpus, sources, recipe.seed)
    short = [cut for pair in pairs if (cut := short_enough(pair, _READ))]
    kept = [pair for pair in short if apart(pair.group, APART)]
    learnt = [pair for pair in short if not apart(pair.group, APART)]
    reader = Reader()
    lesson = Answerable(reader, recipe, learnt, random.Random(0).sample(kept, min(_LOOKED_AT_PAIRS, len(kept))))
    training = Training(out, recipe, reader, lesson)
    training.run(tell)
    scores, truth = lesson.scores(kept), [pair.answers for pair in kept]
    sharpness = temperature(scores, truth)
    made = {
        "sources": sorted(sources),
        "pairs": dict(Counter(pair.kind for pair in learnt)),
        "sets": {name: len(each) for name, each in sets.items()},
        "temperature": sharpness,
        "miscalibration": {
            "as learnt": miscalibration(scores, truth, 1.0),
            "calibrated": miscalibration(scores, truth, sharpness),
        },
    }
    how = _how(recipe, [corpus / QUESTIONS, corpus / UNANSWERABLE, *files], ALL_LAYERS)
    export(training.layers(), made | how, out / "weights")


def _kept_apart(sets: Mapping[str, Sequence[Answered]], size: int) -> list[tuple[str, list[Answered]]]:
    kept = {name: [one for one in each if apart(one.questions[0], APART)] for name, each in sets.items()}
    return [(name, each[: _LOOKED_AT * size]) for name, each in kept.items()]


def _how(recipe: Recipe, files: Sequence[Path], layers: Sequence[str] = LAYERS) -> dict[str, object]:
    return {
        "recipe": asdict(recipe),
        "layers": [name.rstrip(".") for name in layers],
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
