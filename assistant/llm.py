"""Settings -> the language model, as LlamaIndex's `LLM`. The only place where one is made; nothing is sent by making it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant.endpoint import LLMSettings
from assistant.errors import SettingsError

if TYPE_CHECKING:
    import httpx
    import openai
    from llama_index.core.llms import LLM
    from llama_index.llms.openai_like import OpenAILike

_GRACE = 2.0  # seconds after which a response is ended that its reader should have left by then


class _Heard(threading.local):
    """The responses that a thread has not heard to the end."""

    def __init__(self) -> None:
        self.open: list[httpx.Response] = []


_heard = _Heard()


def hang_up() -> None:
    """Closes what this thread's calls have left open. The client's own objects hold each other, and would be closed by the
    garbage collector at a moment of its choosing: also while this or another thread holds the lock of the connections that
    closing wants, and then no call ever ends."""
    for response in _heard.open:
        response.close()
    _heard.open = []


def load_llm(settings: LLMSettings) -> LLM | None:
    """None when no model is set. Its calls raise errors of `openai` where the endpoint cannot be used.

    Raises SettingsError for a model that is known not to chat.
    """
    if not settings.on:
        return None
    from llama_index.llms.openai_like import OpenAILike  # slow to import, and seldom wanted

    try:
        return _opened(settings, OpenAILike)
    except ValueError as error:
        raise SettingsError(f"answer.llm.model {settings.model} cannot be used: {error}") from error


def _opened(settings: LLMSettings, kind: type[OpenAILike]) -> OpenAILike:
    return kind(
        model=settings.model,
        api_base=settings.endpoint,
        # Any word will do where none is set; with an empty one the key in OPENAI_API_KEY would be sent to this endpoint.
        api_key=_key(settings),
        is_chat_model=True,
        context_window=settings.context_tokens,
        max_tokens=settings.most_tokens,
        temperature=settings.temperature,
        additional_kwargs={} if settings.seed is None else {"seed": settings.seed},
        timeout=settings.silence_seconds,
        max_retries=0,  # the client below retries; both together would multiply
        openai_client=_client(settings),
    )


def _client(settings: LLMSettings) -> openai.OpenAI:
    import httpx
    from openai import Omit, OpenAI

    silence = httpx.Timeout(settings.silence_seconds, connect=settings.connect_seconds)
    return OpenAI(
        base_url=settings.endpoint,
        api_key=_key(settings),
        max_retries=settings.retries,
        timeout=silence,
        # What the environment holds for OpenAI itself is no business of another endpoint.
        default_headers={"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()},  # type: ignore[dict-item]
        # No redirects: what is sent goes to the address that was set, and nowhere else.
        http_client=httpx.Client(
            timeout=silence,
            follow_redirects=False,
            trust_env=not settings.near,
            event_hooks={"response": [_hurried(settings.total_seconds + _GRACE)]},
        ),
    )


def _hurried(seconds: float) -> Callable[[httpx.Response], None]:
    """Ends a response that goes on for longer: a server may send signs of life for ever, which no read timeout sees."""
    import httpx

    class Hurried(httpx.SyncByteStream):
        def __init__(self, stream: httpx.SyncByteStream) -> None:
            self._stream, self._until = stream, time.monotonic() + seconds

        def __iter__(self) -> Iterator[bytes]:
            for piece in self._stream:
                if time.monotonic() > self._until:
                    raise httpx.ReadTimeout("the response takes too long")
                yield piece

        def close(self) -> None:
            self._stream.close()

    def hurry(response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = Hurried(response.stream)
        _heard.open = [one for one in _heard.open if not one.is_closed] + [response]

    return hurry


def _key(settings: LLMSettings) -> str:
    return settings.key.get_secret_value() or "none"
