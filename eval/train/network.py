"""The network that reads a question and a passage together: does the passage hold the answer, and where?

The lower half of MiniLM, as it is installed, encodes question and passage apart; copies of its upper layers, trained
for this job, read the two as one sequence (after DeFormer: Cao et al., ACL 2020). Each token of the passage, and one
place for "not here", compete in one softmax.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, HEADS, INNER = 384, 12, 1536
LOWER, UPPER = 3, 2  # layers that are kept as installed, and copies of the next ones that are trained
_LAYER_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "last_norm": "output.LayerNorm",
}


class Layer(nn.Module):
    """One BERT encoder layer."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm, self.last_norm = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, states: Tensor, seen: Tensor) -> Tensor:
        """`states` (n, length, WIDTH); `seen` (n, 1, 1, length), true where there is a token."""
        n, length, _ = states.shape
        query, key, value = (
            part(states).view(n, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        looked = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        states = self.norm(states + self.joined(looked.transpose(1, 2).reshape(n, length, WIDTH)))
        out: Tensor = self.last_norm(states + self.outer(F.gelu(self.inner(states))))
        return out


class Lower(nn.Module):
    """Token ids -> states after the first layers of MiniLM. Never trained."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LOWER))

    def forward(self, ids: Tensor) -> Tensor:
        """(n, length) padded with 0 -> (n, length, WIDTH)."""
        states: Tensor = self.norm(self.words(ids) + self.places.weight[: ids.shape[1]] + self.kind)
        seen = (ids != 0)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, seen)
        return states


class Upper(nn.Module):
    """States of question and passage -> one logit for "not here" and one for each place of the passage."""

    def __init__(self) -> None:
        super().__init__()
        self.side = nn.Parameter(torch.zeros(2, WIDTH))
        self.shared = nn.Parameter(torch.zeros(WIDTH))
        self.layers = nn.ModuleList(Layer() for _ in range(UPPER))
        self.here, self.nowhere = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)

    def forward(self, question: Tensor, asked: Tensor, passage: Tensor, read: Tensor, shared: Tensor) -> Tensor:
        """`question` (n, q, WIDTH) and `passage` (n, p, WIDTH) are states, `asked` and `read` their masks; `shared`
        (n, p) says which words of the passage stand in the question. Returns (n, 1 + p) logits; -inf for padding."""
        marked = passage + self.side[1] + shared.unsqueeze(-1).to(passage.dtype) * self.shared
        states = torch.cat([question + self.side[0], marked], dim=1)
        seen = torch.cat([asked, read], dim=1)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, seen)
        places = self.here(states[:, question.shape[1] :]).squeeze(-1).masked_fill(~read, float("-inf"))
        return torch.cat([self.nowhere(states[:, 0]), places], dim=1)


def read_lower(weights: Mapping[str, Tensor]) -> Lower:
    """The lower half from the tensors of the published model."""
    lower = Lower()
    with torch.no_grad():
        lower.words.weight.copy_(weights["embeddings.word_embeddings.weight"])
        lower.places.weight.copy_(weights["embeddings.position_embeddings.weight"])
        lower.kind.copy_(weights["embeddings.token_type_embeddings.weight"][0])
        lower.norm.weight.copy_(weights["embeddings.LayerNorm.weight"])
        lower.norm.bias.copy_(weights["embeddings.LayerNorm.bias"])
    _copy(lower.layers, weights, first=0)
    return lower.requires_grad_(False).eval()


def fresh_upper(weights: Mapping[str, Tensor]) -> Upper:
    """The upper half before any training."""
    upper = Upper()
    _copy(upper.layers, weights, first=LOWER)
    nn.init.normal_(upper.side, std=0.02)
    nn.init.normal_(upper.shared, std=0.02)
    return upper


def _copy(layers: nn.ModuleList, weights: Mapping[str, Tensor], first: int) -> None:
    with torch.no_grad():
        for n, layer in enumerate(layers, start=first):
            for ours, theirs in _LAYER_NAMES.items():
                part = getattr(layer, ours)
                part.weight.copy_(weights[f"encoder.layer.{n}.{theirs}.weight"])
                part.bias.copy_(weights[f"encoder.layer.{n}.{theirs}.bias"])


def published(folder: Path) -> dict[str, Tensor]:
    """The tensors of the installed MiniLM."""
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")
