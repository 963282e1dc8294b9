"""A real HTTP server that speaks just enough of OpenAI's chat API to say what a test wants said, in the way it wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """How the server behaves. `words` are sent one by one; `asked` and `headers` keep what came in."""

    words: list[str] = field(default_factory=lambda: ["Yes", "."])
    status: int = 200
    body: bytes | None = None  # sent instead of a stream
    pause: float = 0.0  # seconds before each word
    before: float = 0.0  # seconds before the first
    answer: Callable[[str], list[str]] | None = None  # the words for what was said to it, in place of `words`
    cut: bool = False  # the connection ends without a last word
    fail_first: int = 0  # so many calls get status 500 first
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)


@contextmanager
def talking_server(script: Script) -> Iterator[str]:
    """Its address up to /v1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            script.asked.append(json.loads(body))
            script.headers.append({name.lower(): value for name, value in self.headers.items()})
            if len(script.asked) <= script.fail_first:
                return self._whole(500, b"{}")
            if script.body is not None or script.status != 200:
                return self._whole(script.status, script.body or b"{}")
            self._stream(script.answer(_last(body)) if script.answer else script.words)

        def _whole(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, words: list[str]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                if script.before and script.stopped.wait(script.before):
                    return
                for word in words:
                    if script.pause and script.stopped.wait(script.pause):
                        return
                    self._event({"delta": {"content": word}, "index": 0, "finish_reason": None})
                if not script.cut:
                    self._event({"delta": {}, "index": 0, "finish_reason": "stop"})
                    self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                pass  # the caller has heard enough

        def _event(self, choice: dict[str, Any]) -> None:
            chunk = {"id": "x", "object": "chat.completion.chunk", "created": int(time.time()), "model": "m"}
            self.wfile.write(b"data: " + json.dumps(chunk | {"choices": [choice]}).encode() + b"\n\n")
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        script.stopped.set()
        server.shutdown()
        server.server_close()


def _last(body: bytes) -> str:
    """What was said to the model last."""
    return str(json.loads(body)["messages"][-1]["content"])
