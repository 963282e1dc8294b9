"""What the encoder of passages learns: a question is to be nearer to the passage that answers it than to any other in the batch,
by late interaction (Khattab and Zaharia, SIGIR 2020) and by pooled vectors alike.

A batch is of one kind: passages of the shelf with several questions each, or questions of one public set with the passage that
answers each and one that only looks as if it did.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from eval.train.loop import Recipe
from eval.train.pairs import Answered
from eval.train.upper import Upper

_ASKED, _TOLD = 40, 128  # word pieces of a question, and of a passage, that are learnt from
_EACH = 4  # questions of a passage in one batch
_SHARPER = 0.6  # of the temperature: the scores of late interaction lie closer to each other


@dataclass(frozen=True, slots=True)
class Exercise:
    """Questions, passages, and which of these answer each question."""

    questions: tuple[str, ...]
    passages: tuple[str, ...]
    answers: tuple[frozenset[int], ...]


def exercise(drawn_from: Sequence[Answered], drawn: random.Random) -> Exercise:
    """Of some passages: up to four questions of each, and one passage that does not answer, where there is one."""
    passages = [one.passage for one in drawn_from]
    asked = [
        (question, n)
        for n, one in enumerate(drawn_from)
        for question in drawn.sample(one.questions, min(_EACH, len(one.questions)))
    ]
    passages += [drawn.choice(one.beside) for one in drawn_from if one.beside]
    places = [{n} | {m for m, one in enumerate(drawn_from) if question in one.questions} for question, n in asked]
    return Exercise(tuple(q for q, _ in asked), tuple(passages), tuple(map(frozenset, places)))


def loss_of(scores: Tensor, answers: Tensor) -> Tensor:
    """(questions, passages) scores and whether each passage answers: how unlikely it is that one which does is drawn."""
    right = scores.masked_fill(~answers, float("-inf"))
    return (torch.logsumexp(scores, 1) - torch.logsumexp(right, 1)).mean()


class Rarity:
    """Inverse document frequency of word pieces over texts: (pieces) float. One that no text holds counts as rarest."""

    def __init__(self, texts: Sequence[Sequence[int]], pieces: int) -> None:
        seen = Counter(one for text in texts for one in set(text))
        counts = torch.tensor([seen[n] for n in range(pieces)], dtype=torch.float32)
        self.of = torch.log1p((len(texts) - counts + 0.5) / (counts + 0.5))


def late(asked: Tensor, weights: Tensor, told: Tensor, there: Tensor) -> Tensor:
    """(questions, passages): each word piece's best match in each passage, weighted. `asked` is (questions, pieces, width),
    `weights` (questions, pieces) that sum to 1, `told` (passages, pieces, width), `there` (passages, pieces)."""
    questions, pieces, width = asked.shape
    alike = asked.reshape(-1, width) @ told.reshape(-1, width).T
    alike = alike.view(questions * pieces, *there.shape).masked_fill(~there, -math.inf)
    best = alike.amax(-1).view(questions, pieces, len(there))
    return (best * weights[..., None]).sum(1)


class Answering:
    """Shelf passages and public sets by turns; some of each kept apart."""

    def __init__(
        self,
        upper: Upper,
        recipe: Recipe,
        own: Sequence[Answered],
        sets: Sequence[Sequence[Answered]],
        kept_apart: Sequence[tuple[str, Sequence[Answered]]] = (),
    ) -> None:
        self.upper, self.recipe, self.own, self.sets, self.kept_apart = upper, recipe, own, sets, kept_apart
        texts = [one.passage for one in (*own, *(one for each in sets for one in each[:2000]))]
        pieces = int(upper.network.get_input_embeddings().weight.shape[0])  # type: ignore[operator]
        self.rarity = Rarity(upper.ids(texts, _TOLD), pieces)

    def batches(self, turn: int) -> Iterator[list[Answered]]:
        drawn = random.Random(self.recipe.seed * 1000 + turn)
        public = [batch for each in self.sets for batch in self._cut(each, drawn)]
        drawn.shuffle(public)
        own: list[list[Answered]] = []
        for batch in public:
            if self.own:
                own = own or self._cut(self.own, drawn)
                yield own.pop()
            yield batch
        if not public:
            yield from self._cut(self.own, drawn)

    def _cut(self, all_of: Sequence[Answered], drawn: random.Random) -> list[list[Answered]]:
        mixed, size = list(all_of), self.recipe.size
        drawn.shuffle(mixed)
        return [mixed[at : at + size] for at in range(0, len(mixed) - size + 1, size)]

    def loss(self, batch: Sequence[Answered], drawn: random.Random) -> Tensor:
        given = exercise(batch, drawn)
        answers = torch.tensor([[n in mine for n in range(len(given.passages))] for mine in given.answers])
        by_tokens, by_pooled = self._scores(given)
        t = self.recipe.temperature
        return loss_of(by_tokens / (t * _SHARPER), answers) + loss_of(by_pooled / t, answers)

    def _scores(self, given: Exercise) -> tuple[Tensor, Tensor]:
        asked, asked_tokens, ids, meant = self.upper.both(given.questions, _ASKED)
        told, told_tokens, _, there = self.upper.both(given.passages, _TOLD)
        weights = self.rarity.of[ids] * meant
        weights = weights / weights.sum(1, keepdim=True).clamp(min=1e-6)
        return late(asked_tokens, weights, told_tokens, there), asked @ told.T

    def look(self) -> dict[str, float]:
        """How often the passage that answers is first among those of its batch, by token vectors and by pooled ones."""
        found: dict[str, float] = {}
        for name, kept in self.kept_apart:
            firsts: list[tuple[float, float]] = []
            drawn = random.Random(0)
            for batch in self._cut(kept, drawn):
                given = exercise(batch, drawn)
                scores = self._scores(given)
                firsts += [
                    (float(int(a) in mine), float(int(b) in mine))
                    for a, b, mine in zip(*(each.argmax(1) for each in scores), given.answers, strict=True)
                ]
            if firsts:
                for way, column in zip(("late", "pooled"), zip(*firsts, strict=True), strict=True):
                    found[f"{name}_{way}"] = sum(column) / len(column)
        return found
