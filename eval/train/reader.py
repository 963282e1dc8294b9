"""The network that reads a question and a passage together (cross-encoder: Nogueira and Cho 2019): whether the passage answers,
and where the answer begins (Devlin, Chang, Lee and Toutanova, NAACL 2019, who have it begin at the first mark where there is
none). It starts from the installed MiniLM; its word vectors stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn

from index.embedding import bundled_path, dtype_here
from index.likeness import CARD, Card, trained_layers

_PIECES = 320  # word pieces of question and passage together
ALL_LAYERS = ("encoder.", "heads.")


@dataclass(frozen=True, slots=True)
class Told:
    """Of n pairs: (n,) log odds that the passage answers; (n, pieces) how much each word piece is where the answer begins, the
    first standing for nowhere; next to nothing where there is no passage."""

    answers: Tensor
    begins: Tensor


class Reader(nn.Module):
    """Pairs -> what they say."""

    def __init__(self) -> None:
        super().__init__()
        model = SentenceTransformer(str(bundled_path()), device="cpu")
        self.tokenizer: Any = model.tokenizer
        self.network = cast(nn.Module, model[0].auto_model)
        for name, part in self.network.named_parameters():
            part.requires_grad = name.startswith("encoder.")
        for layer in self.network.modules():
            if isinstance(layer, nn.Dropout):
                layer.p = 0.0  # hardly any pair is seen twice, and to draw what is left out takes half of the time
        width = int(self.network.get_input_embeddings().weight.shape[1])  # type: ignore[operator]
        torch.manual_seed(0)
        self.heads = nn.ModuleDict({"answers": nn.Linear(width, 1), "begins": nn.Linear(width, 1)})

    def code(self, questions: Sequence[str], passages: Sequence[str]) -> Any:
        """Word pieces of the pairs, with where in the passage each begins and ends."""
        return self.tokenizer(
            list(questions),
            list(passages),
            truncation="only_second",
            max_length=_PIECES,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )

    def forward(self, coded: Any) -> Told:
        given = {name: coded[name] for name in ("input_ids", "attention_mask", "token_type_ids")}
        states = self.network(**given).last_hidden_state
        begins = self.heads["begins"](states)[..., 0].float()
        return Told(self.heads["answers"](states[:, 0])[:, 0].float(), begins.masked_fill(~places(coded), -1e4))


def places(coded: Any) -> Tensor:
    """(n, pieces): the word pieces of the passage, and the first mark."""
    there = torch.stack([torch.tensor([s == 1 for s in coded.sequence_ids(n)]) for n in range(len(coded["input_ids"]))])
    there[:, 0] = True
    return there


def piece_at(coded: Any, pair: int, at: int) -> int | None:
    """The word piece of the passage that holds this character; None when it was cut off."""
    found: int | None = coded.char_to_token(pair, at, sequence_index=1)
    return found


class Trained:
    """A reader as a training wrote it. The log odds are divided by the temperature of its card."""

    def __init__(self, folder: Path) -> None:
        self._reader = Reader()
        self._reader.load_state_dict({k: part.float() for k, part in trained_layers(folder).items()}, strict=False)
        self._reader.eval()
        card = Card.model_validate_json((folder / CARD).read_bytes())
        self._temperature = float(str(card.made["temperature"]))

    def read(self, question: str, passages: Sequence[str]) -> list[tuple[float, int]]:
        """Of each passage, at least one: the chance that it answers, and the character at which the answer would begin."""
        coded = self._reader.code([question] * len(passages), passages)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=dtype_here() == "bfloat16"):
            told: Told = self._reader(coded)
        chances = torch.sigmoid(told.answers / self._temperature).tolist()
        pieces = (told.begins[:, 1:].argmax(1) + 1).tolist()
        return [
            (chance, int(coded["offset_mapping"][n, at, 0]))
            for n, (chance, at) in enumerate(zip(chances, pieces, strict=True))
        ]
