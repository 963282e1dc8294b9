"""The benchmark at a small size, for real: both engines over the same passages, each in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.bench.model import Bench, times
from eval.bench.run import run
from eval.bench.texts import Sampled, real_texts
from index.model import Encoded
from index.settings import IndexSettings, SplitSettings


@pytest.fixture(scope="module")
def bench(small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return run([30], 6, small_corpus, tmp_path_factory.mktemp("bench"), IndexSettings(), lambda *_: None)


def test_both_engines_are_measured_over_the_same_passages(bench: Bench) -> None:
    ours, stock = bench.sizes
    assert [(one.engine, one.size, one.real) for one in bench.sizes] == [
        ("ours", 30, ours.real),
        ("stock", 30, ours.real),
    ]
    assert 0 < ours.real < 30
    assert ours.search.count == stock.search.count == 5
    assert 0 < ours.search.p50 <= ours.search.p95 <= ours.search.p99


def test_each_step_has_its_share(bench: Bench) -> None:
    assert set(bench.sizes[0].steps) == {"encode", "meaning", "words", "questions", "fuse", "closer look"}
    assert all(spent >= 0 for one in bench.sizes for spent in one.steps.values())


def test_memory_disk_and_rates_are_told(bench: Bench) -> None:
    assert all(one.resident_mb > one.own_mb > 50 for one in bench.sizes)
    assert bench.sizes[0].disk_mb > 0
    assert bench.encoding.ours > 0
    assert bench.encoding.ratio == bench.encoding.ours / bench.encoding.stock
    assert json.loads(bench.model_dump_json())["machine"]["cores"]


def test_percentiles_of_a_hundred_times() -> None:
    found = times([float(n) for n in range(101)])
    assert (found.p50, found.p95, found.p99, found.count) == (50, 95, 99, 101)


def test_a_corpus_too_small_is_split_finer(small_corpus: Path) -> None:
    usual = real_texts(small_corpus, 1, SplitSettings())
    finer = real_texts(small_corpus, len(usual.passages) + 1, SplitSettings())
    assert len(finer.passages) > len(usual.passages)
    assert len(finer.first(3).passages) == len(finer.first(3).embedded) == 3


def test_sampled_texts_are_the_same_each_time_and_differ_from_each_other(small_corpus: Path) -> None:
    real = real_texts(small_corpus, 1, SplitSettings())
    encoded = [Encoded(pooled, pooled[None], pooled[:1].astype("int32")) for pooled in _vectors(len(real.passages))]
    one, again = Sampled.of(real, encoded, seed=1), Sampled.of(real, encoded, seed=1)
    assert one.passage(7) == again.passage(7)
    assert len({one.passage(n).text for n in range(50)}) == 50
    assert one.vector(7).tolist() == again.vector(7).tolist()
    assert float(one.vector(7) @ one.vector(7)) == pytest.approx(1, abs=1e-5)
    # Near two of the real ones, the same as none.
    near = sorted(float(one.vector(n) @ other.pooled) for n in range(20) for other in encoded)
    assert 0.8 < near[-1] < 0.99
    assert len({round(float(one.vector(n) @ one.base(n).pooled), 2) for n in range(20)}) > 5


def _vectors(count: int) -> list[np.ndarray]:
    made = np.random.default_rng(0).standard_normal((count, 384)).astype(np.float32)
    return list(made / np.linalg.norm(made, axis=1, keepdims=True))
