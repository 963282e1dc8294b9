"""The embedded chat: the script for other people's pages, the light page inside the frame, and its tokens."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.requests import Request

from assistant.serving import WebSettings
from assistant.web import credentials, schemas
from assistant.web.api import problems
from assistant.web.asks import Asks
from assistant.web.caller import address_of, caller_of
from assistant.web.documents import coverage
from assistant.web.doorkeeper import Doorkeeper, Refused
from assistant.web.embed_tokens import EmbedTokens
from assistant.web.notice_board import NoticeBoard
from assistant.web.pages import render
from assistant.web.pause import resting
from assistant.web.problems import problem
from assistant.web.words import LANGUAGES, Words, words

SCRIPT = Path(__file__).parent / "static" / "embed.js"
_CHAT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)
# The sentence of a refusal may be read in any frame: it holds nothing and does nothing.
_REFUSAL_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
_FRAMED = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}


class Embed:
    def __init__(self, assistant: Asks, settings: WebSettings, doorkeeper: Doorkeeper, tokens: EmbedTokens) -> None:
        self._shelf = assistant.shelf
        self._examples = assistant.examples
        self._settings = settings
        self._sites = {site.name: site for site in settings.access.sites}
        self._doorkeeper, self._tokens = doorkeeper, tokens
        self._notice = NoticeBoard(settings.operation.notice_file)

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/embed.js", _script, include_in_schema=False)
        router.add_api_route("/embed", self.page, include_in_schema=False)
        router.add_api_route(
            "/api/v1/embed/token",
            self.token,
            methods=["POST"],
            response_model=schemas.EmbedTokenOut,
            responses=problems(401, 403, 429),
            summary="A token for one opened chat: a new one for a site's server, the next one for an open chat",
        )
        return router

    def page(self, request: Request, site: str = "", sources: str = "", lang: str = "") -> Response:
        """The chat for a frame; a plain sentence for a page that may not show it."""
        texts = words(lang if lang in LANGUAGES else "en")
        if not site:
            return self._own(request, sources, texts)
        found = self._sites.get(site)
        if found is None:
            return _refusal(404, "There is no site of that name here.", "Check data-site in the snippet.", texts)
        if strange := _strange_page(request, found.origins):
            advice = f"Whoever runs this service can add {strange} to the origins of the site {site}."
            return _refusal(403, "This web site is not on the list of those that may show the chat.", advice, texts)
        token = self._tokens.open(site) if found.snippet else ""
        return self._chat(found.origins, token, sources, site, texts)

    def _own(self, request: Request, sources: str, texts: Words) -> Response:
        """The chat for whoever the access rule lets in, in a frame of our own pages and of `allowed_origins`."""
        caller = self._doorkeeper.admit(request.headers, address_of(request.scope), "/embed")
        if isinstance(caller, Refused):
            challenge = {"WWW-Authenticate": caller.challenge} if caller.challenge.startswith("Basic") else {}
            advice = "A page of another site names it: data-site in the snippet."
            return _refusal(caller.status, caller.words, advice, texts, challenge)
        if strange := _strange_page(request, self._settings.allowed_origins):
            advice = f"Whoever runs this service can add {strange} to web.allowed_origins, or set it up as a site."
            return _refusal(403, "This web site is not on the list of those that may show the chat.", advice, texts)
        return self._chat(self._settings.allowed_origins, self._tokens.open(""), sources, "", texts)

    def _chat(self, origins: Sequence[str], token: str, sources: str, site: str, texts: Words) -> Response:
        known = [id_ for id_ in sources.split(",") if id_ in self._shelf.metadata]
        html = render(
            "embed.html",
            texts,
            said=_said(texts),
            paused=resting(self._settings.operation.pause_folder, *([site] if site else [])),
            notice=self._notice.words,
            kept=bool(self._settings.operation.question_log),
            token=token,
            renew_seconds=int(self._tokens.life * 2 / 3),
            sources=known,
            coverage=coverage({id_: m for id_, m in self._shelf.metadata.items() if not known or id_ in known}, texts),
            examples=list(self._examples)[:3] if not known else [],
            most_chars=self._settings.max_question_chars,
            most_turns=self._settings.max_history_turns,
        )
        policy = _CHAT_POLICY + " ".join(("'self'", *origins))
        return HTMLResponse(html, headers={**_FRAMED, "Content-Security-Policy": policy})

    def token(self, request: Request) -> Response:
        """Send the site's own token for a new chat, or an open chat's token for its next one."""
        caller = caller_of(request.scope)
        if caller.kind == "frame":
            session = self._tokens.read(credentials.read(request.headers.get("authorization", "")).bearer)
            if session is None:
                return problem(401, "This chat's time is over.")
            made = self._tokens.sign(session)
        else:
            made = self._tokens.open(caller.site)
        body = schemas.EmbedTokenOut(token=made, expires_in=int(self._tokens.life))
        return JSONResponse(body.model_dump(), headers={"Cache-Control": "no-store"})


def _script() -> Response:
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(_script_with_words(), media_type="text/javascript", headers=headers)


@functools.cache
def _script_with_words() -> str:
    said = {code: words(code).group("widget") for code in LANGUAGES}
    return SCRIPT.read_text(encoding="utf-8").replace("const WORDS = {};", f"const WORDS = {json.dumps(said)};")


def _said(texts: Words) -> dict[str, Any]:
    """What the script in the page says, in the language of the page."""
    return {
        **texts.group("embed"),
        "language": texts.tag,
        "outcomes": texts.group("outcomes"),
        "quoted": texts("how.quoted"),
        "notices": texts.group("notices"),
        "stages": texts.group("stages"),
        "reasons": texts.group("reasons"),
        "stopped": texts("ask.stopped"),
    }


def _strange_page(request: Request, origins: Sequence[str]) -> str:
    """The origin of the page around us where it is not one of these. A browser that does not say is held by
    frame-ancestors alone, which no page can get round."""
    page = urlsplit(request.headers.get("referer", ""))
    origin = f"{page.scheme}://{page.netloc}"
    if not page.netloc or origin in origins or page.netloc == request.headers.get("host"):
        return ""
    return origin


def _refusal(status: int, said: str, advice: str, texts: Words, headers: dict[str, str] | None = None) -> Response:
    html = render("embed_refused.html", texts, words=said, advice=advice)
    given = {**_FRAMED, "Content-Security-Policy": _REFUSAL_POLICY, **(headers or {})}
    return HTMLResponse(html, status, headers=given)
