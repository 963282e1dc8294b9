"""What the program is made of; the known faults apart, which want a network."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from eval.hold import supply
from eval.hold.experiment import Run

HERE = supply.read_written()


def test_what_is_installed_is_what_the_lock_says_and_may_be_used(tmp_path: Path) -> None:
    found = supply.supply(supply.SupplySizes(audit=0), Run(1, tmp_path))
    strays = "an installed package that no lock names"  # somebody's own, in an environment of theirs
    broken = [promise for promise in found.promises if not promise.kept and promise.what != strays]
    assert [promise.what for promise in broken] == [supply.audit_promise(0, 1, []).what]  # not asked: not kept


def test_a_package_at_another_version_is_a_difference() -> None:
    locked = {"a": "1", "b": "2", "torch": "2.13.0"}
    assert supply.differences(locked, {"a": "1", "torch": "2.13.0+cpu", "c": "3", "pip": "9"}) == (
        ["b is missing and not 2"],
        ["c"],
    )


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("MPL-1.1 OR MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MIT AND GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("MIT License\n\nCopyright somebody", True),
        ("UNKNOWN", False),
    ],
)
def test_a_licence_is_allowed_when_all_its_parts_are(words: str, allowed: bool) -> None:
    assert (supply.not_allowed({"some": words}, HERE) == []) is allowed


def test_an_exception_ends_with_its_day() -> None:
    assert supply.past(HERE, date(2026, 11, 22)) == []
    assert len(supply.past(HERE, date(2100, 1, 1))) == len(HERE.fault) + len(HERE.licence)


def test_faults_that_were_not_looked_up_are_never_called_none() -> None:
    assert not supply.audit_promise(0, 178, []).kept
    assert "not checked" in supply.audit_promise(0, 178, []).found
    assert not supply.audit_promise(100, 178, []).kept
    assert supply.audit_promise(178, 178, []).kept
    assert not supply.audit_promise(178, 178, ["x: CVE-1"]).kept


def test_only_the_faults_that_are_written_down_are_excepted() -> None:
    known = {"chromadb": ["GHSA-f4j7-r4q5-qw2c", "GHSA-other"]}
    assert supply.unexcepted(known, HERE) == ["chromadb: GHSA-other"]


def test_the_server_that_the_exceptions_speak_of_is_never_imported() -> None:
    """Chroma's Python server: nobody in our rooms names it."""
    files = [path for room in ("ingest", "index", "assistant") for path in (supply.ROOT / room).rglob("*.py")]
    assert files and not [path for path in files if "chromadb.server" in path.read_text(encoding="utf-8")]
    assert json.dumps([one.why for one in HERE.fault if one.package == "chromadb"]).count("server") == 4
