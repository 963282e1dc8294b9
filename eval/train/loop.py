"""The training: two questions of a group are to be nearer to each other than to those of any other group in the batch
(in-batch negatives: Henderson and others 2017). Resumable, the same for the same seed, its curve beside the weights."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import functional as F

from eval.train.groups import Group, batches, pair_of, share_a_question

Tell = Callable[[int, int], None]
LAYERS = ("encoder.layer.3.", "encoder.layer.4.", "encoder.layer.5.")
"""What is trained: the upper half. The lower half and the words stay as installed."""
_PIECES = 40  # word pieces of a question that are learnt from


@dataclass(frozen=True, slots=True)
class Recipe:
    """What shapes a training. `steps` may be raised or lowered when it goes on: only the fall of the rate moves."""

    steps: int = 300
    size: int = 80
    rate: float = 8e-5
    warm: int = 20
    temperature: float = 0.05
    seed: int = 1
    keep_every: int = 25


def loss_of(first: Tensor, second: Tensor, shared: Sequence[tuple[int, int]], temperature: float) -> Tensor:
    """Of (n, width) unit vectors: row k of each belongs together; `shared` are pairs of rows that are not held apart."""
    alike = first @ second.T / temperature
    for a, b in shared:
        alike[a, b] = float("-inf")
    target = torch.arange(len(first))
    return (F.cross_entropy(alike, target) + F.cross_entropy(alike.T, target)) / 2


def rate_at(step: int, recipe: Recipe) -> float:
    """Up, then down to a twentieth: the factor of the rate."""
    return min(1.0, (step + 1) / recipe.warm) * max(0.05, 1 - step / recipe.steps)


def _network(model: SentenceTransformer) -> Any:
    return model[0].auto_model


class Training:
    """One training in a folder: goes on from its last checkpoint."""

    def __init__(self, folder: Path, recipe: Recipe, model: SentenceTransformer) -> None:
        self.folder, self.recipe, self.model = folder, recipe, model
        folder.mkdir(parents=True, exist_ok=True)
        self.network = _network(model)
        for name, part in self.network.named_parameters():
            part.requires_grad = name.startswith(LAYERS)
        self.learnt = [part for part in self.network.parameters() if part.requires_grad]
        self.optimizer = torch.optim.AdamW(self.learnt, lr=recipe.rate, weight_decay=0.01)
        self.step = 0
        self._resume()

    def layers(self) -> dict[str, Tensor]:
        """The trained weights by their names."""
        return {name: part.detach() for name, part in self.network.named_parameters() if part.requires_grad}

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if path.is_file():
            kept: dict[str, Any] = torch.load(path, weights_only=True)
            self.network.load_state_dict(kept["layers"], strict=False)
            self.optimizer.load_state_dict(kept["optimizer"])
            self.step = kept["step"]

    def keep(self) -> None:
        path = self.folder / "checkpoint.new"
        kept = {"layers": self.layers(), "optimizer": self.optimizer.state_dict(), "step": self.step}
        torch.save(kept, path)
        path.replace(self.folder / "checkpoint.pt")

    def run(self, groups: Sequence[Group], apart: Sequence[Group], tell: Tell) -> None:
        self._note({"recipe": asdict(self.recipe), "from": self.step})
        began, losses = time.monotonic(), []
        for batch in self._ahead(groups):
            losses.append(self._learn(batch))
            tell(self.step, self.recipe.steps)
            if self.step % self.recipe.keep_every == 0 or self.step == self.recipe.steps:
                self.keep()
                spent = round(time.monotonic() - began, 1)
                held = self.look(apart)
                self._note({"step": self.step, "loss": round(sum(losses) / len(losses), 4), **held, "seconds": spent})
                losses = []

    def _ahead(self, groups: Sequence[Group]) -> Iterator[list[Group]]:
        """The batches from the present step on; the ones before it are only counted."""
        done, turn = 0, 0
        while done < self.recipe.steps:
            before = done
            for batch in batches(groups, self.recipe.size, self.recipe.seed * 1000 + turn):
                done += 1
                if done > self.step:
                    yield batch
                if done >= self.recipe.steps:
                    return
            if done == before:
                raise ValueError(f"{len(groups)} groups of questions are fewer than one batch of {self.recipe.size}.")
            turn += 1

    def _learn(self, batch: Sequence[Group]) -> float:
        for part in self.optimizer.param_groups:
            part["lr"] = self.recipe.rate * rate_at(self.step, self.recipe)
        torch.manual_seed(self.recipe.seed * 100_003 + self.step)  # of the dropout: the same when it goes on
        self.model.train()
        loss = self._loss(batch, self.step)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.learnt, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.detach())

    def _loss(self, batch: Sequence[Group], seed: int) -> Tensor:
        drawn = random.Random(self.recipe.seed * 100_003 + seed)
        first, second = zip(*(pair_of(group, drawn) for group in batch), strict=True)
        return loss_of(self._encode(first), self._encode(second), share_a_question(batch), self.recipe.temperature)

    def _encode(self, texts: Sequence[str]) -> Tensor:
        self.model.max_seq_length = _PIECES
        return F.normalize(self.model(self.model.preprocess(list(texts)))["sentence_embedding"].float(), dim=-1)

    def look(self, apart: Sequence[Group]) -> dict[str, float]:
        """On groups kept apart: the loss over batches of the same size."""
        self.model.eval()
        with torch.inference_mode():
            losses = [float(self._loss(batch, -1)) for batch in batches(apart, self.recipe.size, 0)]
        return {"held_out_loss": round(sum(losses) / len(losses), 4)} if losses else {}

    def _note(self, line: dict[str, Any]) -> None:
        with (self.folder / "curve.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
