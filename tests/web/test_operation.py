"""What the operator has: metrics, a log without words, traces, a switch, a stop that lets answers arrive."""

from __future__ import annotations

import asyncio
import http.server
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.errors import AssistantError
from assistant.serving import OperationSettings
from assistant.web.chosen import Sent
from assistant.web.conversation import Conversation, Shown
from assistant.web.desk import Desk
from assistant.web.journal import route_of
from assistant.web.pause import pause, resume
from assistant.web.words import words
from tests.web.callers import CHARITY, INTRANET, QUESTION, bearer, client_for, settings
from tests.web.doubles import FakeAssistant, wait_until

ROOT = Path(__file__).parents[2]
SECRET_WORDS = "Does Mrs Adeyemi of 4 Elm Road want slow employers?"


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def value(client: TestClient, name: str) -> float:
    text = client.get("/metrics").text
    found = [line for line in text.splitlines() if line.startswith(name)]
    assert len(found) == 1, (name, found)
    return float(found[0].rpartition(" ")[2])


# metrics


def test_metrics_count_requests_replies_and_documents() -> None:
    client = client_for(settings("loopback"))
    for question in ("employers", "employers", "How long was the exhibition at Bentley Priory open?", "break"):
        client.post("/api/v1/ask", json={"question": question})
    client.get("/nowhere/at/all")
    assert value(client, 'common_ground_replies_total{outcome="answered"') == 2
    assert value(client, 'common_ground_replies_total{outcome="not_in_documents"') == 1
    assert value(client, "common_ground_faults_total") == 2  # the question, and the request that asked it
    assert value(client, 'common_ground_requests_total{method="POST",route="/api/v1/ask",status="200"}') == 3
    assert value(client, 'common_ground_requests_total{method="GET",route="other",status="404"}') == 1
    assert value(client, "common_ground_documents") == 4
    assert value(client, "common_ground_paused") == 0
    assert value(client, "process_resident_memory_bytes") > 1e6


def test_metrics_are_for_this_machine_or_whoever_has_the_token() -> None:
    token = "metrics-token-long-enough-000"
    made = settings("everyone", operation=OperationSettings(metrics_token=token))  # type: ignore[arg-type]
    here, elsewhere = client_for(made), client_for(made, address="10.0.0.9")
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"}).status_code == 401
    assert elsewhere.get("/metrics").status_code == 401
    assert elsewhere.get("/metrics", headers=bearer("x")).status_code == 401
    assert elsewhere.get("/metrics", headers=bearer(token)).status_code == 200


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/api/v1/passages/secret-words", "/api/v1/passages"),
        ("/web/chat.js", "/web"),
        ("/gradio_api/heartbeat/a1b2c3", "/gradio_api/heartbeat"),
        ("/what/somebody/typed", "other"),
        ("/embed.js", "/embed.js"),
    ],
)
def test_a_label_is_a_route_and_never_what_somebody_typed(path: str, route: str) -> None:
    assert route_of(path) == route


# the log


def test_the_log_says_what_happened_and_not_what_was_asked() -> None:
    log = io.StringIO()
    client = client_for(settings("loopback", operation=OperationSettings(log_level="info")), log)
    body = {"question": SECRET_WORDS.replace("slow", ""), "history": [{"role": "user", "content": SECRET_WORDS}]}
    client.post("/api/v1/ask", json=body)
    client.post("/api/v1/ask", json={"question": f"break {SECRET_WORDS}".replace("slow", "")})
    client.get("/api/v1/passages/Adeyemi", params={"q": SECRET_WORDS})
    text = log.getvalue()
    for word in ("Adeyemi", "Elm Road", "employers"):
        assert word not in text
    reply, request, *_ = lines(log)
    assert reply["event"] == "reply" and reply["outcome"] == "answered" and reply["sources"] == "appg-2017 ippr-2007"
    assert request["route"] == "/api/v1/ask" and request["status"] == 200 and request["caller"] == "person"
    faults = [line for line in lines(log) if line["event"] == "fault"]
    assert faults[0]["kind"] == "RuntimeError" and any("doubles.py" in at for at in faults[0]["where"])
    assert "secret words" not in text


def test_questions_are_logged_when_the_operator_says_so() -> None:
    log = io.StringIO()
    made = settings("loopback", operation=OperationSettings(log_level="info", log_questions=True))
    client_for(made, log).post("/api/v1/ask", json={"question": "employers\n\x1b[31m?"})
    first = lines(log)[0]
    assert first["question"] == "employers\n\x1b[31m?"
    assert "\x1b" not in log.getvalue()


def test_by_default_the_log_is_quiet_while_all_is_well() -> None:
    log = io.StringIO()
    client = client_for(settings("token"), log)
    client.get("/healthz")
    assert log.getvalue() == ""
    client.post("/api/v1/ask", json=QUESTION)
    assert [line["status"] for line in lines(log)] == [401]


# traces


def test_traces_go_to_the_collector_that_the_settings_name_and_hold_no_words() -> None:
    received: list[bytes] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{collector.server_port}"
        client = client_for(settings("loopback", operation=OperationSettings(otlp_endpoint=endpoint)))
        client.post("/api/v1/ask", json={"question": "Mrs Adeyemi's employers"})
        assert wait_until(lambda: bool(received), 15)
        collector.shutdown()
    sent = b"".join(received)
    assert b"/api/v1/ask" in sent and b"answered" in sent
    assert b"Adeyemi" not in sent


# the switch


def test_a_pause_stops_answers_at_once_and_says_why(tmp_path: Path) -> None:
    client = client_for(settings("loopback", operation=OperationSettings(pause_folder=tmp_path / "paused")))
    assert client.post("/api/v1/ask", json=QUESTION).status_code == 200
    pause(tmp_path / "paused", "We are checking an answer. Back at noon.")
    for path in ("/api/v1/ask", "/v1/chat/completions"):
        stopped = client.post(path, json=QUESTION)
        assert stopped.status_code == 503
        assert stopped.json()["detail"] == "We are checking an answer. Back at noon."
    assert client.get("/api/v1/sources").status_code == 200
    assert value(client, "common_ground_paused") == 1
    assert resume(tmp_path / "paused") is True
    assert resume(tmp_path / "paused") is False
    assert client.post("/api/v1/ask", json=QUESTION).status_code == 200


def test_the_screen_says_itself_that_answers_are_paused_and_makes_none(tmp_path: Path) -> None:
    paused = settings("loopback", operation=OperationSettings(pause_folder=tmp_path))
    assistant = FakeAssistant()
    desk = Desk(assistant, 1, 1)

    async def last(conversation: Conversation) -> Shown:
        return [shown async for shown in conversation.ask("employers", Sent(), ())][-1]

    pause(tmp_path, "")
    for code, said in (("en", "Answers are paused. Please try again later."), ("cy", "Mae'r atebion wedi'u hoedi.")):
        conversation = Conversation(assistant, desk, paused, words(code))
        shown = asyncio.run(last(conversation))
        assert shown.stage.startswith(said) and conversation.again(()).stage == shown.stage
        assert shown.box is None and shown.exchanges is None and shown.records == ()
    resume(tmp_path)
    assert asyncio.run(last(conversation)).records[-1].reply
    desk.close()


def test_one_site_can_be_paused_and_the_others_go_on(tmp_path: Path) -> None:
    client = client_for(settings("sites", operation=OperationSettings(pause_folder=tmp_path)))
    pause(tmp_path, "", "intranet")
    assert client.post("/api/v1/ask", json=QUESTION, headers=bearer(INTRANET)).status_code == 503
    assert client.post("/api/v1/ask", json=QUESTION, headers=bearer(CHARITY)).status_code == 200
    assert client.post("/gradio_api/queue/join", json={}, headers=bearer(INTRANET)).status_code == 503
    with pytest.raises(AssistantError, match="no name of a site"):
        pause(tmp_path, "", "../everyone")


# stopping

SERVE = """
import threading
from assistant.web import serve
from assistant.serving import WebSettings
from tests.web.doubles import FakeAssistant
assistant = FakeAssistant()
threading.Timer(2.5, assistant.gate.set).start()
serve(assistant, WebSettings(port=0, screen=False), lambda words: print(words, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_stop_lets_the_answers_under_way_arrive(accept: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        url = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        answers: list[str] = []
        asking = threading.Thread(target=lambda: answers.append(_ask(url, "slow", accept)))
        asking.start()
        time.sleep(0.7)
        server.send_signal(signal.SIGTERM)
        asking.join(20)
        out, err = server.communicate(timeout=20)
    assert '"outcome"' in answers[0]
    assert "Public authorities should work closely" in answers[0]
    assert err == "" and server.returncode in (0, -signal.SIGTERM), out


def _ask(url: str, question: str, accept: str) -> str:
    body = json.dumps({"question": question}).encode()
    headers = {"content-type": "application/json", "accept": accept}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/v1/ask", body, headers), timeout=20) as answer:
        return str(answer.read().decode())
