"""The operator's page and its addresses: documents, indexing, findings, counts, the pause and the notice."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect, Request

from assistant.model import Outcome
from assistant.serving import WebSettings
from assistant.stock import StockError
from assistant.upkeep import Upkeep
from assistant.web.journal import Books
from assistant.web.notice_board import MOST_CHARS, NoticeBoard
from assistant.web.operator_door import API, PAGE
from assistant.web.pages import render
from assistant.web.pause import pause, resting, resume
from assistant.web.question_log import read_questions
from assistant.web.words import LANGUAGES, Words, words
from index.errors import IndexProblem
from ingest.errors import IngestError, UnreadableFile

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_UNANSWERED = (Outcome.NOT_IN_DOCUMENTS, Outcome.PARTLY_ANSWERED, Outcome.ERROR)
_MOST_QUESTIONS = 100
_PAGE_HEADERS = {"Content-Security-Policy": _POLICY, "X-Frame-Options": "DENY", "Cache-Control": "no-store"}
Answers = Callable[..., Any]
_Path = Annotated[str, Field(min_length=1, max_length=1000)]
_Told = Annotated[str, Field(max_length=300)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class OfDocument(_Body):
    path: _Path


class AboutDocument(OfDocument):
    title: _Told = ""
    publisher: _Told = ""
    published: _Told = ""
    kind: _Told = ""


class Note(_Body):
    words: Annotated[str, Field(max_length=MOST_CHARS)] = ""


class OperatorDesk:
    def __init__(self, upkeep: Upkeep, settings: WebSettings, books: Books) -> None:
        self._upkeep, self._metrics, self._log = upkeep, books.metrics, books.log
        self._operation = settings.operation
        self._most = settings.operator.max_upload_mb * 1_000_000
        self._board = NoticeBoard(settings.operation.notice_file)

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(PAGE, self.page, methods=["GET"])
        looking: dict[str, Answers] = {
            "overview": self.overview,
            "indexing": self.indexing,
            "doctor": self.doctor,
        }
        changing: dict[str, Answers] = {
            "documents": self.put,
            "documents/remove": self.remove,
            "documents/about": self.describe,
            "indexing/start": self.start,
            "indexing/stop": self.stop,
            "pause": self.pause,
            "resume": self.resume,
            "notice": self.notice,
        }
        for method, routes in {"GET": looking, "POST": changing}.items():
            for name, answer in routes.items():
                router.add_api_route(f"{API}{name}", answer, methods=[method])
        return router

    def page(self, lang: str = "") -> HTMLResponse:
        """The same for everybody: it holds nothing until its script has the token."""
        texts = _in(lang)
        named = [(code, words(code).tag, words(code)("language.name")) for code in LANGUAGES]
        html = render("operator.html", texts, said=_said(texts), languages=named, most_mb=self._most // 1_000_000)
        return HTMLResponse(html, headers=_PAGE_HEADERS)

    # looking

    def overview(self, lang: str = "") -> dict[str, Any]:
        try:
            documents, fault = [asdict(one) for one in self._upkeep.stock.lying()], ""
        except (IngestError, IndexProblem) as error:  # the page shows it, and everything else beside it
            documents, fault = [], str(error)
        return {
            "documents": documents,
            "fault": fault,
            "indexing": self.indexing(),
            "paused": self._paused(),
            "notice": self._board.words,
            "counts": self._metrics.counts(),
            "questions": unanswered(self._operation.question_log, _in(lang)),
        }

    def indexing(self) -> dict[str, Any]:
        run = self._upkeep.indexing.run
        return {**asdict(run), "running": run.running}

    def doctor(self) -> dict[str, Any]:
        sound, lines = self._upkeep.findings()
        return {"sound": sound, "lines": lines}

    # changing

    async def put(
        self, request: Request, name: Annotated[str, Query(min_length=1, max_length=1000)], replace: bool = False
    ) -> dict[str, str]:
        """The document is the body of the request."""
        stock = self._upkeep.stock
        path = await asyncio.to_thread(_done, stock.check, name, replace)
        arrived = await self._receive(request)
        try:
            kind = await asyncio.to_thread(_done, stock.put, path, arrived, replace)
        finally:
            arrived.unlink(missing_ok=True)
        self._note("replaced a document" if replace else "added a document", document=path)
        return {"path": path, "kind": kind}

    def remove(self, body: OfDocument) -> dict[str, str]:
        _done(self._upkeep.stock.remove, body.path)
        self._note("removed a document", document=body.path)
        return {"path": body.path}

    def describe(self, body: AboutDocument) -> dict[str, str]:
        _done(self._upkeep.stock.describe, body.path, body.model_dump(exclude={"path"}))
        self._note("described a document", document=body.path)
        return {"path": body.path}

    def start(self) -> dict[str, Any]:
        if not self._upkeep.indexing.start():
            raise HTTPException(409, "It is indexing already.")
        self._note("began indexing")
        return self.indexing()

    def stop(self) -> dict[str, Any]:
        if not self._upkeep.indexing.stop():
            raise HTTPException(409, "Nothing is being indexed.")
        self._note("stopped indexing")
        return self.indexing()

    def pause(self, body: Note) -> dict[str, str | None]:
        if self._operation.pause_folder:
            _done(pause, self._operation.pause_folder, " ".join(body.words.split()))
        self._note("paused answers")
        return {"paused": self._paused()}

    def resume(self) -> dict[str, str | None]:
        if self._operation.pause_folder:
            _done(resume, self._operation.pause_folder)
        self._note("resumed answers")
        return {"paused": self._paused()}

    def notice(self, body: Note) -> dict[str, str]:
        _done(self._board.put, body.words)
        self._note("changed the notice")
        return {"notice": self._board.words}

    # within

    def _paused(self) -> str | None:
        """What people are told while all answers are paused, empty for the usual words; None while they are not."""
        return resting(self._operation.pause_folder)

    async def _receive(self, request: Request) -> Path:
        """The body in a hidden file beside the documents, so that it can be moved into place at once."""
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._most:
            raise HTTPException(413, self._too_large())
        try:
            handle, name = tempfile.mkstemp(prefix=".arriving-", dir=self._upkeep.stock.corpus)
        except OSError as error:
            raise HTTPException(507, f"The folder of documents cannot be written: {error.strerror}.") from error
        arrived, size = Path(name), 0
        try:
            with os.fdopen(handle, "wb") as file:
                async for part in request.stream():
                    if (size := size + len(part)) > self._most:
                        raise HTTPException(413, self._too_large())
                    await asyncio.to_thread(file.write, part)
        except (HTTPException, ClientDisconnect, OSError, asyncio.CancelledError):
            arrived.unlink(missing_ok=True)
            raise
        return arrived

    def _too_large(self) -> str:
        return f"A document may have {self._most // 1_000_000} MB at most (web.operator.max_upload_mb)."

    def _note(self, what: str, **facts: str) -> None:
        """Who may change what everyone is answered from leaves a line, whatever the level of the log."""
        self._log.warning("operator", did=what, **facts)


def _in(lang: str) -> Words:
    return words(lang if lang in LANGUAGES else "en")


def _said(texts: Words) -> dict[str, str]:
    """What the script in the page says, in the language of the page."""
    rest = f"{texts('embed.paused')}. {texts('embed.paused_until')}"
    return {**texts.group("operator"), "language": texts.tag, "code": texts.code, "rest": rest}


def unanswered(folder: Path | None, texts: Words) -> dict[str, Any]:
    """Questions that the documents did not, or only partly, answer, the latest first, each once; or why there are none."""
    if folder is None:
        return {"found": [], "how": texts("operator.kept_not")}
    kept = [one for one in read_questions(folder) if one.outcome in _UNANSWERED and one.question]
    if not kept:
        return {"found": [], "how": texts("operator.kept_none")}
    times = Counter(one.searched or one.question for one in kept)
    latest = {one.searched or one.question: one for one in kept}
    newest = sorted(latest.items(), key=lambda pair: pair[1].on, reverse=True)[:_MOST_QUESTIONS]
    how = texts("operator.kept", shown=len(newest), all=len(latest), since=kept[0].on, folder=folder)
    found = [
        {"on": f"{one.on}", "question": asked, "outcome": one.outcome, "times": times[asked]} for asked, one in newest
    ]
    return {"found": found, "how": how}


def _done(act: Any, *given: Any) -> Any:
    """What `act` gives. What the operator can mend is told as a problem: 422, or 507 when the disk will not have it."""
    try:
        return act(*given)
    except UnreadableFile as error:
        reason = f"{error.reason[:1].upper()}{error.reason[1:]}".rstrip(".")
        raise HTTPException(422, f"{reason}. {error.advice}") from error
    except (StockError, IngestError, IndexProblem) as error:
        raise HTTPException(409, str(error)) from error
    except OSError as error:
        raise HTTPException(507, f"It cannot be written: {error.strerror}. See to the disk and permissions.") from error
