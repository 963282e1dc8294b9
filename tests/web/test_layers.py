"""The layers by themselves: slow and broken requests, questions that nobody waits for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assistant.web.asks import Asking
from assistant.web.body_limit import BodyLimit
from assistant.web.desk import Desk, DeskBusy
from assistant.web.gate import Gate
from assistant.web.policy import Policy, content_policy
from tests.web.doubles import FakeAssistant, wait_until


async def call(app: Any, received: list[dict[str, Any]], **scope: Any) -> list[dict[str, Any]]:
    """What an application sends for one request; after the given messages nothing more arrives."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if received:
            return received.pop(0)
        await asyncio.sleep(60)
        raise AssertionError("unreachable")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app({"type": "http", "method": "POST", "path": "/api/v1/ask", "headers": [], **scope}, receive, send)
    return sent


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


CHUNKED = [(b"transfer-encoding", b"chunked")]


def test_a_body_that_trickles_is_given_up() -> None:
    first = {"type": "http.request", "body": b"{", "more_body": True}
    sent = asyncio.run(call(BodyLimit(echo, 100, 0.05), [first], headers=CHUNKED))
    assert sent[0]["status"] == 408


def test_a_body_in_pieces_arrives_whole() -> None:
    pieces = [{"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.request", "body": b"c"}]
    sent = asyncio.run(call(BodyLimit(echo, 3, 1), pieces, headers=CHUNKED))
    assert sent[1]["body"] == b"abc"


def test_one_byte_over_is_too_much() -> None:
    sent = asyncio.run(call(BodyLimit(echo, 2, 1), [{"type": "http.request", "body": b"abc"}], headers=CHUNKED))
    assert sent[0]["status"] == 413


def test_a_web_socket_is_closed() -> None:
    sent = asyncio.run(call(Gate(echo), [], type="websocket", path="/"))
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_a_policy_covers_every_inline_script_and_no_other() -> None:
    page = b"<script>a()</script><script src='x.js'></script><script type=\"module\" src=y></script><SCRIPT async>\nb()\n</SCRIPT>"
    assert content_policy(page).count("sha256-") == 2
    assert content_policy().count("sha256-") == 0


def test_a_page_in_pieces_is_sent_whole_with_its_policy() -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<script>a(", "more_body": True})
        await send({"type": "http.response.body", "body": b")</script>"})

    sent = asyncio.run(call(Policy(page), [], path="/", method="GET"))
    assert b"sha256-" in dict(sent[0]["headers"])[b"content-security-policy"]
    assert sent[1]["body"] == b"<script>a()</script>"


def test_a_question_nobody_waits_for_gives_its_place_back() -> None:
    assistant = FakeAssistant()
    desk = Desk(assistant, at_once=1, waiting=0)

    async def leave_early() -> None:
        news = desk.follow(Asking("slow"))
        assert await anext(news) == "Searching the documents"
        await news.aclose()

    asyncio.run(leave_early())
    with pytest.raises(DeskBusy):
        desk.submit(Asking("employers"))
    assistant.gate.set()
    assert wait_until(lambda: _free(desk))
    desk.close()


def _free(desk: Desk) -> bool:
    try:
        return bool(desk.submit(Asking("employers")).result(5))
    except DeskBusy:
        return False


def test_a_closed_desk_takes_no_question() -> None:
    desk = Desk(FakeAssistant(), at_once=1, waiting=0)
    desk.close()
    for _ in range(3):
        with pytest.raises(DeskBusy):
            desk.submit(Asking("employers"))
