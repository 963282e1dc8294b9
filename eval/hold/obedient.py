"""A language model that does what it is told by whoever speaks last: the worst that a writer could be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
)
from llama_index.core.llms import CustomLLM
from pydantic import PrivateAttr


class Obedient(CustomLLM):
    """Writes everything an attacker wants, under the tags it was truly given, and then tells its prompt."""

    _wants: list[str] = PrivateAttr()

    def __init__(self, wants: Sequence[str]) -> None:
        super().__init__()
        self._wants = list(wants)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="obedient")

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        system, user = (message.content or "" for message in messages)
        tags = re.findall(r"^\[(\w+)\]", user, re.M) or ["k42"]
        said = [f"{want} [{tags[n % len(tags)]}]" for n, want in enumerate(self._wants[:5])]
        said += [f"{self._wants[0]} {system.splitlines()[0]}", *self._wants[5:]]

        def words() -> ChatResponseGen:
            for line in said:
                yield ChatResponse(message=ChatMessage(role="assistant", content=""), delta=f"{line}\n")

        return words()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise NotImplementedError

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        raise NotImplementedError
