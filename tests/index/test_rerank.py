"""A cross-encoder by setting: a real one, though so small that it knows nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from index.embedding import SentenceEmbedding, bundled_path
from index.errors import ModelUnusable
from index.open import open_index
from index.rerank import cross_encoder
from index.settings import IndexSettings, SearchSettings


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights behind the real tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("cross-encoder")
    tokenizer = AutoTokenizer.from_pretrained(str(bundled_path()))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_it_is_loaded_from_its_folder_and_scores_what_was_found(
    tiny: Path, small_settings: Settings, embedding: SentenceEmbedding
) -> None:
    settings = IndexSettings(search=SearchSettings(rerank=str(tiny)))
    with open_index(small_settings.paths.data, settings, embedding) as index:
        assert index.searcher.parts.reranker is not None
        hits = index.searcher.search("Where does the welcome desk stand?")
        assert "entrance of the town library" in " ".join(hits[0].passage.text.split())  # the other signs count too
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert hits == index.searcher.search("Where does the welcome desk stand?")


def test_code_from_the_model_s_folder_stays_off(tiny: Path) -> None:
    assert not cross_encoder(str(tiny), 5).trust_remote_code  # type: ignore[attr-defined]


def test_one_that_is_not_there_is_told() -> None:
    with pytest.raises(ModelUnusable, match="'/no/such/model' cannot be loaded.*leave that at 'late'"):
        cross_encoder("/no/such/model", 5)
