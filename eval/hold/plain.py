"""For comparison: a program that writes to a plain Chroma folder, as most do, and is killed.

It upserts batches with Chroma's defaults and says so after each; a fresh process then opens the folder, counts, and
looks for every acknowledged vector by itself.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.hold.experiment import Run
from eval.hold.processes import kill, say, serve, start
from index.chroma import open_chroma
from index.settings import ChromaSettings

_NAME, _DIMENSIONS, _BATCH, _BATCHES = "plain", 384, 100, 60
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Compared:
    """How each kill ended, in words."""

    ends: tuple[str, ...]

    def figures(self) -> dict[str, object]:
        return {"kills": len(self.ends), "ends": dict(Counter(self.ends).most_common())}


def kills(number: int, draw: random.Random, run: Run) -> Compared:
    if not number:
        return Compared(())
    seconds = _rehearsed(run.scratch / "plain")
    ends = []
    for n in range(number):
        run.tell("plain Chroma", n, number)
        ends.append(_one(run.scratch / f"plain-{n}", draw.uniform(0, seconds)))
    return Compared(tuple(ends))


def _rehearsed(folder: Path) -> float:
    """Seconds from the first acknowledged batch to the last."""
    child = start("plain", "write", folder=str(folder))
    assert child.stdout
    child.stdout.readline()
    started = time.monotonic()
    child.communicate(timeout=_PATIENCE)
    shutil.rmtree(folder)
    return time.monotonic() - started


def _one(folder: Path, seconds: float) -> str:
    child = start("plain", "write", folder=str(folder))
    assert child.stdout
    first = child.stdout.readline()
    time.sleep(seconds)
    kill(child)
    told, _ = child.communicate(timeout=_PATIENCE)
    acknowledged = [int(line) for line in (first + told).splitlines() if line.isdigit()]
    try:
        return _looked_at(folder, max(acknowledged, default=0))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _looked_at(folder: Path, acknowledged: int) -> str:
    child = start("plain", "look", folder=str(folder), acknowledged=acknowledged)
    try:
        told, complaint = child.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        kill(child)
        child.communicate()
        return "opening it hangs"
    if child.returncode < 0:
        return f"opening it ends the process ({signal.Signals(-child.returncode).name})"
    if child.returncode:
        return f"opening it fails ({complaint.strip().splitlines()[-1][:90]})"
    return str(json.loads(told))


# in the child


def write(folder: str) -> None:
    """Says how many vectors are acknowledged after each batch."""
    made = _vectors()
    with open_chroma(ChromaSettings(), Path(folder)) as client:
        collection = client.create_collection(
            _NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        for at in range(0, len(made), _BATCH):
            batch = range(at, at + _BATCH)
            collection.upsert(ids=[str(n) for n in batch], embeddings=made[at : at + _BATCH])
            say(at + _BATCH)


def look(folder: str, acknowledged: int) -> None:
    """Says how it was found, in words."""
    made = _vectors()[:acknowledged]
    with open_chroma(ChromaSettings(), Path(folder)) as client:
        collection = client.get_collection(_NAME, embedding_function=None)
        held = set(collection.get(ids=[str(n) for n in range(acknowledged)], include=[])["ids"])
        missed = sum(
            str(n) not in collection.query(query_embeddings=[vector], n_results=3)["ids"][0]
            for n, vector in enumerate(made)
            if str(n) in held
        )
    lost = acknowledged - len(held)
    say(f"{'rows lost, ' if lost else ''}{'vectors not found' if missed else ''}".rstrip(", ") or "sound")


def _vectors() -> NDArray[np.float32]:
    """The same on every call: (n, dimensions) of unit length."""
    made = np.random.default_rng(7).standard_normal((_BATCH * _BATCHES, _DIMENSIONS)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


if __name__ == "__main__":
    serve({"write": write, "look": look})
