"""Questions and passages to learn from: public sets in JSON lines, and our own predicted questions over the shelf."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a passage. `where` are the letters of the passage that hold the answer; None when nothing does, the
    whole passage when it does but nobody marked where."""

    question: str
    where: Span | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """One passage and what is asked of it. `whole` keeps it from being cut: where an answer stands is not known, or its
    words were taken out. At most `most` questions with and `most` without an answer are taken at a time."""

    passage: str
    asked: tuple[Asked, ...]
    set: str
    whole: bool = False
    held_out: bool = False
    most: int = 3


def read_sets(folder: Path, limits: dict[str, int]) -> list[Bundle]:
    """The sets named in `limits`, at most so many questions of each (those of least digest, so that the choice is
    random and always the same)."""
    return [bundle for name, limit in limits.items() for bundle in _read(folder / f"{name}.jsonl.gz", name, limit)]


def _read(path: Path, name: str, limit: int) -> Iterator[Bundle]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    groups = sorted({row["group"] for row in rows}, key=_digest)[:limit]
    kept, by_passage = set(groups), defaultdict(list)
    for row in rows:
        if row["group"] in kept:
            by_passage[row["p"]].append(row)
    for passage, about in by_passage.items():
        yield _bundle(passage, about, name)


def _bundle(passage: str, rows: list[dict[str, object]], name: str) -> Bundle:
    right = [row for row in rows if row["label"]]
    wrong = sorted((row for row in rows if not row["label"]), key=lambda row: _digest(str(row["q"])))
    asked = [Asked(str(row["q"]), _where(row, passage)) for row in right]
    asked += [Asked(str(row["q"]), None) for row in wrong[: max(1, len(right))]]
    unmarked = any(not row.get("span") for row in right)
    return Bundle(passage, tuple(asked), name, unmarked or not right, int(_digest(passage)[:4], 16) % 40 == 0)


def _where(row: dict[str, object], passage: str) -> Span:
    span = row.get("span")
    return (int(span[0]), int(span[1])) if isinstance(span, list) else (0, len(passage))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def count(bundles: Iterable[Bundle]) -> dict[str, dict[str, int]]:
    """How many questions of each set, with and without an answer."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"answered": 0, "not": 0})
    for bundle in bundles:
        for one in bundle.asked:
            found[bundle.set]["answered" if one.where else "not"] += 1
    return dict(found)
