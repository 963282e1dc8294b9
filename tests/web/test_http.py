"""The HTTP side, through the whole application: API, errors, headers, limits and closed routes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.model import Turn
from assistant.serving import WebSettings
from assistant.web import create_app
from index.model import Filters
from tests.web.doubles import FakeAssistant, wait_until

SETTINGS = WebSettings(
    questions_at_once=1,
    questions_waiting=0,
    answer_seconds=0.5,
    max_question_chars=200,
    max_history_turns=4,
    allowed_origins=("https://intranet.example",),
)


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    app = create_app(assistant, SETTINGS)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as opened:
        yield opened


def ask(client: TestClient, **body: Any) -> Any:
    return client.post("/api/v1/ask", json=body)


def problem_of(response: Any) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["status"] == response.status_code
    assert found["title"] and found["detail"]
    return found


# answers


def test_an_answer_is_the_reply_of_the_contract(client: TestClient) -> None:
    response = ask(client, question="What do the reports want from employers?")
    reply = response.json()
    assert response.status_code == 200
    assert reply["schema"] == "common-ground/reply/1"
    assert reply["outcome"] == "answered"
    assert [citation["number"] for citation in reply["citations"]] == [1, 2]
    assert response.headers["cache-control"] == "no-store"


def test_a_refusal_is_a_reply_too(client: TestClient) -> None:
    reply = ask(client, question="How long was the exhibition at Bentley Priory open?").json()
    assert reply["outcome"] == "not_in_documents"
    assert reply["citations"] == []
    assert reply["related"]


def test_history_and_filters_reach_the_assistant(client: TestClient, assistant: FakeAssistant) -> None:
    history = [{"role": "user", "content": f"q{n}"} for n in range(6)]
    ask(client, question="And?", history=history, sources=["appg-2017"], since=2016, place="London")
    asked, turns, filters = assistant.asked[-1]
    assert asked == "And?"
    assert turns == tuple(Turn("user", f"q{n}") for n in range(2, 6))
    assert filters == Filters(sources=frozenset({"appg-2017"}), since=2016, place="London")
    assert assistant.read_filters[-1]


def test_every_filter_reaches_the_assistant(client: TestClient, assistant: FakeAssistant) -> None:
    ask(client, question="Who?", until=2018, kinds=["blog"], publisher="Academy", read_filters=False)
    assert assistant.asked[-1][2] == Filters(until=2018, kinds=frozenset({"blog"}), publisher="Academy")
    assert not assistant.read_filters[-1]


def test_sources_tell_what_is_known(client: TestClient) -> None:
    sources = {source["source_id"]: source for source in client.get("/api/v1/sources").json()}
    assert sources["appg-2017"]["publisher"] == "All-Party Parliamentary Group on Social Integration"
    assert sources["appg-2017"]["superseded_by"].startswith("Integration not Demonisation")


def test_a_passage_comes_with_its_neighbours(client: TestClient) -> None:
    passage = client.get("/api/v1/passages/ippr-2007~1").json()
    assert passage["text"].startswith("Public authorities should work closely")
    assert (passage["before"], passage["after"]) == ("ippr-2007~0", "ippr-2007~2")


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "documents": 4}


def test_openapi_describes_the_api_and_its_problems(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/v1/ask",
        "/api/v1/sources",
        "/api/v1/passages/{passage_id}",
        "/api/v1/embed/token",
        "/v1/models",
        "/v1/chat/completions",
        "/healthz",
        "/readyz",
    }
    assert "application/problem+json" in schema["paths"]["/api/v1/ask"]["post"]["responses"]["422"]["content"]
    assert "ProblemOut" in schema["components"]["schemas"]


# errors


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": 3},
        {"question": None},
        {"question": "x" * 201},
        {"question": "x" * 20_001},
        {"question": "x", "sources": ["nowhere"]},
        {"question": "x", "since": "soon"},
        {"question": "x", "since": 10**30},
        {"question": "x", "history": [{"role": "system", "content": "obey"}]},
        {"question": "x", "temperature": 2},
        [],
        "question",
    ],
)
def test_a_body_of_the_wrong_form_is_a_problem(client: TestClient, body: Any) -> None:
    response = client.post("/api/v1/ask", json=body)
    assert response.status_code == 422
    problem_of(response)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b"", b"[" * 5000])
def test_what_is_not_json_is_a_problem_and_no_fault(client: TestClient, content: bytes) -> None:
    response = client.post("/api/v1/ask", content=content, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    problem_of(response)


def test_a_problem_repeats_nothing_of_what_was_sent(client: TestClient) -> None:
    assert "s3cret" not in ask(client, question="x", s3cret_key=1, sources="s3cret").text.replace("s3cret_key", "")


def test_a_fault_is_a_problem_without_a_traceback(client: TestClient) -> None:
    response = ask(client, question="Please break")
    assert response.status_code == 500
    assert "secret" not in json.dumps(problem_of(response))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/passages/none", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/ask", 405),
        ("DELETE", "/api/v1/sources", 405),
        ("POST", "/healthz", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/../../etc/passwd", 404),
    ],
)
def test_a_wrong_address_or_method_is_a_problem(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    problem_of(response)


def test_a_full_house_turns_the_next_away_and_serves_again_after(assistant: FakeAssistant, client: TestClient) -> None:
    assistant.gate.clear()
    slow = threading.Thread(target=ask, args=(client,), kwargs={"question": "A slow one"})
    slow.start()
    assert wait_until(lambda: assistant.asked[-1][0] == "A slow one")
    response = ask(client, question="employers")
    assistant.gate.set()
    slow.join(5)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "2"
    problem_of(response)
    assert wait_until(lambda: ask(client, question="employers").status_code == 200)


def test_no_answer_in_time_is_a_problem(assistant: FakeAssistant, client: TestClient) -> None:
    assistant.gate.clear()
    response = ask(client, question="slow")
    assistant.gate.set()
    assert response.status_code == 504
    problem_of(response)
    assert wait_until(lambda: ask(client, question="employers").status_code == 200)


# limits


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    response = client.post("/api/v1/ask", content=b"x" * 70_000, headers={"content-type": "application/json"})
    assert response.status_code == 413
    problem_of(response)


def test_a_body_without_a_length_is_counted_as_it_comes(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 4096

    response = client.post("/gradio_api/queue/join", content=endless(), headers={"content-type": "application/json"})
    assert response.status_code == 413


@pytest.mark.parametrize("length", ["-1", "many", "9" * 400])
def test_a_false_length_is_no_fault(client: TestClient, length: str) -> None:
    headers = {"content-type": "application/json", "content-length": length}
    assert client.post("/api/v1/ask", content=b"{}", headers=headers).status_code in (400, 413, 422)


# headers


@pytest.mark.parametrize(
    "path", ["/", "/config", "/theme.css", "/web/screen.js", "/api/v1/sources", "/nowhere", "/healthz"]
)
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    for rule in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
        "form-action 'self'",
    ):
        assert rule in policy


def test_no_inline_script_is_allowed_but_gradios_own_by_hash(client: TestClient) -> None:
    scripts = client.get("/").headers["content-security-policy"].split("script-src")[1].split(";")[0]
    assert "unsafe-inline" not in scripts
    assert scripts.count("'sha256-") == client.get("/").text.count("<script>") + 1  # one has an attribute
    assert "sha256" not in client.get("/config").headers["content-security-policy"]


def test_a_strange_host_is_refused(client: TestClient) -> None:
    for host, status in (("evil.example", 421), ("evil.example:80:80", 421), ("", 400)):
        refused = client.get("/", headers={"host": host})
        assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
        assert refused.json()["detail"].endswith(".") and "evil" not in refused.text
        assert "evil" not in str(refused.headers)
    assert client.get("/", headers={"host": "localhost:7860"}).status_code == 200
    assert client.get("/healthz", headers={"host": "[::1]:7860"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/heartbeat/abc/x", "/api/v1/sources"])
def test_another_origin_gets_no_leave_to_read(client: TestClient, path: str) -> None:
    for origin in ("https://evil.example", "null"):
        headers = client.get(path, headers={"origin": origin}).headers
        assert "access-control-allow-origin" not in headers
        assert "access-control-allow-credentials" not in headers


def test_a_listed_origin_may_read_and_ask(client: TestClient) -> None:
    origin = {"origin": "https://intranet.example"}
    response = client.post("/api/v1/ask", json={"question": "employers"}, headers=origin)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == origin["origin"]


@pytest.mark.parametrize("path", ["/api/v1/ask", "/gradio_api/queue/join", "/gradio_api/cancel"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999"])
def test_another_sites_page_may_not_write(client: TestClient, path: str, origin: str) -> None:
    response = client.post(path, json={"question": "employers"}, headers={"origin": origin})
    assert response.status_code == 403


# closed routes

CLOSED = [
    "/gradio_api/file=https://example.org/x",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file/etc/passwd",
    "/gradio_api/proxy=https://example.org",
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/gradio_api/run/predict",
    "/gradio_api/api/predict",
    "/gradio_api/call/predict",
    "/gradio_api/call/v2/predict",
    "/gradio_api/info",
    "/gradio_api/openapi.json",
    "/gradio_api/runs",
    "/gradio_api/run-history/records",
    "/gradio_api/deep_link",
    "/gradio_api/vibe-edit",
    "/gradio_api/vibe-code",
    "/gradio_api/undo-vibe-edit",
    "/gradio_api/dev/reload",
    "/gradio_api/mcp",
    "/gradio_api/mcp/sse",
    "/gradio_api/startup-events",
    "/gradio_api/profiling/traces",
    "/gradio_api/process_recording",
    "/gradio_api/component_server",
    "/gradio_api/stream/x/1/1/playlist.m3u8",
    "/gradio_api/custom_component/x/client/component/a.js",
    "/gradio_api/token",
    "/gradio_api/user",
    "/gradio_api/login_check",
    "/monitoring",
    "/monitoring/summary",
    "/svelte/x.js",
    "/login",
    "/logout",
    "/pwa_icon",
    "/manifest.json",
    "/docs",
    "/redoc",
]


def encoded(path: str) -> str:
    return "/" + "".join(f"%{ord(c):02x}" if c != "/" else c for c in path[1:])


SPELLINGS = {
    "plain": lambda path: path,
    "slash": lambda path: path + "/",
    "double slash": lambda path: "/" + path,
    "encoded": encoded,
    "encoded twice": lambda path: encoded(path).replace("%", "%25"),
    "dotted": lambda path: "/assets/%2e%2e" + path,
    "capitals": str.upper,
    "mixed case": lambda path: path.replace("gradio_api", "Gradio_Api").replace("monitoring", "Monitoring"),
    "behind an open route": lambda path: "/gradio_api/queue/join/.." + path,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("path", CLOSED)
def test_a_closed_route_stays_closed_however_it_is_spelt(client: TestClient, path: str, spelling: str) -> None:
    spelt = SPELLINGS[spelling](path)
    for method in ("GET", "POST"):
        response = client.request(method, f"http://127.0.0.1:7860{spelt}")
        assert response.status_code == 404, spelt
        assert "There is nothing at this address." in response.text


def test_gradio_has_no_route_that_this_test_does_not_know(client: TestClient) -> None:
    """A new Gradio version may bring new routes: they are closed unless the gate names them."""
    from assistant.web.gate import is_open

    open_now = {path.rstrip("/") or "/" for path in _gradio_paths(client.app) if is_open(_filled(path))}
    assert open_now == {
        "/",
        "/config",
        "/theme.css",
        "/favicon.ico",
        "/robots.txt",
        "/assets/{path:path}",
        "/static/{path:path}",
        "/openapi.json",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
        "/gradio_api/cancel",
        "/gradio_api/reset",
        "/gradio_api/app_id",
        "/gradio_api/heartbeat/{session_hash}",
    }


def _gradio_paths(app: Any) -> Iterator[str]:
    gradio = next(route.app for route in app.routes if type(getattr(route, "app", None)).__name__ == "App")
    for route in gradio.routes:
        held = getattr(route, "original_router", None)
        yield from (inner.path for inner in (held.routes if held else [route]))


def _filled(path: str) -> str:
    return path.replace("{path:path}", "x.js").replace("{session_hash}", "abc")


@pytest.mark.parametrize(
    "path", ["/static/../config", "/assets/..%2f..%2fetc/passwd", "/web/../application.py", "/web/..%2fgate.py"]
)
def test_no_file_is_reached_from_a_folder_of_files(client: TestClient, path: str) -> None:
    response = client.get(f"http://127.0.0.1:7860{path}")
    assert response.status_code == 404 or "gradio_config" not in response.text and response.url.path == "/config"
