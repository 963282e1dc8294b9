"""An answer statement by statement over server-sent events, one question at a time, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.saying import News, Withdrawn
from assistant.serving import WebSettings
from assistant.web import create_app
from assistant.web.asks import Asking
from assistant.web.desk import Desk
from assistant.web.telling import Telling
from tests.web.callers import HOST, INTRANET, bearer, settings
from tests.web.doubles import FakeAssistant, wait_until

EMPLOYERS = "What do the reports want from employers?"
STREAM = {"accept": "text/event-stream"}


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    made = WebSettings(questions_at_once=1, questions_waiting=0, answer_seconds=2, screen=False)
    with TestClient(create_app(assistant, made), base_url="http://127.0.0.1", raise_server_exceptions=False) as opened:
        yield opened


def events(client: TestClient, question: str, **body: Any) -> list[tuple[str, Any]]:
    response = client.post("/api/v1/ask", json={"question": question, **body}, headers=STREAM)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    return [parsed(event) for event in response.text.replace("\r\n", "\n").split("\n\n") if "data:" in event]


def parsed(event: str) -> tuple[str, Any]:
    fields = dict(line.split(": ", 1) for line in event.splitlines())
    return fields["event"], json.loads(fields["data"])


def test_each_statement_comes_after_the_passages_it_rests_on(client: TestClient) -> None:
    seen = events(client, EMPLOYERS)
    names = [name for name, _ in seen]
    assert names == [
        *("stage", "stage", "citation", "statement", "citation", "statement", "statement", "notice", "reply"),
    ]
    shown: set[int] = set()
    for name, data in seen:
        if name == "citation":
            shown.add(data["number"])
        if name == "statement":
            assert set(data["citations"]) <= shown


def test_the_last_event_is_the_reply_that_json_gives(client: TestClient) -> None:
    streamed = events(client, EMPLOYERS)[-1][1]
    plain = client.post("/api/v1/ask", json={"question": EMPLOYERS}).json()
    assert streamed.pop("timings_ms") is not None and plain.pop("timings_ms") is not None
    assert streamed == plain


def test_a_statement_is_sent_while_the_next_is_still_being_made(assistant: FakeAssistant) -> None:
    names = []

    async def follow() -> None:
        async for item in desk.follow(Asking("bit by bit")):
            for name, data in telling.of(item):
                names.append(f"{name} {data.get('number', '')}".strip())
            if names.count("statement") == 2:
                assistant.gate.set()

    assistant.gate.clear()
    desk, telling = Desk(assistant, 1, 0), Telling(assistant)
    asyncio.run(follow())
    desk.close()
    assert names == [
        *("stage", "stage", "citation 1", "statement", "citation 2", "statement", "citation 2", "statement"),
        *("notice", "reply"),
    ]


def test_what_is_said_again_is_told_from_the_beginning(assistant: FakeAssistant) -> None:
    telling = Telling(assistant)
    news: list[News] = []
    reply = assistant.ask(EMPLOYERS, on_said=news.append)
    told = [name for item in (news[0], Withdrawn(), reply) for name, _ in telling.of(item)]
    assert told == [*("citation", "statement", "again"), *("citation", "statement") * 2, "statement", "notice", "reply"]


def test_a_refusal_streams_what_is_nearby(client: TestClient) -> None:
    names = [name for name, _ in events(client, "How long was the exhibition at Bentley Priory open?")]
    assert names[-2:] == ["related", "reply"]
    assert "statement" not in names


def test_a_fault_mid_stream_is_a_problem_event_and_the_next_person_is_served(client: TestClient) -> None:
    name, data = events(client, "Please break")[-1]
    assert (name, data["status"]) == ("problem", 500)
    assert "secret" not in json.dumps(data)
    assert events(client, EMPLOYERS)[-1][0] == "reply"


def test_a_late_answer_is_a_problem_event(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.gate.clear()
    seen = events(client, "slow")
    assistant.gate.set()
    assert [name for name, _ in seen] == ["stage", "problem"]
    assert seen[-1][1]["status"] == 504
    assert wait_until(lambda: _status(client) == 200)


def _status(client: TestClient) -> int:
    return client.post("/api/v1/ask", json={"question": EMPLOYERS}).status_code


def test_a_full_house_is_a_status_and_not_a_stream(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.gate.clear()
    slow = threading.Thread(target=events, args=(client, "slow one"))
    slow.start()
    assert wait_until(lambda: assistant.asked[-1][0] == "slow one")
    busy = client.post("/api/v1/ask", json={"question": EMPLOYERS}, headers=STREAM)
    assistant.gate.set()
    slow.join(10)
    assert busy.status_code == 503
    assert busy.headers["retry-after"] == "2"
    assert wait_until(lambda: _status(client) == 200)


def test_one_question_at_a_time_in_a_conversation(assistant: FakeAssistant) -> None:
    client = TestClient(create_app(assistant, WebSettings(screen=False)), base_url="http://127.0.0.1")
    assistant.gate.clear()
    slow = threading.Thread(target=events, args=(client, "slow two"), kwargs={"conversation": "amina"})
    slow.start()
    assert wait_until(lambda: assistant.asked[-1][0] == "slow two")
    second = client.post("/api/v1/ask", json={"question": EMPLOYERS, "conversation": "amina"})
    beside = client.post("/api/v1/ask", json={"question": EMPLOYERS, "conversation": "berhane"})
    assistant.gate.set()
    slow.join(10)
    assert (second.status_code, beside.status_code) == (409, 200)
    assert second.json()["detail"] == "Your last question is still being answered. Please wait for it."
    again = client.post("/api/v1/ask", json={"question": EMPLOYERS, "conversation": "amina"})
    assert again.status_code == 200


def test_an_opened_chat_is_one_conversation_without_saying_so(assistant: FakeAssistant) -> None:
    client = TestClient(create_app(assistant, settings("sites")), base_url=f"http://{HOST}")
    one, other = (client.post("/api/v1/embed/token", headers=bearer(INTRANET)).json()["token"] for _ in range(2))

    def ask(question: str, token: str) -> int:
        return int(client.post("/api/v1/ask", json={"question": question}, headers=bearer(token)).status_code)

    assistant.gate.clear()
    slow = threading.Thread(target=ask, args=("slow three", one))
    slow.start()
    assert wait_until(lambda: assistant.asked[-1][0] == "slow three")
    asked = [ask(EMPLOYERS, one), ask(EMPLOYERS, other)]
    assistant.gate.set()
    slow.join(10)
    assert asked == [409, 200]
