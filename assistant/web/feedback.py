"""What readers say of an answer, kept in a file of the operator's choosing; without one there is neither form nor address.

A line of the file is one word of feedback, as JSON; nothing about the person is in it. `python -m eval feedback` makes
cases of it, to be reviewed.
"""

from __future__ import annotations

import datetime
import json
import threading
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.guards import holds_personal_data
from assistant.web.problems import problem

Reason = Literal["wrong_evidence", "out_of_date", "did_not_answer", "should_have_refused"]
REASONS: tuple[Reason, ...] = ("wrong_evidence", "out_of_date", "did_not_answer", "should_have_refused")
_MOST_BYTES = 50_000_000  # of the file: then it is full, and says so
_Short = Annotated[str, Field(max_length=300)]


class Cited(BaseModel):
    """A passage that the answer rested on, and the words quoted from it."""

    model_config = ConfigDict(extra="forbid")

    source_id: _Short
    passage_id: _Short
    quotes: list[Annotated[str, Field(max_length=4000)]] = Field(default=[], max_length=20)


class FeedbackBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=6000)
    outcome: _Short
    helpful: bool
    reasons: list[Reason] = Field(default=[], max_length=len(REASONS))
    words: str = Field(default="", max_length=2000)
    citations: list[Cited] = Field(default=[], max_length=30)


class Feedback:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._one_at_a_time = threading.Lock()

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/api/v1/feedback", self.give, methods=["POST"], summary="Say whether an answer helped")
        return router

    def give(self, body: FeedbackBody) -> Response:
        """Stores the question, what was answered and what the reader says of it."""
        if holds_personal_data(f"{body.question} {body.words}"):
            return problem(422, "This seems to hold somebody's personal data, and was not stored.")
        try:
            self._keep(body)
        except OSError as fault:
            return problem(507, f"It cannot be stored: {fault.strerror}. Please tell the people who run this.")
        return JSONResponse({"status": "stored"}, 201)

    def _keep(self, body: FeedbackBody) -> None:
        dated = json.dumps({"on": f"{datetime.date.today()}", **body.model_dump()}, ensure_ascii=False)
        with self._one_at_a_time:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if self._file.exists() and self._file.stat().st_size > _MOST_BYTES:
                raise OSError(0, "the file is full")
            with self._file.open("a", encoding="utf-8") as out:
                out.write(f"{dated}\n")
