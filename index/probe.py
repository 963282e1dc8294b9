"""Run in a process of its own: open a generation and see that it finds what it holds. Exit 0 when it is sound.

The folder is an argument; the settings of Chroma come on standard input, since an argument would show its token to everyone
on the machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from index.chroma import open_collection
from index.errors import IndexProblem
from index.generation import read_manifest
from index.lexical import LexicalIndex
from index.library import Library
from index.settings import ChromaSettings
from index.tokens import TokenVectors

_SAMPLE = 50
# Of the sample. In a sound graph of very many vectors that are nearly alike some cannot be reached (11 of 100, once, of 50,000
# that were sampled around a few hundred); in a broken one, most.
_MISSED = 0.5


def probe(folder: Path, settings: ChromaSettings) -> str | None:
    """What is wrong with the generation; None when nothing is."""
    manifest = read_manifest(folder)
    with open_collection(settings, folder / "chroma", manifest) as collection:
        if wrong := _do_not_find_themselves(collection):
            return f"{len(wrong)} passages do not find themselves, {wrong[0]} among them"
    for words in ("bm25", "bm25-expanded"):
        if len(LexicalIndex.load(folder / words).ids) != manifest.passages:
            return "the word index does not hold all passages"
    if len(TokenVectors(folder / "tokens").ids) != manifest.passages:
        return "the token vectors do not cover all passages"
    if len(TokenVectors(folder / "questions").ids) != manifest.questions:
        return "the token vectors do not cover all predicted questions"
    if len(np.load(folder / "asked" / "pooled.npy", mmap_mode="r")) != manifest.questions:
        return "not all predicted questions can be compared with"
    with Library(folder / "shelf.sqlite", fixed=True) as shelf:
        if shelf.passage_count() != manifest.passages:
            return "the shelf does not hold all passages"
    return None


def _do_not_find_themselves(collection: Any) -> list[str]:
    """Those of the first fifty passages and of the last fifty that a search for their own vector misses; none where they
    are so few that the graph may be sound."""
    last = max(_SAMPLE, collection.count() - _SAMPLE)
    samples = [collection.get(limit=_SAMPLE, offset=at, include=["embeddings", "metadatas"]) for at in (0, last)]
    missed = [id_ for sample in samples for id_ in _missed(collection, sample)]
    return missed if len(missed) > _MISSED * sum(len(sample["ids"]) for sample in samples) else []


def _missed(collection: Any, sample: Any) -> list[str]:
    return [
        str(id_)
        for id_, vector, metadata in zip(sample["ids"], sample["embeddings"], sample["metadatas"], strict=True)
        # Among very many that are nearly alike the graph may not come to the few of one source, but to itself.
        if not any(_found(collection, id_, vector, where) for where in ({"source_id": metadata["source_id"]}, None))
    ]


def _found(collection: Any, id_: str, vector: Any, where: dict[str, str] | None) -> bool:
    found = collection.query(query_embeddings=[vector], n_results=3, where=where)
    # A twin of the same text may come first, at the same distance.
    return id_ in found["ids"][0] or bool(found["distances"][0] and found["distances"][0][0] <= 1e-5)


if __name__ == "__main__":
    try:
        sys.exit(probe(Path(sys.argv[1]), ChromaSettings.model_validate_json(sys.stdin.read())))
    except IndexProblem as error:
        sys.exit(str(error))
