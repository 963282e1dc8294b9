"""What indexing did and what is indexed, in lines for people."""

from __future__ import annotations

import json

from assistant.report import as_data, as_lines, doctor_lines
from index.alike import Alike
from index.build import BuildReport
from index.examine import Count, DocumentFacts, Findings
from ingest.model import Skipped

SKIPPED = Skipped("scan.pdf", "it holds pictures of pages and no text", "Run it through OCR.")


def test_each_thing_that_happened_has_a_line() -> None:
    report = BuildReport(
        added=("a", "b"), removed=("c",), unchanged=("d",), skipped=(SKIPPED,), warnings=("a: page 3",), embedded=7, passages=20,
        published=True, fingerprint="f00",
    )  # fmt: skip
    assert as_lines(report) == [
        "Added: a, b",
        "Removed: c",
        "Unchanged: d",
        "Skipped: scan.pdf: it holds pictures of pages and no text. Run it through OCR.",
        "Could not be read: a: page 3",
        "20 passages, 7 texts embedded, index f00.",
    ]


def test_a_run_that_changed_nothing_says_so() -> None:
    lines = as_lines(BuildReport(unchanged=("a",), passages=20, fingerprint="f00"))
    assert lines[-1] == "Nothing has changed; nothing was embedded. 20 passages, index f00."


def test_a_report_is_plain_json() -> None:
    data = as_data(BuildReport(skipped=(SKIPPED,)))
    assert json.loads(json.dumps(data))["skipped"][0]["path"] == "scan.pdf"


def test_a_document_is_told_of_with_what_is_not_known() -> None:
    facts = DocumentFacts("a", "a.pdf", "A Town", "", None, 3, 9, ("page 4",))
    lines = doctor_lines(
        Findings(documents=(facts,), skipped=(SKIPPED,), serving="gen-0001", fingerprint="f00", model="m")
    )
    assert lines[:3] == [
        "a: A Town (kind unknown, year unknown), 3 sections, 9 passages",
        "    could not be read: page 4",
        "scan.pdf: skipped: it holds pictures of pages and no text. Run it through OCR.",
    ]
    assert "Index: gen-0001 f00 m" in lines
    assert lines[-1] == "Everything is sound."


def test_documents_are_counted_by_kind_and_year() -> None:
    findings = Findings(all=Count(3, 9, 20), by_kind={"report": Count(2, 5, 12)}, by_year={"2010": Count(3, 9, 20)})
    assert [line for line in doctor_lines(findings) if "sections" in line] == [
        "In all: 3 documents, 9 sections, 20 passages",
        "Kind report: 2 documents, 5 sections, 12 passages",
        "Year 2010: 3 documents, 9 sections, 20 passages",
    ]


def test_faults_come_last_where_the_eye_rests() -> None:
    alike = (Alike("a", "a-1", "b", "b-1"), Alike("a", "a-2", "b", "b-7"), Alike("c", "c-1", "b", "b-1"))
    lines = doctor_lines(Findings(near_duplicates=alike, faults=("shelf.sqlite is not as published.",)))
    assert lines[:2] == ["Nearly the same: 2 passages of a and of b", "Nearly the same: 1 passage of c and of b"]
    assert lines[-1] == "FAULT: shelf.sqlite is not as published."
