"""The token vectors of many texts, as one generation keeps them, and late interaction over them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.model import Encoded

Scores = NDArray[np.float32]


class TokenVectors:
    """The token vectors of many texts, memory-mapped: int8 rows in units of 1/127, text after text."""

    def __init__(self, folder: Path) -> None:
        self.ids: list[str] = (folder / "ids.txt").read_text(encoding="utf-8").split()
        self._bounds = np.load(folder / "bounds.npy")
        self._token_ids = np.load(folder / "token_ids.npy", mmap_mode="r")
        self._rarity: Scores = np.load(folder / "rarity.npy")
        rows, dimensions = int(self._bounds[-1]), int(np.load(folder / "dimensions.npy"))
        self._rows = (
            np.memmap(folder / "tokens.i8", dtype=np.int8, mode="r", shape=(rows, dimensions))
            if rows
            else np.zeros((0, dimensions), dtype=np.int8)
        )
        self._at = {id_: n for n, id_ in enumerate(self.ids)}

    def length(self, number: int) -> int:
        """How many tokens a text has, by its number."""
        return int(self._bounds[number + 1] - self._bounds[number])

    def of(self, passage_id: str) -> Scores:
        """(n, dimensions) float32, rows of about unit length."""
        n = self._at[passage_id]
        return np.asarray(self._rows[self._bounds[n] : self._bounds[n + 1]], dtype=np.float32) / 127.0

    def together(self, numbers: Sequence[int]) -> tuple[Scores, NDArray[np.int32], NDArray[np.int64]]:
        """Rows and token ids of several texts one after the other, and where each text begins. None may be empty."""
        spans = [np.arange(self._bounds[n], self._bounds[n + 1]) for n in numbers]
        rows = np.concatenate(spans)
        starts = np.cumsum([0, *(len(span) for span in spans[:-1])])
        vectors = self._rows[rows].astype(np.float32)
        vectors *= 1 / 127
        return vectors, np.asarray(self._token_ids[rows]), starts

    def rarity(self, token_ids: NDArray[np.int32]) -> Scores:
        """Inverse document frequency of each token; a token that no text holds counts as rarest."""
        # The last place is never taken by a token, so an id beyond the end reads what an unseen one would.
        return np.asarray(self._rarity[np.minimum(token_ids, len(self._rarity) - 1)], dtype=np.float32)

    def weights(self, query: Encoded) -> Scores:
        """How much each token of the question counts: its rarity over the passages, summing to 1."""
        raw = self.rarity(query.token_ids)
        total = float(raw.sum())
        return np.asarray(raw / total if total > 0 else raw, dtype=np.float32)

    def scores(self, query: Encoded, ids: Sequence[str]) -> dict[str, float]:
        """Each question token's best match in each text, weighted by rarity (late interaction: Khattab and Zaharia, SIGIR
        2020; the weighting is ours). 1 means that every token finds itself; 0 for a text without tokens."""
        found = dict.fromkeys(ids, 0.0)
        filled = [id_ for id_ in ids if self.length(self._at[id_])]
        if filled and len(query.tokens):
            # One product for all texts: many small ones cost more in waiting for threads than in arithmetic.
            rows, _, starts = self.together([self._at[id_] for id_ in filled])
            best = self.weights(query) @ np.maximum.reduceat(query.tokens @ rows.T, starts, axis=1)
            found |= {id_: float(one) for id_, one in zip(filled, best, strict=True)}
        return found
