"""The training itself: resumable, the same for the same seed, its curve beside the weights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from eval.train.batches import Batch, Batcher, Pair, pairs_of
from eval.train.network import Lower, Upper
from eval.train.rows import Bundle

Tell = Callable[[int, int], None]
_SPECIAL = 103  # ids of marks, not of words, lie below


@dataclass(frozen=True, slots=True)
class Recipe:
    """What shapes a training. `steps` may be raised or lowered when it goes on: only the fall of the rate moves."""

    steps: int = 1400
    size: int = 24
    rate: float = 2e-4
    new_rate: float = 1e-3
    warm: int = 80
    fall: float = 0.3
    seed: int = 7
    keep_every: int = 50
    look_every: int = 200


def logits(lower: Lower, upper: Upper, question: Tensor, passage: Tensor) -> Tensor:
    """(n, 1 + p); -inf where no word stands."""
    with torch.no_grad():
        asked = lower(question)
        texts, which = torch.unique(passage, dim=0, return_inverse=True)
        read = lower(texts)[which]
    out: Tensor = upper(asked, question != 0, read, passage != 0, shared(question, passage))
    marks = torch.cat([torch.zeros(len(passage), 1, dtype=torch.bool), passage <= _SPECIAL], dim=1)
    return out.masked_fill(marks, float("-inf"))


def shared(question: Tensor, passage: Tensor) -> Tensor:
    """(n, p): which pieces of the passage stand in the question. Punctuation does not count."""
    same = (passage.unsqueeze(2) == question.unsqueeze(1)).any(dim=2)
    return same & (passage >= 1996)


def loss_of(out: Tensor, target: Tensor) -> Tensor:
    """How unlikely the right places were, all of them together."""
    right = out.masked_fill(~target, float("-inf")).logsumexp(dim=1)
    return -(right - out.logsumexp(dim=1)).mean()


def rate_at(step: int, recipe: Recipe) -> float:
    """Up, level, and down to nothing over the last part."""
    fall_from = recipe.steps * (1 - recipe.fall)
    down = 1.0 if step < fall_from else max(0.0, (recipe.steps - step) / (recipe.steps - fall_from))
    return min(1.0, (step + 1) / recipe.warm) * down


class Training:
    """One training in a folder: goes on from its last checkpoint."""

    def __init__(self, folder: Path, recipe: Recipe, lower: Lower, upper: Upper, batcher: Batcher) -> None:
        self.folder, self.recipe, self.lower, self.upper, self.batcher = folder, recipe, lower, upper, batcher
        folder.mkdir(parents=True, exist_ok=True)
        fresh = {"side", "shared", "here.weight", "here.bias", "nowhere.weight", "nowhere.bias"}
        named = dict(upper.named_parameters())
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for n, p in named.items() if n not in fresh], "lr": recipe.rate, "top": recipe.rate},
                {"params": [p for n, p in named.items() if n in fresh], "lr": recipe.new_rate, "top": recipe.new_rate},
            ],
            weight_decay=0.01,
            betas=(0.9, 0.98),
        )
        self.step = 0
        self._resume()

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if path.is_file():
            kept: dict[str, Any] = torch.load(path, weights_only=True)
            self.upper.load_state_dict(kept["upper"])
            self.optimizer.load_state_dict(kept["optimizer"])
            self.step = kept["step"]

    def keep(self) -> None:
        path = self.folder / "checkpoint.new"
        kept = {"upper": self.upper.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step}
        torch.save(kept, path)
        path.replace(self.folder / "checkpoint.pt")

    def run(self, bundles: Sequence[Bundle], held_out: Sequence[list[Pair]], tell: Tell) -> None:
        self._note({"recipe": asdict(self.recipe), "from": self.step})
        began, losses = time.monotonic(), []
        for batch in self._ahead(bundles):
            losses.append(self._learn(batch))
            if self.step % 50 == 0:
                spent = round(time.monotonic() - began, 1)
                self._note({"step": self.step, "loss": round(sum(losses) / len(losses), 4), "seconds": spent})
                losses = []
            if self.step % self.recipe.look_every == 0 or self.step == self.recipe.steps:
                self._note({"step": self.step, **look(self.lower, self.upper, self.batcher, held_out)})
            if self.step % self.recipe.keep_every == 0 or self.step == self.recipe.steps:
                self.keep()
            tell(self.step, self.recipe.steps)

    def _ahead(self, bundles: Sequence[Bundle]) -> Iterator[Batch]:
        """The batches from the present step on; the ones before it are only counted."""
        done, turn = 0, 0
        while done < self.recipe.steps:
            seed = self.recipe.seed * 1000 + turn
            for batch in self.batcher.batches(pairs_of(bundles, seed), self.recipe.size, seed):
                done += 1
                if done > self.step:
                    yield batch
                if done >= self.recipe.steps:
                    return
            turn += 1

    def _learn(self, batch: Batch) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = group["top"] * rate_at(self.step, self.recipe)
        self.upper.train()
        loss = loss_of(logits(self.lower, self.upper, batch.question, batch.passage), batch.target)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.upper.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.detach())

    def _note(self, line: dict[str, Any]) -> None:
        with (self.folder / "curve.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


def look(lower: Lower, upper: Upper, batcher: Batcher, groups: Sequence[list[Pair]]) -> dict[str, float]:
    """On pairs kept apart: the loss, the area under the curve of "is it here", and how much of the weight falls on the
    marked words where they are there."""
    sure, truth, losses, found = [], [], [], []
    with torch.inference_mode():
        for batch in batcher.batches(groups, 64, 0):
            out = logits(lower, upper, batch.question, batch.passage)
            losses.append(float(loss_of(out, batch.target)) * len(out))
            sure += [float(x) for x in out[:, 1:].logsumexp(1) - out[:, 0]]
            there = ~batch.target[:, 0]
            truth += [bool(x) for x in there]
            best = out[:, 1:].argmax(dim=1)
            found += [bool(batch.target[n, 1 + best[n]]) for n in range(len(out)) if there[n]]
    return {
        "held_out_loss": round(sum(losses) / len(sure), 4),
        "held_out_auc": round(area(sure, truth), 4),
        "held_out_found": round(sum(found) / max(1, len(found)), 4),
    }


def area(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """Area under the ROC curve: how often a true one stands above a false one; ties count half."""
    values, true = np.asarray(scores), np.asarray(truth, dtype=bool)
    below = np.sort(values[~true])
    if not len(below) or len(below) == len(values):
        return float("nan")
    under = np.searchsorted(below, values[true], "left") + np.searchsorted(below, values[true], "right")
    return float(under.mean() / 2 / len(below))
