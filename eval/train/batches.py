"""Bundles -> batches of tensors: windows of whole sentences, questions with and without an answer in them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from eval.train.near_misses import names, near_miss
from eval.train.rows import Asked, Bundle, Span
from index.sentences import sentences

_PIECES = 4.6  # letters of English a word piece takes, about: to choose windows before they are cut into pieces
_LETTERS = 300  # of a passage of common length
_CHANGED = 0.3  # share of answered questions that are also asked in a changed form


@dataclass(frozen=True, slots=True)
class Pair:
    question: str
    passage: str
    where: Span | None
    set: str


@dataclass(frozen=True, slots=True)
class Batch:
    """`target` (n, 1 + p) marks the right places, the first of which is "not here"."""

    question: Tensor
    passage: Tensor
    target: Tensor
    sets: tuple[str, ...]


def pairs_of(bundles: Sequence[Bundle], seed: int) -> list[list[Pair]]:
    """One pass over the bundles, in another order and with other windows for every seed; pairs of one passage stay
    together."""
    rng = random.Random(seed)
    strange = [name for bundle in bundles for name in names(bundle.passage)[:3]]
    cut = [_pairs(bundle, rng, strange) for bundle in rng.sample(bundles, len(bundles))]
    return [pairs for pairs in cut if pairs]


def _pairs(bundle: Bundle, rng: random.Random, strange: Sequence[str]) -> list[Pair]:
    start, end = _window(bundle, rng)
    text = bundle.passage[start:end]
    with_, without = [], []
    for one in bundle.asked:
        if one.where and one.where[0] >= start and one.where[1] <= end:
            with_.append(Pair(one.question, text, (one.where[0] - start, one.where[1] - start), bundle.set))
        elif not one.where or one.where[1] <= start or one.where[0] >= end:
            without.append(Pair(one.question, text, None, bundle.set))
    with_ = rng.sample(with_, min(bundle.most, len(with_)))
    changed = [_changed(pair, strange, rng) for pair in with_ if not bundle.whole and rng.random() < _CHANGED]
    wrong = [pair for pair in changed if pair]
    room = max(0, min(max(1, len(with_)), bundle.most) - len(wrong))
    return with_ + wrong + rng.sample(without, min(room, len(without)))


def _changed(pair: Pair, strange: Sequence[str], rng: random.Random) -> Pair | None:
    question = near_miss(pair.question, pair.passage, strange, rng)
    return replace(pair, question=question, where=None, set="changed") if question else None


def _window(bundle: Bundle, rng: random.Random) -> Span:
    """Whole sentences around one of the answers, of a length drawn by lot; the whole passage where it must be."""
    letters = int(_PIECES * rng.choice((28, 45, 65, 100)))
    if bundle.whole or len(bundle.passage) <= letters:
        return 0, len(bundle.passage)
    spans = _sentences(bundle.passage)
    focus = rng.choice(bundle.asked)
    middle = focus.where[0] if focus.where else rng.randrange(len(bundle.passage))
    first = last = max((n for n, span in enumerate(spans) if span[0] <= middle), default=0)
    while True:
        grown = [(first - 1, last), (first, last + 1)]
        fits = [(a, b) for a, b in grown if a >= 0 and b < len(spans) and spans[b][1] - spans[a][0] <= letters]
        if not fits:
            return spans[first][0], spans[last][1]
        first, last = rng.choice(fits)


@lru_cache(maxsize=100_000)
def _sentences(text: str) -> list[Span]:
    return sentences(text) or [(0, len(text))]


class Batcher:
    """Cuts texts into word pieces and batches of like length."""

    def __init__(self, tokenizer: Any, pieces: int = 256) -> None:
        self.tokenizer, self.pieces = tokenizer, pieces
        tokenizer.no_padding()
        tokenizer.enable_truncation(pieces)

    def batches(self, groups: Sequence[Sequence[Pair]], size: int, seed: int) -> Iterator[Batch]:
        """Each of about `size` pairs, up to twice as many where they are short; deterministic in `seed`."""
        rng = random.Random(seed)
        ordered = sorted(groups, key=lambda pairs: len(pairs[0].passage) * rng.uniform(0.9, 1.1))
        runs: list[list[Pair]] = [[]]
        for group in ordered:
            pairs = len(runs[-1]) + len(group)
            if pairs > 2 * size or pairs * len(group[0].passage) > size * _LETTERS:
                runs.append([])
            runs[-1].extend(group)
        rng.shuffle(runs)
        yield from (self.batch(run) for run in runs if run)

    def batch(self, pairs: Sequence[Pair]) -> Batch:
        asked = self.tokenizer.encode_batch([pair.question for pair in pairs])
        read = self.tokenizer.encode_batch([pair.passage for pair in pairs])
        passage = _padded([one.ids for one in read])
        target = torch.zeros(len(pairs), 1 + passage.shape[1], dtype=torch.bool)
        for n, (pair, one) in enumerate(zip(pairs, read, strict=True)):
            places = [k for k, span in enumerate(one.offsets) if _inside(span, pair.where)]
            target[n, [1 + k for k in places] or [0]] = True
        return Batch(_padded([one.ids for one in asked]), passage, target, tuple(pair.set for pair in pairs))


def _inside(piece: Span, where: Span | None) -> bool:
    return where is not None and piece[1] > piece[0] and piece[0] < where[1] and piece[1] > where[0]


def _padded(ids: Sequence[Sequence[int]]) -> Tensor:
    width = max(len(one) for one in ids)
    return torch.tensor([[*one, *[0] * (width - len(one))] for one in ids])


__all__ = ["Asked", "Batch", "Batcher", "Pair", "pairs_of"]
