"""What a run of indexing did, in lines for people and as data for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from index.build import BuildReport


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
    lines += [f"Skipped: {s.path}: {s.reason} {s.advice}".rstrip() for s in report.skipped]
    lines += [f"Could not be read: {warning}" for warning in report.warnings]
    if not report.published:
        lines.append(f"Nothing has changed; nothing was embedded. {report.passages} passages, index {report.fingerprint}.")
    else:
        lines.append(f"{report.passages} passages, {report.embedded} texts embedded, index {report.fingerprint}.")
    return lines
