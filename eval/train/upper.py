"""The network that is trained: the installed MiniLM, whose upper half alone may change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn import functional as F

from index.embedding import bundled_path

LAYERS = ("encoder.layer.3.", "encoder.layer.4.", "encoder.layer.5.")
"""What is trained: the upper half. The lower half and the words stay as installed."""


class Upper:
    """Texts -> vectors, through weights that may be learnt."""

    def __init__(self) -> None:
        self._model = SentenceTransformer(str(bundled_path()), device="cpu")
        for name, part in self.network.named_parameters():
            part.requires_grad = name.startswith(LAYERS)

    @property
    def network(self) -> nn.Module:
        return cast(nn.Module, self._model[0].auto_model)

    def pooled(self, texts: Sequence[str], pieces: int) -> Tensor:
        """(n, dimensions), of unit length; of each text no more than so many word pieces are read."""
        return F.normalize(self._run(texts, pieces)["sentence_embedding"].float(), dim=-1)

    def both(self, texts: Sequence[str], pieces: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The same; (n, pieces, dimensions) of each word piece, of unit length; (n, pieces) their ids; and whether there is one
        that means something."""
        out = self._run(texts, pieces)
        ids, there = out["input_ids"], out["attention_mask"].bool()
        for special in self._model.tokenizer.all_special_ids:
            there = there & (ids != special)
        tokens = F.normalize(out["token_embeddings"].float(), dim=-1)
        return F.normalize(out["sentence_embedding"].float(), dim=-1), tokens, ids, there

    def ids(self, texts: Sequence[str], pieces: int) -> list[list[int]]:
        """The ids of the word pieces of each text."""
        coded = self._model.tokenizer(list(texts), truncation=True, max_length=pieces, add_special_tokens=False)
        found: list[list[int]] = coded["input_ids"]
        return found

    def _run(self, texts: Sequence[str], pieces: int) -> dict[str, Any]:
        self._model.max_seq_length = pieces
        out: dict[str, Any] = self._model(self._model.preprocess(list(texts)))
        return out
