"""The token vectors of many texts, as one generation keeps them, and late interaction over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.files import link
from index.model import Encoded

Scores = NDArray[np.float32]


_MOST_FILES = 16  # then all are written into one again


class TokenVectors:
    """The token vectors of many texts, memory-mapped: int8 rows in units of 1/127, text after text. They stand in one file
    or in several, `tokens-0.i8` and so on, each with the texts that came in together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ids: list[str] = (folder / "ids.txt").read_text(encoding="utf-8").split()
        self._bounds = np.load(folder / "bounds.npy")
        self._token_ids = np.load(folder / "token_ids.npy", mmap_mode="r")
        self._rarity: Scores = np.load(folder / "rarity.npy")
        dimensions = int(np.load(folder / "dimensions.npy"))
        self.firsts = np.load(folder / "firsts.npy")
        ends = [*self.firsts[1:], self._bounds[-1]]
        self._files = [
            _mapped(folder / _name(n), int(end - first), dimensions)
            for n, (first, end) in enumerate(zip(self.firsts, ends, strict=True))
        ]
        self._at = {id_: n for n, id_ in enumerate(self.ids)}

    @property
    def files(self) -> int:
        return len(self._files)

    def length(self, number: int) -> int:
        """How many tokens a text has, by its number."""
        return int(self._bounds[number + 1] - self._bounds[number])

    def token_ids(self, number: int) -> NDArray[np.int32]:
        """The ids of a text's tokens, by its number."""
        return np.asarray(self._token_ids[self._bounds[number] : self._bounds[number + 1]])

    def _rows(self, number: int) -> NDArray[np.int8]:
        first = self._bounds[number]
        file = int(np.searchsorted(self.firsts, first, side="right")) - 1
        at = first - self.firsts[file]
        return self._files[file][at : at + self.length(number)]

    def of(self, passage_id: str) -> Scores:
        """(n, dimensions) float32, rows of about unit length."""
        return np.asarray(self._rows(self._at[passage_id]), dtype=np.float32) / 127.0

    def together(self, numbers: Sequence[int]) -> tuple[Scores, NDArray[np.int32], NDArray[np.int64]]:
        """Rows and token ids of several texts one after the other, and where each text begins. None may be empty."""
        vectors = np.concatenate([self._rows(n) for n in numbers]).astype(np.float32)
        vectors *= 1 / 127
        starts = np.cumsum([0, *(self.length(n) for n in numbers[:-1])])
        return vectors, np.concatenate([self.token_ids(n) for n in numbers]), starts

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


def _name(file: int) -> str:
    return f"tokens-{file}.i8"


def _mapped(file: Path, rows: int, dimensions: int) -> NDArray[np.int8]:
    if not rows:  # an empty file cannot be mapped
        return np.zeros((0, dimensions), dtype=np.int8)
    return np.memmap(file, dtype=np.int8, mode="r", shape=(rows, dimensions))


Read = Callable[[str], tuple[NDArray[np.int32], NDArray[np.int8]]]
"""The token ids (n,) and rows (n, dimensions) of a key."""


def write_tokens(
    folder: Path, read: Read, keys: Mapping[str, str], dimensions: int, before: TokenVectors | None = None
) -> None:
    """What `TokenVectors` reads, into an empty folder: `keys` are those of the vectors by id. The files of `before`, all of
    whose ids stand in `keys`, are taken over, and only what it lacks is written."""
    ids: list[str] = []
    token_ids: list[NDArray[np.int32]] = []
    firsts: list[int] = []
    if before and before.files < _MOST_FILES:
        ids, token_ids, firsts = _taken_over(folder, before)
    firsts.append(sum(map(len, token_ids)))
    known = set(ids)
    with (folder / _name(len(firsts) - 1)).open("wb") as out:
        for id_, key in keys.items():
            if id_ not in known:
                its_ids, rows = read(key)
                out.write(rows.tobytes())
                token_ids.append(its_ids)
                ids.append(id_)
    np.save(folder / "firsts.npy", np.asarray(firsts, dtype=np.int64))
    np.save(folder / "bounds.npy", np.cumsum([0, *map(len, token_ids)], dtype=np.int64))
    np.save(folder / "token_ids.npy", np.concatenate([np.zeros(0, dtype=np.int32), *token_ids]))
    np.save(folder / "rarity.npy", _rarity(token_ids))
    np.save(folder / "dimensions.npy", np.asarray(dimensions))
    (folder / "ids.txt").write_text("\n".join(ids), encoding="utf-8")


def _taken_over(folder: Path, before: TokenVectors) -> tuple[list[str], list[NDArray[np.int32]], list[int]]:
    """Its ids, their token ids, and the first row of each of its files, which are linked."""
    for n in range(before.files):
        link(before.folder / _name(n), folder / _name(n))
    return list(before.ids), [before.token_ids(n) for n in range(len(before.ids))], [int(n) for n in before.firsts]


def _rarity(texts: Sequence[NDArray[np.int32]]) -> Scores:
    """Inverse document frequency by token id; the last place is for ids beyond, which no text holds."""
    seen = np.zeros(max([0, *(int(ids.max()) + 1 for ids in texts if len(ids))]) + 1, dtype=np.int64)
    for ids in texts:
        seen[np.unique(ids)] += 1
    return np.asarray(np.log(1 + (len(texts) - seen + 0.5) / (seen + 0.5)), dtype=np.float32)
