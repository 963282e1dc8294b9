"""Passages of different documents that say nearly the same: sketches (MinHash) find the pairs in time that grows with
the number of passages only, and a comparison of the texts confirms each."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from index.model import Passage
from index.words import words

if TYPE_CHECKING:
    from datasketch import LeanMinHash

NEAR = 90  # rapidfuzz token set ratio from which two passages count as nearly the same
_VALUES, _SCHEME = 64, "affine32"
_BANDS = (16, 4)  # of texts that share 70 % of their word pairs 99 in 100 become candidates, of 30 % one in eight
_MIX = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0xD6E8FEB86659FD93,
)  # large and odd: a number a value
_MOST_COMPARED = 20  # a passage that stands in a hundred reports is told once, not a hundred times


@dataclass(frozen=True, slots=True)
class Alike:
    """A passage, and an earlier one of another document that says nearly the same."""

    source_id: str
    passage_id: str
    other_source_id: str
    other_passage_id: str


def sketches(texts: Iterable[str]) -> list[bytes]:
    """One sketch a text, to be kept: 64 numbers from which nothing of the text can be read."""
    from datasketch import MinHash  # slow: brings SciPy, which only a change of the documents needs

    # crc32 is four times as quick as the default and as good for this.
    made = MinHash.generator([_pairs(text) for text in texts], num_perm=_VALUES, hashfunc=zlib.crc32, scheme=_SCHEME)
    return [np.asarray(one.hashvalues, dtype=np.uint32).tobytes() for one in made]


def _pairs(text: str) -> list[bytes]:
    """Words two by two; the words themselves where there is only one."""
    said = words(text)
    return [f"{one} {two}".encode() for one, two in zip(said, said[1:], strict=False)] or [w.encode() for w in said]


def near_duplicates(
    passages: Sequence[Passage], sketched: Mapping[str, bytes], of: Collection[str] | None = None
) -> list[Alike]:
    """One for each passage that has a twin; only for the passages of the sources `of`, where given, which are then held
    against all others."""
    from datasketch import MinHashLSH

    known = {p.id: p for p in passages}
    looked_at = [p for p in passages if of is None or p.source_id in of]
    table = MinHashLSH(num_perm=_VALUES, params=_BANDS)
    if of is not None:
        others = [p.id for p in passages if p.source_id not in of]
        for id_ in _may_be_alike(others, [p.id for p in looked_at], sketched):
            table.insert(id_, _read(sketched[id_]))
    found: list[Alike] = []
    for passage in looked_at:
        sketch = _read(sketched[passage.id])
        if twin := _twin(passage, table.query(sketch), known):
            found.append(Alike(passage.source_id, passage.id, twin.source_id, twin.id))
        else:  # of those that are alike only the first is held against what follows
            table.insert(passage.id, sketch)
    return found


def _may_be_alike(ids: Sequence[str], few: Sequence[str], sketched: Mapping[str, bytes]) -> list[str]:
    """Of `ids` those that share a band with one of `few`, and a stray one now and then: quick, where a table of all is not."""
    if not ids or not few:
        return []
    shared = np.zeros(len(ids), dtype=bool)
    for all_of_one, few_of_one in zip(_bands(ids, sketched), _bands(few, sketched), strict=True):
        shared |= np.isin(all_of_one, few_of_one)
    return [id_ for id_, may in zip(ids, shared, strict=True) if may]


def _bands(ids: Sequence[str], sketched: Mapping[str, bytes]) -> NDArray[np.uint64]:
    """(bands, texts): one number for each band of each sketch."""
    values = np.frombuffer(b"".join(sketched[id_] for id_ in ids), dtype=np.uint32).reshape(len(ids), *_BANDS)
    mixed = values.astype(np.uint64) @ np.array(_MIX, dtype=np.uint64)  # wraps around, which is as good
    return np.ascontiguousarray(mixed.T)


def _read(sketch: bytes) -> LeanMinHash:
    from datasketch import LeanMinHash

    return LeanMinHash(seed=1, scheme=_SCHEME, hashvalues=np.frombuffer(sketch, dtype=np.uint32))


def _twin(passage: Passage, candidates: Iterable[str], known: Mapping[str, Passage]) -> Passage | None:
    others = (known[id_] for id_ in sorted(candidates) if known[id_].source_id != passage.source_id)
    for _, other in zip(range(_MOST_COMPARED), others, strict=False):
        if fuzz.token_set_ratio(passage.text, other.text) >= NEAR:
            return other
    return None
