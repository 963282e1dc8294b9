"""Passages encoded a second: ours and the stock way in turn, on the same passages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.bench.model import Rates
from eval.bench.stock import StockEmbedding
from eval.bench.texts import real_texts
from index.embedding import load_embedding
from index.settings import IndexSettings

_ROUNDS = 3
_PASSAGES = 160


def rates(corpus: Path, settings: IndexSettings) -> Rates:
    """The best of three rounds each: what disturbs a machine only ever slows it down."""
    texts = real_texts(corpus, 1, settings.split).embedded[:_PASSAGES]
    own, stock = load_embedding(settings.embedding), StockEmbedding(settings.embedding)
    own.encode(texts[:8])
    stock.vectors(texts[:8])
    pairs = [(_seconds(own.encode, texts), _seconds(stock.vectors, texts)) for _ in range(_ROUNDS)]
    ours, stocks = (len(texts) / min(seconds) for seconds in zip(*pairs, strict=True))
    return Rates(
        passages=len(texts), ours=round(ours, 2), stock=round(stocks, 2), dtype=own.fingerprint.rpartition("/")[2]
    )


def _seconds(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    encode(texts)
    return time.perf_counter() - started
