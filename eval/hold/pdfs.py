"""Crafted and mutated PDF files: none hangs, none takes the reader's parent down, and each failure has its reason."""

from __future__ import annotations

import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from eval.hold.crafted import TRICKS
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.pdffile import paragraph, pdf
from eval.hold.place import made_up
from ingest import IngestSettings, UnreadableFile, read_file, scan


class PdfSizes(Sizes):
    crafted: int = Field(150, ge=0, description="files made to break a reader, trick by trick at growing sizes")
    mutated: int = Field(1000, ge=0, description="copies of readable files with bits flipped, parts cut or moved")
    originals: str = Field("", description="a folder of PDF files to mutate; made-up ones when none is named")
    cpu_seconds: int = Field(10, ge=1)
    wall_seconds: int = Field(40, ge=1)
    memory_mb: int = Field(1024, ge=256)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the reading of one file ended: `reason` is empty when it gave text. `pages` are those given up."""

    name: str
    reason: str
    pages: tuple[str, ...]
    seconds: float
    fault: str = ""


def hold(sizes: PdfSizes, run: Run) -> Findings:
    draw = random.Random(run.seed)
    files = [*_crafted(sizes.crafted), *_mutated(sizes, draw)]
    limits = IngestSettings(
        cpu_seconds=sizes.cpu_seconds, wall_seconds=sizes.wall_seconds, memory_mb=sizes.memory_mb, max_text_mb=5
    )
    ends, before = [], _largest_child_mb()
    for n, (name, content) in enumerate(files):
        run.tell(name.split(" ")[0], n, len(files))
        ends.append(_read(run.scratch, name, content, limits))
    return _findings(ends, sizes, before)


def _crafted(number: int) -> Iterator[tuple[str, bytes]]:
    for n in range(number):
        name = list(TRICKS)[n % len(TRICKS)]
        size = 1 + n // len(TRICKS)
        yield f"{name} {size}", TRICKS[name](size)


def _mutated(sizes: PdfSizes, draw: random.Random) -> Iterator[tuple[str, bytes]]:
    originals = _originals(sizes.originals, draw)
    for n in range(sizes.mutated):
        name, content = originals[n % len(originals)]
        yield f"mutated {n} of {name}", mutated(content, draw)


def _originals(folder: str, draw: random.Random) -> list[tuple[str, bytes]]:
    if folder:
        return [(path.name, path.read_bytes()) for path in sorted(Path(folder).glob("*.pdf"))]
    texts = [[made_up(draw, 2) for _ in range(4)] for _ in range(5)]
    return [(f"made-{n}.pdf", pdf([paragraph(text, 72, 760) for text in pages])) for n, pages in enumerate(texts)]


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Bits flipped, a part cut out, doubled or moved, or the end cut off."""
    changed = bytearray(content)
    start, end = sorted(draw.randrange(len(changed)) for _ in range(2))
    how = draw.randrange(5)
    if how == 0:
        for _ in range(draw.choice((1, 8, 64, 512))):
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    elif how == 1:
        del changed[start : min(end, start + 4096)]
    elif how == 2:
        changed[start:start] = changed[start : min(end, start + 4096)]
    elif how == 3:
        part = changed[start : min(end, start + 4096)]
        changed[-len(part) :] = part
    else:
        del changed[end:]
    return bytes(changed) or b"%PDF-"


def _read(folder: Path, name: str, content: bytes, limits: IngestSettings) -> Ended:
    (folder / "file.pdf").write_bytes(content)
    started = time.monotonic()
    reason, fault = "", ""
    pages: tuple[str, ...] = ()
    try:
        scanned = scan(folder, settings=limits)
        if not scanned.found:
            reason = scanned.skipped[0].reason
        else:
            document = read_file(scanned.found[0], settings=limits)
            pages = tuple(f"page {warning.page_index}: {warning.text}" for warning in document.warnings)
    except UnreadableFile as error:
        reason = error.reason
        fault = "" if error.reason and error.advice else "a refusal without reason or advice"
    except Exception as error:  # what must not happen is a finding, and the next file is still to be read
        fault = f"{type(error).__name__}: {error}"
    return Ended(name, reason, pages, time.monotonic() - started, fault)


def _largest_child_mb() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _findings(ends: list[Ended], sizes: PdfSizes, before: float) -> Findings:
    limit = 3 * sizes.wall_seconds  # a page that breaks the reader is tried with two engines more
    slow = [f"{end.name}: {end.seconds:.0f} s" for end in ends if end.seconds > limit]
    faults = [f"{end.name}: {end.fault}" for end in ends if end.fault]
    peak = _largest_child_mb()
    return Findings(
        (
            none_of(f"PDF files that took more than {limit} seconds", slow, len(ends)),
            none_of("PDF files that ended in anything but text or a reason and advice", faults, len(ends)),
            Promise(
                "memory of the process that reads one file",
                f"at most {sizes.memory_mb} MB",
                f"{peak:.0f} MB",
                # The system tells the largest child ever: one that ran before and was larger hides ours.
                peak <= max(sizes.memory_mb, before),
            ),
        ),
        {
            "read": sum(not end.reason for end in ends),
            "read_but_for_pages": sum(bool(end.pages) and not end.reason for end in ends),
            "reasons": dict(Counter(end.reason for end in ends if end.reason).most_common()),
            "slowest_seconds": sorted((round(end.seconds, 1) for end in ends), reverse=True)[:5],
            "failures": [
                {"file": end.name, "reason": end.reason, "pages": list(end.pages[:5])}
                for end in ends
                if end.reason or end.pages
            ],
        },
    )


EXPERIMENT = Experiment("pdfs", PdfSizes, hold)
