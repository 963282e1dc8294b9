"""The pages that documents are read on: plain HTML, without Gradio, that can be linked to, printed and kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from assistant.web.asks import Shelf
from assistant.web.pages import render
from assistant.web.reader import read_page
from assistant.web.words import LANGUAGES, Words, words

_Text = Annotated[str, Query(max_length=400)]


class ReadingRoom:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/read/{source_id}", self.read, response_class=HTMLResponse)
        return router

    def read(
        self, source_id: str, p: _Text = "", m: _Text = "", w: _Text = "", e: _Text = "", lang: _Text = "en"
    ) -> HTMLResponse:
        """`p` names a passage, `m` the marks in it; `w` and `e` are the first and the last words, in case it is gone."""
        texts = words(lang if lang in LANGUAGES else "en")
        try:
            page = read_page(source_id, p, m, w, e, self._shelf, texts)
        except KeyError:
            return HTMLResponse(self._page("gone.html", texts), 404)
        return HTMLResponse(self._page("reader.html", texts, page=page))

    def _page(self, template: str, texts: Words, **values: object) -> str:
        home = "" if texts.code == "en" else f"{texts.code}/"
        return render(template, texts, **{"root": "../", "home": f"../{home}", **values})
