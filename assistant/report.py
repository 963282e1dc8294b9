"""What a run of indexing did, in lines for people and as data for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from index.alike import Alike
from index.build import BuildReport
from index.examine import Count, DocumentFacts, Findings
from ingest.model import Skipped


def as_data(report: BuildReport) -> dict[str, Any]:
    return asdict(report)


def as_lines(report: BuildReport) -> list[str]:
    """One line per thing that happened; says so when nothing did."""
    lines = []
    for word, ids in (("Added", report.added), ("Replaced", report.replaced), ("Removed", report.removed)):
        if ids:
            lines.append(f"{word}: {', '.join(ids)}")
    if report.unchanged:
        lines.append(f"Unchanged: {', '.join(report.unchanged)}")
    lines += [f"Skipped: {s.path}: {why(s)}" for s in report.skipped]
    lines += [f"Could not be read: {warning}" for warning in report.warnings]
    lines += alike_lines(report.near_duplicates)
    if not report.published:
        lines.append(
            f"Nothing has changed; nothing was embedded. {report.passages} passages, index {report.fingerprint}."
        )
    else:
        lines.append(f"{report.passages} passages, {report.embedded} texts embedded, index {report.fingerprint}.")
    return lines


def doctor_lines(findings: Findings) -> list[str]:
    """The findings in reading order, faults last, where the eye rests."""
    lines = [_document_line(fact) for fact in findings.documents]
    lines += [f"    could not be read: {what}" for fact in findings.documents for what in fact.unreadable]
    lines += [f"{s.path}: skipped: {why(s)}" for s in findings.skipped]
    lines += alike_lines(findings.near_duplicates)
    lines.append(f"In all: {_counted(findings.all)}")
    for name, groups in (("Kind", findings.by_kind), ("Year", findings.by_year)):
        lines += [f"{name} {group}: {_counted(count)}" for group, count in (groups or {}).items()]
    if findings.unused_vectors:
        lines.append(
            f"{findings.unused_vectors} vectors that nothing uses; they are cleared away with the next removal."
        )
    for name, size in (findings.sizes or {}).items():
        lines.append(f"{name}: {size / 1e6:.1f} MB")
    lines.append(f"Index: {findings.serving or 'none'} {findings.fingerprint} {findings.model}".rstrip())
    lines.append("Versions: " + ", ".join(f"{name} {number}" for name, number in (findings.versions or {}).items()))
    lines += [f"FAULT: {fault}" for fault in findings.faults] or ["Everything is sound."]
    return lines


def why(skipped: Skipped) -> str:
    """The reason, and what its owner can do."""
    return " ".join(filter(None, (f"{skipped.reason.rstrip('.')}.", skipped.advice)))


def alike_lines(found: Sequence[Alike]) -> list[str]:
    """One line for each two documents that share passages."""
    shared = Counter((one.source_id, one.other_source_id) for one in found)
    return [
        f"Nearly the same: {number} passage{'s' if number > 1 else ''} of {one} and of {other}"
        for (one, other), number in shared.most_common()
    ]


def _counted(count: Count) -> str:
    return f"{count.documents} documents, {count.sections} sections, {count.passages} passages"


def _document_line(fact: DocumentFacts) -> str:
    year = fact.year or "year unknown"
    return f"{fact.source_id}: {fact.title} ({fact.kind or 'kind unknown'}, {year}), {fact.sections} sections, {fact.passages} passages"


def searched_only(filters: Sequence[Mapping[str, str]]) -> list[str]:
    """A line for each filter of a reply, and how to be rid of those that were read from the question."""
    lines = [
        f"Searched only: {one['label']}" + (f" (from your question: “{one['words']}”)" if one["words"] else "")
        for one in filters
    ]
    read = any(one["words"] for one in filters)
    return [*lines, *(["To search everything: --no-read-filters"] if read else [])]
