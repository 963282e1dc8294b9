"""Does a passage hold the answer to a question, and where? The trained network says how likely that is.

It is judged here and has no part in answering: see "A reader of our own" in `eval/README.md` for why.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.embedding import bundled_path
from index.errors import ModelUnusable
from index.sentences import sentences

if TYPE_CHECKING:
    from torch import Tensor

Span = tuple[int, int]
_PIECES = 256  # of a window at most; what lies beyond is not read
_ASKED = 64  # of a question
_WINDOW = 420  # letters
_KEPT = 1024  # windows whose states are kept, about 100 kB each
_MARKS = 103  # ids of marks, not of words, lie below
_WORDS = 1996  # ids of words begin here; before it stand punctuation and single letters
_EDGE = 0.2  # share of the best word's weight that its neighbours must have to belong to the answer


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage. `answerable` is the estimated chance, 0 to 1, that it holds the answer; `span`
    are the letters in which the answer most likely stands, were it there: None when the passage has no words."""

    answerable: float
    span: Span | None
    _pieces: NDArray[np.int32] = field(compare=False, repr=False)
    _weights: NDArray[np.float32] = field(compare=False, repr=False)

    def share(self, start: int, end: int) -> float:
        """The network's weight, 0 to 1, on the answer being in these letters: compares sentences, also of different
        passages. Over the whole passage it comes to less than 1 by what speaks for "not here"."""
        inside = (self._pieces[:, 0] >= start) & (self._pieces[:, 0] < end)
        return float(self._weights[inside].sum())


_NOTHING = Reading(0.0, None, np.zeros((0, 2), dtype=np.int32), np.zeros(0, dtype=np.float32))


class Reader:
    """Reads question and passage together. Safe to share between threads: one reads at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelUnusable when the weights are absent or are not those that the card beside them names."""
        from tokenizers import Tokenizer

        from eval.train.network import Upper, published, read_lower

        model = bundled_path()
        about = _checked(folder)
        self.name = f"reader/{about['sha256'][:12]}"
        self._scale, self._shift = (float(number) for number in about["calibration"])
        self._lower = read_lower(published(model))
        upper = Upper()
        upper.load_state_dict({name: tensor.float() for name, tensor in _load(folder).items()})
        self._upper = upper.eval()
        self._tokenizer: Any = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_PIECES)
        self._states: OrderedDict[str, _States] = OrderedDict()
        self._lock = threading.Lock()

    def score(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """One Reading for each passage, in their order. A passage is read in windows of a few sentences, as the network
        was taught; the likeliest of them speaks for it."""
        cut = [[(text, span) for span in windows(text)] for text in passages]
        with self._lock:
            found = iter(self._together(question, [text[a:b] for parts in cut for text, (a, b) in parts]))
        return [_joined([(next(found), start) for _, (start, _) in parts]) for parts in cut]

    def _together(self, question: str, texts: list[str]) -> list[Reading]:
        import torch

        if not texts:
            return []
        read = [self._read(text) for text in texts]
        with torch.inference_mode():
            ids = torch.tensor([self._tokenizer.encode(question).ids[:_ASKED]])
            asked = self._lower(ids)
            width = max(len(one.ids) for one in read)
            states = torch.stack([_wide(one.states, width) for one in read])
            pieces = torch.stack([_wide(one.ids, width) for one in read])
            shared = torch.isin(pieces, ids) & (pieces >= _WORDS)
            n = len(read)
            out = self._upper(asked.expand(n, -1, -1), ids.expand(n, -1) != 0, states, pieces != 0, shared)
        return [self._reading(one, line) for one, line in zip(read, out, strict=True)]

    def _read(self, text: str) -> _States:
        """The lower states of a window, kept since the same ones come back."""
        import torch

        if text not in self._states:
            coded = self._tokenizer.encode(text)
            ids = torch.tensor(coded.ids)
            with torch.inference_mode():
                states = self._lower(ids[None])[0]
            self._states[text] = _States(ids, states, np.asarray(coded.offsets, dtype=np.int32))
            while len(self._states) > _KEPT:
                self._states.popitem(last=False)
        self._states.move_to_end(text)
        return self._states[text]

    def _reading(self, read: _States, line: Tensor) -> Reading:
        words = (read.ids > _MARKS).numpy()
        logits, nowhere = line[1 : 1 + len(words)].numpy()[words].astype(np.float64), float(line[0])
        pieces = read.pieces[words]
        if not len(logits):
            return _NOTHING
        top = max(float(logits.max()), nowhere)
        weights = np.exp(logits - top)
        here, not_here = float(weights.sum()), float(np.exp(nowhere - top))
        odds = np.log(max(here, 1e-12)) - np.log(max(not_here, 1e-12))
        chance = 1.0 / (1.0 + float(np.exp(-(self._scale * odds + self._shift))))
        return Reading(chance, _span(pieces, weights), pieces, (weights / (here + not_here)).astype(np.float32))


def windows(text: str) -> list[Span]:
    """Spans of whole sentences that together cover the text, each as long as it may be."""
    made: list[Span] = []
    for start, end in sentences(text):
        if made and end - made[-1][0] <= _WINDOW:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made


def _joined(parts: Sequence[tuple[Reading, int]]) -> Reading:
    """Of the windows of one passage, each with where it begins."""
    if not parts:
        return _NOTHING
    best, at = max(parts, key=lambda part: part[0].answerable)
    pieces = np.concatenate([one._pieces + start for one, start in parts])
    weights = np.concatenate([one._weights for one, _ in parts])
    return Reading(best.answerable, best.span and (best.span[0] + at, best.span[1] + at), pieces, weights)


@dataclass(frozen=True, slots=True)
class _States:
    """A window as the lower layers leave it; `pieces` (n, 2) are the letters of each word piece."""

    ids: Tensor
    states: Tensor
    pieces: NDArray[np.int32]


def _wide(rows: Tensor, width: int) -> Tensor:
    padded = rows.new_zeros((width, *rows.shape[1:]))
    padded[: len(rows)] = rows
    return padded


def _span(pieces: NDArray[np.int32], weights: NDArray[np.float64]) -> Span:
    """The best word and what stands beside it with nearly as much weight."""
    first = last = int(weights.argmax())
    least = _EDGE * weights[first]
    while first > 0 and weights[first - 1] >= least:
        first -= 1
    while last + 1 < len(weights) and weights[last + 1] >= least:
        last += 1
    return int(pieces[first, 0]), int(pieces[last, 1])


def _checked(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        found = hashlib.sha256((folder / "reader.safetensors").read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        raise ModelUnusable(
            f"The reader's weights in {folder} cannot be read: {error}. Make them with: python -m eval reader train"
        ) from error
    if found != about["sha256"]:
        raise ModelUnusable(
            f"The reader's weights in {folder} are not those of its card (SHA-256 {found[:16]}, expected "
            f"{about['sha256'][:16]}). Make them again with: python -m eval reader train"
        )
    return about


def _load(folder: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    return load_file(folder / "reader.safetensors")
