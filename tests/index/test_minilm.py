"""The bundled model in torch alone says what sentence-transformers says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from index.any_model import AnyModel
from index.embedding import bundled_path
from index.errors import ModelUnusable
from index.likeness import trained_layers
from index.minilm import MiniLM

TEXTS = [
    "",
    "The welcome desk opened in May.",
    "  Croeso i bawb!  ☃ naïve café — “quoted”\n\tand (bracketed) ﬁgures: 1,250.50",
    "[SEP] is typed by nobody, and [UNK] by fewer; \u4f60\u597d, \u0627\u0644\u0633\u0644\u0627\u0645.",
    "How do councils help newcomers to learn English, and what does it cost them? " * 20,
    "word " * 700,
]


@pytest.fixture(scope="module")
def own() -> MiniLM:
    return MiniLM.read(bundled_path())


@pytest.fixture(scope="module")
def others() -> AnyModel:
    model = AnyModel(str(bundled_path()), "float32")
    model._model.max_seq_length = 512
    return model


def test_its_vectors_are_those_of_sentence_transformers(own: MiniLM, others: AnyModel) -> None:
    assert own.dimensions == others.dimensions == 384
    for mine, theirs in zip(own.encode(TEXTS), others.encode(TEXTS), strict=True):
        assert mine.token_ids.tolist() == theirs.token_ids.tolist()
        assert np.allclose(mine.pooled, theirs.pooled, atol=1e-5)
        assert np.allclose(mine.tokens, theirs.tokens, atol=1e-5)


def test_what_stands_beside_a_text_changes_nothing(own: MiniLM) -> None:
    together = own.encode(TEXTS)
    for text, one in zip(TEXTS, together, strict=True):
        (alone,) = own.encode([text])
        assert np.allclose(alone.pooled, one.pooled, atol=1e-5) and np.allclose(alone.tokens, one.tokens, atol=1e-5)


@pytest.mark.parametrize("text", TEXTS)
def test_its_tokens_stand_where_sentence_transformers_has_them(own: MiniLM, others: AnyModel, text: str) -> None:
    assert own.token_starts(text).tolist() == others.token_starts(text).tolist()


def test_it_knows_the_same_words(own: MiniLM, others: AnyModel) -> None:
    for word in ("english", "Rushmoor", "esol", "cohesion", "newcomer", "café", ""):
        assert own.is_word(word) == others.is_word(word), word


def test_it_computes_in_less_where_the_processor_does(own: MiniLM) -> None:
    (half,), (whole,) = (model.encode(TEXTS[1:2]) for model in (MiniLM.read(bundled_path(), "bfloat16"), own))
    assert half.pooled.dtype == np.float32 and float(half.pooled @ whole.pooled) > 0.99


def test_trained_layers_take_the_place_of_its_own_and_of_no_other_s(own: MiniLM) -> None:
    (before,) = own.encode(TEXTS[1:2])
    (compared,) = own.with_trained(trained_layers()).encode(TEXTS[1:2])
    (after,) = own.encode(TEXTS[1:2])
    assert np.array_equal(before.pooled, after.pooled) and not np.allclose(before.pooled, compared.pooled, atol=1e-2)
    with pytest.raises(ModelUnusable, match="has no decoder"):
        own.with_trained({"decoder.layer.0.weight": torch.zeros(2)})


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("left", [None, b"", b"{}"])
def test_a_missing_or_broken_file_is_told(tmp_path: Path, name: str, left: bytes | None) -> None:
    for whole in ("tokenizer.json", "model.safetensors"):
        (tmp_path / whole).symlink_to(bundled_path() / whole)
    (tmp_path / name).unlink()
    if left is not None:
        (tmp_path / name).write_bytes(left)
    with pytest.raises(ModelUnusable, match="cannot be read: .*Install it again"):
        MiniLM.read(tmp_path)


def test_no_library_of_models_asks_the_network_whichever_model_is_loaded() -> None:
    asked = (
        "import index.minilm, os; from huggingface_hub import constants; "
        "print(constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY, os.environ['TOKENIZERS_PARALLELISM'])"
    )
    heeded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env={})
    assert heeded.stdout.split() == ["True", "True", "false"]
