"""Texts are encoded some at a time, and come back in their order."""

from __future__ import annotations

from index.embedding import _batches
from tests.index.doubles import WordVectors


def test_a_batch_holds_texts_of_like_length_and_fewer_long_ones() -> None:
    texts = ["x" * 2500, "x" * 10, "x" * 2000, "x" * 9000, "x" * 20, "x" * 30]
    assert list(_batches(texts, 2)) == [[1, 4], [5, 2], [0], [3]]
    assert list(_batches(texts, 32)) == [[1, 4, 5], [2, 0], [3]]
    assert list(_batches([], 8)) == []


def test_vectors_come_in_the_order_of_the_texts_and_every_text_is_counted() -> None:
    texts = [f"word{n} " * (40 - n) for n in range(40)]
    counted: list[int] = []
    together = WordVectors().encode(texts, counted.append)
    assert sum(counted) == len(texts)
    for text, one in zip(texts, together, strict=True):
        (alone,) = WordVectors().encode([text])
        assert one.token_ids.tolist() == alone.token_ids.tolist()
