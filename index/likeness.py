"""The encoder that questions are compared by: MiniLM whose upper layers were trained to bring together questions that ask the
same and to part those that ask something near it.

"How long was the exhibition open?" and "What was the exhibition about?" are nearly one point for an encoder of texts; for
this one they are not. The training is `eval/train`; data, figures and limits stand in the card beside the weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ModelUnusable

if TYPE_CHECKING:
    from torch import Tensor

FOLDER = Path(__file__).parent / "likeness_weights"
WEIGHTS, CARD = "likeness.safetensors", "likeness.json"


class Card(BaseModel):
    """What is known of the weights: their digest, that of the weights they were trained from, and how (see `eval.train`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str = Field(min_length=64, max_length=64)
    base_sha256: str
    made: dict[str, object] = {}


@cache
def digest_of(folder: Path = FOLDER) -> str:
    """The first letters of the digest of the weights. Raises ModelUnusable when they are not those that the card names."""
    try:
        card = Card.model_validate_json((folder / CARD).read_bytes())
        found = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    except (OSError, ValidationError) as error:
        raise ModelUnusable(f"The weights in {folder} cannot be read: {error}. Get them again as published.") from error
    if found != card.sha256:
        raise ModelUnusable(
            f"{folder / WEIGHTS} is not as published (SHA-256 {found[:16]}, expected {card.sha256[:16]}). Get it again."
        )
    return found[:16]


def trained_layers(folder: Path = FOLDER) -> Mapping[str, Tensor]:
    """The trained weights, by the names of those that they take the place of. Raises ModelUnusable."""
    from safetensors.torch import load_file

    digest_of(folder)
    return load_file(folder / WEIGHTS)
