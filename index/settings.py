"""How passages are made, embedded and searched."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SplitSettings(_Section):
    """Sizes in words. A sentence is never cut, so a passage may be longer than `most` when one sentence is."""

    target: int = Field(130, ge=20, le=1000)
    most: int = Field(190, ge=30, le=2000)
    box_most: int = Field(340, ge=30, le=4000, description="a case-study box up to this length stays whole")


class EmbeddingSettings(_Section):
    model: str = Field("", description="name or folder of a sentence-transformers model; empty for the bundled MiniLM")
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    batch_size: int = Field(32, ge=1, le=1024)
    likeness: bool = Field(True, description="compare questions with questions by the encoder that was trained for it")
    multilingual: bool = Field(False, description="the model reads other languages too: questions in them are searched")

    @model_validator(mode="after")
    def _a_model_that_can(self) -> Self:
        if self.multilingual and not self.model:
            raise ValueError(
                "multilingual needs a model that reads other languages: the bundled MiniLM reads English only"
            )
        return self


class SearchSettings(_Section):
    """Each part can be switched off, so that what it is worth can be measured."""

    top_k: int = Field(10, ge=1, le=200)
    candidates: int = Field(40, ge=5, le=500, description="passages that each way of searching may propose")
    rrf_k: int = Field(60, ge=1, le=1000, description="the constant of reciprocal rank fusion")
    dense: bool = True
    lexical: bool = True
    questions: bool = Field(True, description="match predicted questions beside the text")
    unanswerable: bool = Field(True, description="tell a close miss by questions that the documents do not answer")
    spelling: bool = Field(True, description="put misspelt words right against those of the documents")
    abbreviations: bool = Field(True, description="look for what an abbreviation stands for, and the other way round")
    named: bool = Field(True, description="prefer the sources and the names that a question names")
    rerank: str = Field("late", description="'late', 'none', or a sentence-transformers CrossEncoder by name or folder")


class ChromaSettings(_Section):
    """Embedded by default; with a host, one collection per generation on a Chroma server. For Chroma's cloud: host
    "api.trychroma.com", port 443, ssl, and its tenant, database and key (as token)."""

    host: str = ""
    port: int = Field(8000, ge=1, le=65535)
    ssl: bool = False
    tenant: str = "default_tenant"
    database: str = "default_database"
    token: SecretStr = Field(SecretStr(""), description="key of a cloud, or what the proxy before a server wants")
    token_header: str = Field("x-chroma-token", description="the header that carries the token")
    answer_seconds: float = Field(10, gt=0, le=600, description="a server that takes longer counts as down")
    retry_seconds: float = Field(15, ge=0, le=3600, description="a server that failed is asked again after this long")


class IndexSettings(_Section):
    split: SplitSettings = SplitSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    search: SearchSettings = SearchSettings()
    chroma: ChromaSettings = ChromaSettings()
