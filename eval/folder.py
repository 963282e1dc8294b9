"""A run folder: what was asked under which settings, what came back, how it was judged.

settings.json    what shaped the replies, and the machine they were made on
outcomes.jsonl   {"id", "reply"}, one line a case, written as replies come
scores.jsonl     one Score a line, in the order of the cases
summary.json, scores.csv, report.html, report.md
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from eval.errors import FolderError
from eval.load import read_lines
from eval.model import Outcome, Score


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run."""

    path: Path

    @property
    def settings(self) -> Path:
        return self.path / "settings.json"

    @property
    def outcomes(self) -> Path:
        return self.path / "outcomes.jsonl"

    @property
    def scores(self) -> Path:
        return self.path / "scores.jsonl"

    @property
    def summary(self) -> Path:
        return self.path / "summary.json"

    def open_for(self, identity: dict[str, Any], machine: dict[str, Any], fresh: bool) -> None:
        """Makes the folder ready for replies made under `identity`; a folder of other settings is refused unless
        `fresh`."""
        self.path.mkdir(parents=True, exist_ok=True)
        if fresh:
            self.outcomes.unlink(missing_ok=True)
        elif self.outcomes.exists():
            self._refuse_others(identity)
        write_json(self.settings, {"identity": identity, "machine": machine})

    def _refuse_others(self, identity: dict[str, Any]) -> None:
        before = self.read_settings().get("identity", {})
        other = sorted(key for key in {*before, *identity} if before.get(key) != _as_read(identity.get(key)))
        if other:
            raise FolderError(
                f"{self.path} holds replies made with other {', '.join(other)}. "
                "Give another folder with --out, or --fresh to throw those replies away."
            )

    def read_settings(self) -> dict[str, Any]:
        """What shaped the replies; empty when nothing is known."""
        if not self.settings.is_file():
            return {}
        try:
            found = json.loads(self.settings.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise FolderError(f"{self.settings} is damaged (line {error.lineno}). Run again with --fresh.") from error
        return found if isinstance(found, dict) else {}

    def read_outcomes(self) -> list[Outcome]:
        """The replies so far. Expects whole lines: `mend_torn_line` comes first where a run may have been cut off."""
        if not self.outcomes.is_file() or not self.outcomes.stat().st_size:
            return []
        return [outcome for _, outcome in read_lines(self.outcomes, Outcome)]

    def read_scores(self) -> list[Score]:
        if not self.scores.is_file():
            raise FolderError(
                f"{self.path} has no scores.jsonl. Run: python -m eval score CASES.jsonl --out {self.path}"
            )
        return [score for _, score in read_lines(self.scores, Score)]

    def mend_torn_line(self) -> bool:
        """Drops an unfinished last line of outcomes.jsonl, which a run that was cut off may leave; True if there was
        one."""
        if not self.outcomes.is_file():
            return False
        content = self.outcomes.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            os.truncate(self.outcomes, len(whole))
        return whole != content


def _as_read(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def write_lines(path: Path, models: Iterable[BaseModel]) -> None:
    write_text(path, "".join(model.model_dump_json() + "\n" for model in models))


def write_text(path: Path, text: str) -> None:
    """Whole or not at all: written beside, then moved into place."""
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(beside, path)
