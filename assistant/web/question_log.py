"""Questions and what came of each, kept only where the operator wants it: to see what the documents do not answer.

A folder with a file for each day, a line a question. Nothing says who asked, from where, on which page or at what hour.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.errors import SettingsError
from assistant.guards import holds_personal_data, without_personal_data
from assistant.model import Reason, Refusal, Reply

Day = Callable[[], datetime.date]
_FILE = re.compile(r"\d{4}-\d\d-\d\d\.jsonl")
_MOST_BYTES = 20_000_000  # of a day's file: what comes after that day is not kept


class Kept(BaseModel):
    """A question as it was kept. `searched` is a follow-up in the words it was searched with, else empty. Of a question that
    was `withheld`, since it seemed to be about somebody, only what came of it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: datetime.date
    question: str = ""
    searched: str = ""
    outcome: str
    reason: str = ""
    withheld: bool = False


class QuestionLog:
    """Safe to share between threads; several processes may keep one folder."""

    def __init__(self, folder: Path, days: int, today: Day = datetime.date.today) -> None:
        """Raises SettingsError for a folder that cannot be made."""
        self._folder, self._days, self._today = folder, days, today
        self._writing = threading.Lock()
        self._cleared: datetime.date | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"web.operation.question_log: {folder} cannot be a folder: {error.strerror}."
            ) from error
        self._clear(today())

    def note(self, question: str, followed: bool, reply: Reply) -> None:
        """Keeps a line. `followed` says that earlier turns came with the question. Raises OSError."""
        day = self._today()
        line = json.dumps(kept(day, question, followed, reply).model_dump(mode="json", exclude_defaults=True))
        with self._writing:
            self._clear(day)
            self._append(self._folder / f"{day}.jsonl", f"{line}\n".encode())

    def _append(self, file: Path, line: bytes) -> None:
        out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.fstat(out).st_size < _MOST_BYTES:
                os.write(out, line)
        finally:
            os.close(out)

    def _clear(self, day: datetime.date) -> None:
        """Once a day: what is older than it may be goes."""
        if self._cleared == day:
            return
        for file in day_files(self._folder):
            if file.stem <= str(day - datetime.timedelta(self._days)):
                file.unlink(missing_ok=True)
        self._cleared = day


def kept(day: datetime.date, question: str, followed: bool, reply: Reply) -> Kept:
    reason = str(reply.reason) if isinstance(reply, Refusal) else ""
    if reply.trace.personal_data or reason == Reason.PERSONAL_CASE or holds_personal_data(question):
        return Kept(on=day, outcome=str(reply.outcome), reason=reason, withheld=True)
    searched = without_personal_data(reply.trace.search_text) if followed else ""
    words = without_personal_data(question)
    return Kept(
        on=day,
        question=words,
        searched=searched if searched != words else "",
        outcome=str(reply.outcome),
        reason=reason,
    )


def day_files(folder: Path) -> list[Path]:
    """The files of the log, oldest first."""
    return sorted(file for file in folder.glob("*.jsonl") if _FILE.fullmatch(file.name))


def read_questions(folder: Path) -> Iterator[Kept]:
    """What was kept, oldest first; a line that cannot be read is passed over."""
    for file in day_files(folder):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                yield Kept.model_validate_json(line)
            except ValueError:
                continue
