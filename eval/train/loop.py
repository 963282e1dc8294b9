"""The training: batches drawn by lot, one step of AdamW each. Resumable, the same for the same seed, its curve beside the
weights. What is learnt is the lesson's."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from eval.train.curve import CURVE

Tell = Callable[[int, int], None]
Batch = TypeVar("Batch")


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


class Lesson(Protocol[Batch]):
    """What is learnt from, and how far a network is from it."""

    def batches(self, turn: int) -> Iterator[Batch]:
        """One pass, in an order drawn by lot that is the same for the same turn."""

    def loss(self, batch: Batch, drawn: random.Random) -> Tensor: ...

    def look(self) -> dict[str, float]:
        """Figures on what was kept apart; none when nothing was."""


def rate_at(step: int, recipe: Recipe) -> float:
    """Up, then down to a twentieth: the factor of the rate."""
    return min(1.0, (step + 1) / recipe.warm) * max(0.05, 1 - step / recipe.steps)


class Training(Generic[Batch]):
    """One training in a folder: goes on from its last checkpoint. It changes the weights that require a gradient."""

    def __init__(self, folder: Path, recipe: Recipe, network: nn.Module, lesson: Lesson[Batch]) -> None:
        self.folder, self.recipe, self.network, self.lesson = folder, recipe, network, lesson
        folder.mkdir(parents=True, exist_ok=True)
        self.learnt = [part for part in network.parameters() if part.requires_grad]
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

    def run(self, tell: Tell) -> None:
        """Learns until all steps are done. Raises ValueError when there is too little for a single batch."""
        self._note({"recipe": asdict(self.recipe), "from": self.step})
        began, losses = time.monotonic(), []
        for batch in self._ahead():
            losses.append(self.learn(batch))
            tell(self.step, self.recipe.steps)
            if self.step % self.recipe.keep_every == 0 or self.step == self.recipe.steps:
                self.keep()
                spent = round(time.monotonic() - began, 1)
                held = self._look()
                self._note({"step": self.step, "loss": round(sum(losses) / len(losses), 4), **held, "seconds": spent})
                losses = []

    def _ahead(self) -> Iterator[Batch]:
        """The batches from the present step on; the ones before it are only counted."""
        done, turn = 0, 0
        while done < self.recipe.steps:
            before = done
            for batch in self.lesson.batches(turn):
                done += 1
                if done > self.step:
                    yield batch
                if done >= self.recipe.steps:
                    return
            if done == before:
                raise ValueError(f"There is less to learn from than one batch of {self.recipe.size}.")
            turn += 1

    def learn(self, batch: Batch) -> float:
        for part in self.optimizer.param_groups:
            part["lr"] = self.recipe.rate * rate_at(self.step, self.recipe)
        seed = self.recipe.seed * 100_003 + self.step
        torch.manual_seed(seed)  # of the dropout: the same when it goes on
        self.network.train()
        loss = self.lesson.loss(batch, random.Random(seed))
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.learnt, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.detach())

    def _look(self) -> dict[str, float]:
        self.network.eval()
        with torch.inference_mode():
            return {name: round(figure, 4) for name, figure in self.lesson.look().items()}

    def _note(self, line: dict[str, Any]) -> None:
        with (self.folder / CURVE).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
