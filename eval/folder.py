"""A run folder: what was asked under which settings, what came back, how it was judged.

settings.json    what shaped the replies, and the machine they were made on
outcomes.jsonl   {"id", "reply"}, one line a case, written as replies come
scores.jsonl     one Score a line, in the order of the cases
opinions.jsonl   what a model said that was asked for its opinion, a word a line; only with --judge
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
class Made:
    """What shaped the replies of a run. `identity` (settings, engine, packages) must be the same for all of them;
    `questions` has a digest of what each case asked; `machine` is only told."""

    identity: dict[str, Any]
    machine: dict[str, Any]
    questions: dict[str, str]


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

    @property
    def opinions(self) -> Path:
        return self.path / "opinions.jsonl"

    def open_for(self, made: Made, fresh: bool) -> None:
        """Makes the folder ready for replies. One with replies made under another identity, or to other questions by
        the same ids, is refused unless `fresh`; then those replies are thrown away. New questions may join."""
        self.path.mkdir(parents=True, exist_ok=True)
        if fresh:
            self.outcomes.unlink(missing_ok=True)
        before = self.read_settings() if self.outcomes.exists() else {}
        other = _differing(before.get("identity", made.identity), _as_read(made.identity))
        if other:
            self._refuse(f"replies made with other {', '.join(other)}")
        self.refuse_changed(made.questions)
        questions = {**(before.get("questions") or {}), **made.questions}
        write_json(self.settings, {"identity": made.identity, "machine": made.machine, "questions": questions})

    def refuse_changed(self, questions: dict[str, str]) -> None:
        """Replies to what a case no longer asks must not be judged."""
        before = (self.read_settings().get("questions") or {}) if self.outcomes.exists() else {}
        changed = [name for name, digest in questions.items() if before.get(name, digest) != digest]
        if changed:
            self._refuse(f"replies to earlier questions of {', '.join(changed[:5])}")

    def _refuse(self, what: str) -> None:
        raise FolderError(
            f"{self.path} holds {what}. Give another folder with --out, or generate with --fresh to throw them away."
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


def _differing(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return sorted(key for key in {*before, *now} if before.get(key) != now.get(key))


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
