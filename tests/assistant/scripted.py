"""A language model that says what a test gives it to say: a subclass of LlamaIndex's seam, with no endpoint behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
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

BREAKS = "BREAKS"
"""A word at which the line to the model is cut."""
Says = str | Exception | Callable[[str], str]


class ScriptedLLM(CustomLLM):
    """Says each of `script` in turn, the last one for ever; raises what is an error. `heard` are the prompts it was given."""

    _script: list[Says] = PrivateAttr()
    _heard: list[str] = PrivateAttr(default_factory=list)

    def __init__(self, *script: Says) -> None:
        super().__init__()
        self._script = list(script)

    @property
    def heard(self) -> list[str]:
        return self._heard

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted")

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        prompt = "\n".join(message.content or "" for message in messages)
        self._heard.append(prompt)
        says = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(says, Exception):
            raise says
        text = says(prompt) if callable(says) else says

        def words() -> Iterator[ChatResponse]:
            for word in re.findall(r"\S*\s*", text):
                if word.startswith(BREAKS):
                    raise TimeoutError
                yield ChatResponse(message=ChatMessage(role="assistant", content=""), delta=word)

        return words()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise NotImplementedError

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        raise NotImplementedError


def tag_of(prompt: str, words: str) -> str:
    """The tag of the passage in a prompt that holds these words."""
    return next(
        tag
        for tag, text in re.findall(r"^\[(\w+)\] (.*?)(?=^\[\w+\] |^Question:)", prompt, re.M | re.S)
        if words in text
    )
