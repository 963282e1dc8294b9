"""Questions are compared by an encoder of their own: it holds apart what is asked about one thing."""

from __future__ import annotations

import numpy as np
import pytest

from index.embedding import SentenceEmbedding, fingerprint_of
from index.library import asked_key, vector_key
from index.likeness import digest_of
from index.settings import EmbeddingSettings

ABOUT = "What was the exhibition at the museum about?"
SAME = "which story did the museum's display tell?"
OTHER = "How long was the exhibition at the museum open?"


def gap(vectors: list[np.ndarray]) -> float:
    """How much nearer the same question in other words comes than another about the same thing."""
    about, same, other = vectors
    return float(about @ same - about @ other)


def test_another_question_about_the_same_thing_is_further_off_than_before(embedding: SentenceEmbedding) -> None:
    asked = [one.pooled for one in embedding.encode_asked([ABOUT, SAME, OTHER])]
    searched = [one.pooled for one in embedding.encode([ABOUT, SAME, OTHER])]
    assert gap(asked) > gap(searched)


def test_no_token_of_a_question_is_kept_for_that(embedding: SentenceEmbedding) -> None:
    (one,) = embedding.encode_asked([ABOUT])
    assert one.pooled.shape == (384,) and one.tokens.shape == (0, 384) and not len(one.token_ids)
    assert float(np.linalg.norm(one.pooled)) == pytest.approx(1, abs=1e-3)


def test_other_weights_or_none_name_other_vectors_of_questions_and_the_same_of_passages() -> None:
    on, off = (fingerprint_of(EmbeddingSettings(likeness=likeness)) for likeness in (True, False))
    assert digest_of() in on and digest_of() not in off
    assert vector_key(on, "text") == vector_key(off, "text") == asked_key(off, "text") != asked_key(on, "text")
