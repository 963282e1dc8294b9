"""What a benchmark measures and what it found."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from index.settings import IndexSettings

Engine = Literal["ours", "stock"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(Part):
    """One engine at one size, measured in a process of its own. `real` passages of the corpus come first; the rest is
    sampled from them."""

    engine: Engine
    size: int
    queries: int
    corpus: Path
    folder: Path
    settings: IndexSettings
    seed: int = 20240917


class Times(Part):
    """Milliseconds over `count` searches, one after the other."""

    p50: float
    p95: float
    p99: float
    count: int


class Measured(Part):
    """`build_seconds` is from vectors to an index that serves; `open_seconds` from nothing to the first answer, the model's
    loading left out. Memory is of the process that searches: `resident_mb` all of it, `own_mb` without pages of mapped
    files, which the system takes back when it needs them. `look` is late interaction of one question with 30 passages, by the
    token vectors that are kept; `compared` one more encoding of a question, by the encoder that was trained for it. `steps` are
    milliseconds of a search, on average. `recall_at_10` is the share of the ten nearest vectors that search by meaning finds,
    over the questions asked."""

    engine: Engine
    size: int
    real: int
    build_seconds: float
    open_seconds: float
    search: Times
    look: Times | None = None
    compared: Times | None = None
    recall_at_10: float
    steps: dict[str, float]
    resident_mb: float
    own_mb: float
    disk_mb: float


class Rates(Part):
    """Passages encoded a second, with the same model on the same passages in turn. `ours` gives token vectors too."""

    passages: int
    ours: float
    stock: float
    dtype: str

    @property
    def ratio(self) -> float:
        return self.ours / self.stock


class Bench(Part):
    machine: dict[str, object]
    encoding: Rates
    sizes: tuple[Measured, ...]


def times(milliseconds: list[float]) -> Times:
    p50, p95, p99 = (round(float(x), 2) for x in np.percentile(milliseconds, [50, 95, 99]))
    return Times(p50=p50, p95=p95, p99=p99, count=len(milliseconds))
