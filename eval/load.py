"""JSONL files -> cases and outcomes. What is wrong is said with the file, the line, the field and what was expected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eval.errors import CaseError
from eval.model import Case
from eval.sources import Sources

Line = TypeVar("Line", bound=BaseModel)


def read_lines(path: Path, model: type[Line]) -> list[tuple[int, Line]]:
    """Every line of a JSONL file, checked, with its line number from 1. Blank lines are skipped; an empty file is an
    error."""
    if not path.is_file():
        raise CaseError(f"{path} is not a file; expected a JSONL file with one object a line.")
    found = [(number, _checked(path, number, line, model)) for number, line in _numbered(path)]
    if not found:
        raise CaseError(f"{path} is empty; expected one JSON object a line.")
    return found


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8 and try again.") from error
    yield from ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _checked(path: Path, number: int, line: str, model: type[Line]) -> Line:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        raise CaseError(f"{path}, line {number}: {_first_fault(error, model)}") from error


def _first_fault(error: ValidationError, model: type[BaseModel]) -> str:
    fault = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or "the whole line"
    if fault["type"] == "missing":
        return f"field {field} is missing"
    if fault["type"] == "extra_forbidden":
        return f"field {field} is not known; expected {', '.join(model.model_fields)}"
    message = fault["msg"].removeprefix("Value error, ")
    return f"field {field}: {message}; found {json.dumps(fault.get('input'), ensure_ascii=False, default=str)[:120]}"


def read_cases(paths: Sequence[Path], sources: Sources | None = None) -> list[Case]:
    """The cases of one or more files, in order. Ids must differ; gold quotes must stand in their source if `sources`
    is given."""
    placed = [(path, number, case) for path in paths for number, case in read_lines(path, Case)]
    _refuse_twins(placed)
    for path, number, case in placed:
        _check_gold(path, number, case, sources)
    return [case for _, _, case in placed]


def _refuse_twins(placed: Iterable[tuple[Path, int, Case]]) -> None:
    first: dict[str, str] = {}
    for path, number, case in placed:
        here = f"{path}, line {number}"
        if case.id in first:
            raise CaseError(f"{here}: field id: {case.id!r} is used already in {first[case.id]}; expected a new one")
        first[case.id] = here


def _check_gold(path: Path, number: int, case: Case, sources: Sources | None) -> None:
    if sources is None:
        return
    here = f"{path}, line {number} ({case.id})"
    for source_id in case.gold_sources:
        if source_id not in sources.texts:
            raise CaseError(
                f"{here}: field gold_sources: no document {source_id!r}; expected {', '.join(sources.texts)}"
            )
    for quote in case.gold_quotes:
        if not _stands(quote, case, sources):
            where = ", ".join(case.gold_sources) or "any document"
            raise CaseError(f"{here}: field gold_quotes: these words do not stand in {where}: {quote!r}")


def _stands(quote: str, case: Case, sources: Sources) -> bool:
    return any(sources.holds(source_id, quote) for source_id in case.gold_sources or sources.texts)


def question_digests(cases: Sequence[Case]) -> dict[str, str]:
    """Id -> digest of what is asked (question and history): a reply serves as long as this stays, however it is
    judged."""
    return {case.id: _digest(case.model_dump(mode="json", include={"question", "history"})) for case in cases}


def cases_digest(cases: Sequence[Case]) -> str:
    """Of the cases entire, answers and all: two summaries can be compared blindly only when this is the same."""
    return _digest([case.model_dump(mode="json", exclude={"note"}) for case in cases])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
