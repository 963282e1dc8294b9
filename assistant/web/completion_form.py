"""A reply in the form of OpenAI's chat protocol, whole or in the making."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

from sse_starlette import ServerSentEvent

from assistant.model import Reply
from assistant.render import said_markdown
from assistant.saying import News, Said, Withdrawn
from assistant.web.asks import Asks
from assistant.web.links import to_passage
from assistant.web.words import words

MODEL = "common-ground"
# The protocol has no way to take back what was sent.
WITHDRAWN = "**What stands above is withdrawn. The answer begins again here:**"


def completion(reply: dict[str, Any], base: str) -> dict[str, Any]:
    """The whole of it: chat.completion. `base` ends with a slash."""
    text, notes = with_sources(reply, base)
    message = {"role": "assistant", "content": text, "refusal": None, "annotations": notes}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**_head("chat.completion"), "choices": [choice], "usage": _USAGE, "common_ground": _outcome(reply)}


def with_sources(reply: dict[str, Any], base: str) -> tuple[str, list[dict[str, Any]]]:
    """The text with a list of sources at its end, and an annotation for each mark [n] in it. `base` ends with a slash."""
    text, marks = str(reply["text"]), {c["number"]: c for c in reply["citations"]}
    notes = []
    for number, citation in marks.items():
        at = text.find(f"[{number}]")
        while at >= 0:
            notes.append(_annotation(citation, at, at + len(f"[{number}]"), base))
            at = text.find(f"[{number}]", at + 1)
    if marks:
        listed = [
            f"[{n}] {c['place']} ({c['publisher'] or 'publisher unknown'}, {c['date']})" for n, c in marks.items()
        ]
        text = "\n".join((text, "", "**Sources**", "", *(f"- {line}" for line in listed)))
    return text, sorted(notes, key=lambda note: note["url_citation"]["start_index"])


class Chunks:
    """The chat.completion.chunks of one answer, whose text together is that of the whole: each statement as soon as it
    stands, then the rest, then what it all rests on."""

    def __init__(self, assistant: Asks, base: str, usage: bool) -> None:
        self._assistant, self._base, self._usage = assistant, base, usage
        self._head = _head("chat.completion.chunk")
        self._void = ""  # sent, and withdrawn
        self._sent = ""
        self._said: list[Said] = []
        self._begun = False

    def of(self, item: str | News | Reply) -> Iterator[ServerSentEvent]:
        """Of a stage, for which the protocol has no word, no more than that there is something under way."""
        if not self._begun:
            self._begun = True
            yield self._chunk({"role": "assistant", "content": ""})
        if isinstance(item, Withdrawn):
            yield from self._withdraw()
        elif isinstance(item, Said):
            self._said.append(item)
            yield from self._text(said_markdown(self._said))
        elif not isinstance(item, str):
            yield from self._whole(self._assistant.json(item))

    def _withdraw(self) -> Iterator[ServerSentEvent]:
        self._said.clear()
        if self._sent:
            told = f"\n\n{WITHDRAWN}\n\n"
            self._void, self._sent = f"{self._void}{self._sent}{told}", ""
            yield self._chunk({"content": told})

    def _text(self, text: str) -> Iterator[ServerSentEvent]:
        """What of it was not sent yet, in pieces that end where a line ends."""
        if not text.startswith(self._sent):
            yield from self._withdraw()
        for line in text[len(self._sent) :].splitlines(keepends=True):
            yield self._chunk({"content": line})
        self._sent = text

    def _whole(self, reply: dict[str, Any]) -> Iterator[ServerSentEvent]:
        text, notes = with_sources(reply, self._base)
        yield from self._text(text)
        for about in (note["url_citation"] for note in notes):
            about["start_index"] += len(self._void)
            about["end_index"] += len(self._void)
        yield self._chunk({"annotations": notes}, "stop", common_ground=_outcome(reply))
        if self._usage:
            yield _event({**self._head, "choices": [], "usage": _USAGE})
        yield ServerSentEvent("[DONE]")

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> ServerSentEvent:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**self._head, "choices": [choice], **more})


def error(status: int, sentence: str) -> dict[str, Any]:
    """As OpenAI's clients read it, in a response or in the middle of a stream."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": sentence, "type": kind, "param": None, "code": None}}


def error_chunk(status: int, sentence: str) -> ServerSentEvent:
    return _event(error(status, sentence))


def _event(data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False))


def _annotation(citation: dict[str, Any], start: int, end: int, base: str) -> dict[str, Any]:
    about = {
        "start_index": start,
        "end_index": end,
        "title": citation["place"],
        "url": f"{base}{to_passage(citation, words())}",
    }
    return {"type": "url_citation", "url_citation": about, "quotes": [quote["text"] for quote in citation["quotes"]]}


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{secrets.token_hex(12)}", "object": kind, "created": int(time.time()), "model": MODEL}


# No language model counts tokens here; clients expect the field.
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def _outcome(reply: dict[str, Any]) -> dict[str, Any]:
    return {"outcome": reply["outcome"], "reason": reply["reason"], "notices": reply["notices"]}
