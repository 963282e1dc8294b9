"""Which language model may be asked, where it is reached, and what it may take: time, tokens, tries. Off by default."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_NEAR_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")


class LLMSettings(BaseModel):
    """Any endpoint that speaks the chat part of OpenAI's HTTP API: Ollama, llama.cpp, vLLM, or a hosted one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: str = Field("", description="its address, up to /v1; empty: no language model is used")
    model: str = Field("", max_length=200, description="the model's name at that endpoint")
    key: SecretStr = Field(SecretStr(""), description="its key, where it wants one; best given in the environment")
    allow_plain_http: bool = Field(False, description="send passages unencrypted to a machine outside this network")
    rewrite: bool = Field(True, description="let the model put a follow-up in words that stand alone")
    connect_seconds: float = Field(3, gt=0, le=60)
    silence_seconds: float = Field(30, gt=0, le=600, description="longest wait for the next word, and for the first")
    total_seconds: float = Field(45, gt=0, le=3600, description="what is written by then is what there is")
    retries: int = Field(1, ge=0, le=5, description="of a call that did not get through")
    at_once: int = Field(
        2, ge=1, le=64, description="calls at the same time; a question beyond them is answered without"
    )
    failures: int = Field(3, ge=1, le=100, description="calls that fail in a row before the model is left alone")
    rest_seconds: float = Field(60, gt=0, le=3600, description="for so long")
    context_tokens: int = Field(4096, ge=512, le=2_000_000, description="what the model can read and write in one call")
    most_tokens: int = Field(400, ge=32, le=4000, description="what it may write in one call")
    tokens_an_hour: int = Field(0, ge=0, description="read and written, by estimate, for all questions; 0: no limit")
    passages: int = Field(5, ge=1, le=20, description="passages that it is shown, as far as they fit")
    temperature: float = Field(0, ge=0, le=2)
    seed: int | None = Field(1, description="for endpoints that take one")

    @property
    def on(self) -> bool:
        return bool(self.endpoint)

    @property
    def near(self) -> bool:
        """Whether the endpoint is on this machine or its own network."""
        return is_near(urlsplit(self.endpoint).hostname or "")

    @model_validator(mode="after")
    def _usable(self) -> LLMSettings:
        if bool(self.endpoint) != bool(self.model):
            raise ValueError("give endpoint and model together, or neither")
        if self.on:
            _check_address(self.endpoint, self.near or self.allow_plain_http)
        if self.on and self.most_tokens * 2 > self.context_tokens:
            raise ValueError("most_tokens may be half of context_tokens at most: the passages must fit too")
        return self


def _check_address(endpoint: str, plain_http: bool) -> None:
    address = urlsplit(endpoint)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("endpoint must be an address such as http://127.0.0.1:11434/v1")
    if address.username or address.password or address.query or address.fragment:
        raise ValueError("endpoint must be an address alone; a key goes into 'key'")
    if address.scheme == "http" and not plain_http:
        raise ValueError(
            f"endpoint {address.hostname} is outside this network and http:// would send the passages unencrypted. "
            "Use https://, or set allow_plain_http = true"
        )


def is_near(host: str) -> bool:
    """Loopback and private addresses, and names that mean a machine of the same network (a container's, say)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and ("." not in host or host.lower().endswith(_NEAR_NAMES))
    return address.is_private and not address.is_unspecified
