"""What the encoder that questions are compared by learns: two questions of a group are to be nearer to each other than to
those of any other group in the batch (in-batch negatives: Henderson and others 2017)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from eval.train.groups import Group, batches, pair_of, share_a_question
from eval.train.loop import Recipe
from eval.train.upper import Upper

_PIECES = 40  # word pieces of a question that are learnt from


def loss_of(first: Tensor, second: Tensor, shared: Sequence[tuple[int, int]], temperature: float) -> Tensor:
    """Of (n, width) unit vectors: row k of each belongs together; `shared` are pairs of rows that are not held apart."""
    alike = first @ second.T / temperature
    for a, b in shared:
        alike[a, b] = float("-inf")
    target = torch.arange(len(first))
    return (F.cross_entropy(alike, target) + F.cross_entropy(alike.T, target)) / 2


class Alike:
    """The groups to learn from, and those kept apart."""

    def __init__(self, upper: Upper, recipe: Recipe, groups: Sequence[Group], apart: Sequence[Group]) -> None:
        self.upper, self.recipe, self.groups, self.apart = upper, recipe, groups, apart

    def batches(self, turn: int) -> Iterator[list[Group]]:
        return batches(self.groups, self.recipe.size, self.recipe.seed * 1000 + turn)

    def loss(self, batch: Sequence[Group], drawn: random.Random) -> Tensor:
        first, second = zip(*(pair_of(group, drawn) for group in batch), strict=True)
        one, other = self.upper.pooled(first, _PIECES), self.upper.pooled(second, _PIECES)
        return loss_of(one, other, share_a_question(batch), self.recipe.temperature)

    def look(self) -> dict[str, float]:
        """On groups kept apart: the loss over batches of the same size."""
        seed = self.recipe.seed * 100_003 - 1
        kept = batches(self.apart, self.recipe.size, 0)
        losses = [float(self.loss(batch, random.Random(seed))) for batch in kept]
        return {"held_out_loss": sum(losses) / len(losses)} if losses else {}
