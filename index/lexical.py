"""BM25 over stems, kept in a folder of the generation."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.words import stems


def _bm25s() -> Any:
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG when it is imported
    return bm25s


class LexicalIndex:
    """Scores every passage for a query at once. Passages and scores are in the order given when it was built."""

    def __init__(self, model: Any, ids: Sequence[str]) -> None:
        self._model = model
        self.ids = list(ids)

    @classmethod
    def build(cls, ids: Sequence[str], texts: Sequence[str]) -> LexicalIndex:
        return cls.of_stems(ids, [stems(text) for text in texts])

    @classmethod
    def of_stems(cls, ids: Sequence[str], texts: Sequence[Sequence[str]]) -> LexicalIndex:
        """The same from the stems of each text."""
        bm25s = _bm25s()
        model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        # An empty corpus or an empty text has no vocabulary; a word that no question holds stands in for it.
        model.index([list(text) or ["\x00"] for text in texts] or [["\x00"]], show_progress=False)
        return cls(model, ids)

    def save(self, folder: Path) -> None:
        self._model.save(str(folder), corpus=None, show_progress=False)
        (folder / "ids.json").write_text(json.dumps(self.ids), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        model = _bm25s().BM25.load(str(folder), mmap=False, load_corpus=False, show_progress=False)
        return cls(model, json.loads((folder / "ids.json").read_text(encoding="utf-8")))

    def scores(self, query: str) -> np.ndarray:
        """One BM25 score per passage; all zero when no word of the query is known."""
        known = [word for word in stems(query) if word in self._model.vocab_dict]
        if not known or not self.ids:
            return np.zeros(len(self.ids), dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)[: len(self.ids)]

    @cached_property
    def places(self) -> dict[str, int]:
        """passage id -> its place in the scores."""
        return {id_: n for n, id_ in enumerate(self.ids)}

    def rarity(self, word_stem: str) -> float:
        """Inverse document frequency of a stem, 0 for one that every passage holds; of an unknown stem the highest."""
        return self._rarities().get(word_stem, float(np.log(1 + len(self.ids))))

    def rarity_of(self, text: str) -> float:
        """Of all its words together."""
        return sum(self.rarity(word) for word in stems(text))

    def known(self, word_stem: str) -> bool:
        return word_stem in self._model.vocab_dict

    def _rarities(self) -> dict[str, float]:
        if not hasattr(self, "_idf"):
            counts = np.diff(self._model.scores["indptr"])
            total = max(1, len(self.ids))
            self._idf = {
                word: float(np.log(1 + (total - counts[n] + 0.5) / (counts[n] + 0.5)))
                for word, n in self._model.vocab_dict.items()
                if n < len(counts)
            }
        return self._idf
