"""Token vectors: what rounding them costs, and late interaction over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.embedding import SentenceEmbedding
from index.library import Library
from index.model import Encoded
from index.open import OpenIndex
from index.rerank import LateInteractionRerank
from index.search import Searcher

QUESTIONS = [
    "Where does the desk stand?",
    "Why did two cafés close?",
    "Who pays for the kitchen?",
    "forum of landlords",
]


def exact(query: Encoded, text: Encoded, weights: np.ndarray) -> float:
    return float((query.tokens @ text.tokens.T).max(axis=1) @ weights)


def test_rounding_to_a_byte_costs_less_than_a_hundredth(small_index: OpenIndex, embedding: SentenceEmbedding) -> None:
    tokens = small_index.searcher.parts.tokens
    texts = embedding.encode([small_index.shelf.embedded[id_] for id_ in tokens.ids])
    for query in embedding.encode(QUESTIONS):
        scores = tokens.scores(query, tokens.ids)
        for id_, text in zip(tokens.ids, texts, strict=True):
            assert scores[id_] == pytest.approx(exact(query, text, tokens.weights(query)), abs=0.01)


def test_a_text_scores_one_against_itself(by_words: OpenIndex) -> None:
    tokens = by_words.searcher.parts.tokens
    for id_ in tokens.ids:
        itself = by_words.searcher.encode(by_words.shelf.embedded[id_])
        assert tokens.scores(itself, [id_])[id_] == pytest.approx(1.0, abs=0.02)


def test_weights_sum_to_one_and_favour_the_rare(by_words: OpenIndex) -> None:
    tokens = by_words.searcher.parts.tokens
    weights = tokens.weights(by_words.searcher.encode("the kitchen"))
    assert weights.sum() == pytest.approx(1.0)
    assert weights[1] > weights[0]


def test_a_token_that_no_text_holds_weighs_as_the_rarest(by_words: OpenIndex) -> None:
    tokens = by_words.searcher.parts.tokens
    beyond = np.array([10_000_000], dtype=np.int32)  # some models have a quarter of a million word pieces
    assert tokens.rarity(beyond) == tokens.rarity(np.arange(30_000, dtype=np.int32)).max()


def test_a_question_without_tokens_scores_nothing(by_words: OpenIndex) -> None:
    tokens = by_words.searcher.parts.tokens
    assert tokens.scores(by_words.searcher.encode("?"), tokens.ids[:1]) == {tokens.ids[0]: 0.0}


def test_vectors_come_back_from_the_library_as_they_went_in(tmp_path: Path) -> None:
    pooled = np.array([0.6, 0.8], dtype=np.float32)
    rows = np.array([[1.0, 0.0], [0.5, -0.5]], dtype=np.float32)
    with Library(tmp_path / "library.sqlite") as library:
        library.put_vectors([("key", Encoded(pooled, rows, np.array([7, 9], dtype=np.int32)))])
        assert library.pooled("key").tolist() == pooled.tolist()
        ids, small = library.tokens("key")
    assert ids.tolist() == [7, 9]
    assert small.tolist() == [[127, 0], [64, -64]]  # 0.5 x 127 = 63.5


def test_late_interaction_plugs_into_llama_index(by_words: OpenIndex) -> None:
    searcher: Searcher = by_words.searcher
    nodes = [NodeWithScore(node=TextNode(id_=p.id, text=p.text), score=0.0) for p in by_words.shelf.passages()]
    rerank = LateInteractionRerank(searcher.parts.tokens, searcher.parts.embedding)
    best, *_ = rerank.postprocess_nodes(nodes, QueryBundle("bus stopped running after eight in the evening"))
    assert "Two cafés closed" in best.node.get_content()
