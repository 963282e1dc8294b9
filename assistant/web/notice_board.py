"""What the operator wants everyone to read, at the head of every screen: a few lines in a file, changed without a restart."""

from __future__ import annotations

import contextlib
from pathlib import Path

from assistant.web.pages import plain

MOST_CHARS = 500


class NoticeBoard:
    """Without a file there is never a notice."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    @property
    def words(self) -> str:
        """Empty when there is none, and when the file cannot be read: a notice stops nobody from asking."""
        if self._file is None:
            return ""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return plain(self._file.read_text(encoding="utf-8")).strip()[:MOST_CHARS]
        return ""

    def put(self, words: str) -> None:
        """Empty words take it down. Raises OSError."""
        if self._file is None:
            return
        if not words.strip():
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(f"{plain(words).strip()[:MOST_CHARS]}\n", encoding="utf-8")
