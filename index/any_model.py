"""Any model that sentence-transformers can run, by name or folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnusable
from index.model import Encoded


class AnyModel:
    """Texts -> vectors. Never from the network. Raises ModelUnusable when there is no such model. One thread at a time."""

    def __init__(self, path: str, dtype: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer  # slow
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # type: ignore[no-untyped-call]
            options = {"dtype": dtype}
            self._model: Any = SentenceTransformer(path, device="cpu", model_kwargs=options, trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise ModelUnusable(
                f"The embedding model '{path}' cannot be loaded: {error}. Give a folder that holds it."
            ) from error

    @property
    def dimensions(self) -> int:
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        import torch

        with torch.inference_mode():
            features = self._model.preprocess(list(texts))
            ids, there = features["input_ids"].numpy(), features["attention_mask"].numpy().astype(bool)
            out = self._model(features)
            pooled = torch.nn.functional.normalize(out["sentence_embedding"].float(), dim=-1).numpy()
            tokens = torch.nn.functional.normalize(out["token_embeddings"].float(), dim=-1).numpy()
        kept = there & ~np.isin(ids, self._model.tokenizer.all_special_ids)
        return [Encoded(pooled[n], tokens[n][kept[n]], ids[n][kept[n]].astype(np.int32)) for n in range(len(texts))]

    def token_starts(self, text: str) -> NDArray[np.int32]:
        """The offset in `text` of each of its tokens, in step with `Encoded.tokens`."""
        tokenizer, most = self._model.tokenizer, self._model.max_seq_length
        coded = tokenizer(text, return_offsets_mapping=True, truncation=True, max_length=most)
        kept = ~np.isin(coded["input_ids"], tokenizer.all_special_ids)
        starts: NDArray[np.int32] = np.asarray(coded["offset_mapping"], dtype=np.int32)[kept, 0]
        return starts

    def is_word(self, word: str) -> bool:
        """Whether its vocabulary has the word whole."""
        return len(self._model.tokenizer.tokenize(word)) == 1
