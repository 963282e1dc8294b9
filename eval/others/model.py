"""What every reader of another set gives: papers to put on a shelf, and cases that ask about them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import tomlkit

from eval.errors import EvalError
from eval.folder import write_lines, write_text
from eval.model import Case
from ingest.shelf import slug_of


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the set: its paragraphs in order."""

    id: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Others:
    """`papers` is empty when the set asks about documents that are on a shelf already. `left_out` says in words what
    was not taken over, and how much of it."""

    papers: tuple[Paper, ...]
    cases: tuple[Case, ...]
    left_out: tuple[str, ...] = ()


def sampled(others: Others, most: int | None, seed: int) -> Others:
    """At most that many cases, drawn at random, in their order; every paper stays, so that the search is as hard."""
    if most is None or most >= len(others.cases):
        return others
    drawn = sorted(random.Random(seed).sample(range(len(others.cases)), most))
    return replace(others, cases=tuple(others.cases[n] for n in drawn))


def write_others(others: Others, out: Path) -> tuple[Path, Path | None]:
    """DIR/cases.jsonl, and DIR/corpus with a text file a paper if there are any; both paths."""
    out.mkdir(parents=True, exist_ok=True)
    cases = out / "cases.jsonl"
    write_lines(cases, others.cases)
    return cases, _write_corpus(others.papers, out / "corpus") if others.papers else None


def _write_corpus(papers: Sequence[Paper], corpus: Path) -> Path:
    if corpus.exists() and any(corpus.glob("*.txt")) and not (corpus / "catalogue.toml").is_file():
        raise EvalError(f"{corpus} holds other files; give another folder with --out.")
    corpus.mkdir(exist_ok=True)
    for paper in papers:
        write_text(corpus / f"{paper.id}.txt", "\n\n".join(paper.paragraphs) + "\n")
    entries = [{"id": paper.id, "file": f"{paper.id}.txt", "title": paper.title} for paper in papers]
    write_text(corpus / "catalogue.toml", tomlkit.dumps({"document": entries}))
    return corpus


def paper_id(title: str) -> str:
    """A file name made of the title; a digest where the title has no letters for one."""
    return slug_of(title) or hashlib.sha256(title.encode()).hexdigest()[:12]
