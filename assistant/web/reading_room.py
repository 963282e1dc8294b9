"""The pages that documents are read on: plain HTML, without Gradio, that can be linked to, printed and kept; and pages of a
PDF as pictures, with the words of a link marked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from assistant.web.asks import Shelf
from assistant.web.notice_board import NoticeBoard
from assistant.web.pages import render
from assistant.web.problems import problem
from assistant.web.reader import read_page, words_at
from assistant.web.words import LANGUAGES, Words, words
from ingest.errors import UnreadableFile
from ingest.kinds import PDF
from ingest.pdfpicture import page_picture
from ingest.settings import IngestSettings

_Text = Annotated[str, Query(max_length=400)]


class ReadingRoom:
    """`folder` is where the files lie; without it no page is shown as a picture."""

    def __init__(self, shelf: Shelf, folder: Path | None, board: NoticeBoard) -> None:
        self._shelf, self._folder, self._board = shelf, folder, board

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/read/{source_id}", self.read, response_class=HTMLResponse)
        router.add_api_route("/read/{source_id}/page-{number}.png", self.picture, response_class=Response)
        return router

    def read(
        self, source_id: str, p: _Text = "", m: _Text = "", w: _Text = "", e: _Text = "", lang: _Text = "en"
    ) -> HTMLResponse:
        """`p` names a passage, `m` the marks in it; `w` and `e` are the first and the last words, in case it is gone."""
        texts = words(lang if lang in LANGUAGES else "en")
        try:
            page = read_page(source_id, p, m, w, e, self._shelf, texts, pictures=self._file(source_id) is not None)
        except KeyError:
            return HTMLResponse(self._page("gone.html", texts), 404)
        return HTMLResponse(self._page("reader.html", texts, page=page))

    def picture(self, source_id: str, number: int, p: _Text = "", m: _Text = "") -> Response:
        """One page as it is printed, drawn in a child process; the marked words of the passage are marked on it too."""
        try:
            file = self._file(source_id)
        except KeyError:
            file = None
        if file is None:
            return problem(404, "There is no PDF of that name.")
        try:
            drawn, _ = page_picture(file, number, words_at(p, m, self._shelf), IngestSettings())
        except UnreadableFile as why:
            return problem(404, f"{why}. {why.advice}")
        return Response(drawn, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})

    def _file(self, source_id: str) -> Path | None:
        """The PDF of a source, if it lies in the folder and nowhere else. Raises KeyError when there is no such source."""
        document = self._shelf.document(source_id)
        if self._folder is None or document.media_type != PDF or not document.path:
            return None
        file = (self._folder / document.path).resolve()
        return file if file.is_relative_to(self._folder.resolve()) and file.is_file() else None

    def _page(self, template: str, texts: Words, **values: object) -> str:
        home = "" if texts.code == "en" else f"{texts.code}/"
        about = {"root": "../", "home": f"../{home}", "notice": self._board.words}
        return render(template, texts, **{**about, **values})
