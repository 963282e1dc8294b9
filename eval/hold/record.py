"""The result of one experiment as a file: what was found, when, on which machine, from which commit."""

from __future__ import annotations

import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from eval.errors import EvalError
from eval.folder import write_json
from eval.hold.experiment import Experiment, Promise, Run, S, Tell
from eval.machine import machine, packages

SCHEMA = "common-ground/held/1"
ROOT = Path(__file__).resolve().parents[2]


class Record(BaseModel):
    """`command` makes it again; `commit` ends in "+" when files had been changed since."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_name: str = SCHEMA
    name: str
    command: str
    date: str
    commit: str
    machine: dict[str, Any]
    packages: dict[str, str | None]
    seed: int
    sizes: dict[str, Any]
    seconds: float
    kept: bool
    promises: tuple[Promise, ...]
    figures: dict[str, Any]


def carry_out(experiment: Experiment[S], sizes: S, seed: int, tell: Tell = lambda *_: None) -> Record:
    """One experiment in a scratch folder of its own."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"hold-{experiment.name}-", ignore_cleanup_errors=True) as scratch:
        findings = experiment.hold(sizes, Run(seed, Path(scratch), tell))
    return Record(
        name=experiment.name,
        command=_command(experiment.name, sizes, seed),
        date=datetime.now().astimezone().isoformat(timespec="seconds"),
        commit=_commit(),
        machine=machine(),
        packages=packages(),
        seed=seed,
        sizes=sizes.model_dump(mode="json"),
        seconds=round(time.monotonic() - started, 1),
        kept=findings.kept,
        promises=findings.promises,
        figures=findings.figures,
    )


def _command(name: str, sizes: S, seed: int) -> str:
    given = [f"--size {key}={value}" for key, value in sizes.model_dump(mode="json", exclude_defaults=True).items()]
    return " ".join(["python -m eval hold", name, f"--seed {seed}", *given])


def _commit() -> str:
    """The commit of the code; empty where it is no checkout."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=10, check=True)
    return done.stdout.strip()


def write_record(record: Record, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record.name}.json"
    write_json(path, TypeAdapter(Record).dump_python(record, mode="json"))
    return path


def read_records(folder: Path) -> list[Record]:
    """Every record in the folder, by name."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Record:
    try:
        return Record.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise EvalError(f"{path} is no record of an experiment: {error.errors()[0]['msg']}. Run it again.") from error


def table(records: list[Record]) -> str:
    """One line a promise, in Markdown; what was not kept stands out."""
    lines = ["| promise | wanted | found | experiment |", "| --- | --- | --- | --- |"]
    for record in records:
        for n, promise in enumerate(record.promises):
            found = promise.found if promise.kept else f"**NOT KEPT: {promise.found}**"
            cells = (promise.what, promise.target, found, f"`{record.command}`" if n == 0 else "″")
            lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines)
