"""A PDF file -> messages, one a page, with its lines and where they stand. Runs in the child: see `child`.

pypdf reads first, with pypdfium2 for a second opinion on spaces (see `spacing`); a page that pypdf cannot read, takes too
long over or makes no sense of is read with pypdfium2. A page that neither can read is reported by its number, and the others stay.
"""

from __future__ import annotations

import io
import logging
import math
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any

from ingest.lines import RAISED
from ingest.measure import width
from ingest.spacing import Spacing

Message = dict[str, Any]

_PASSWORD = ("it is protected with a password", "Save a copy without the password.")
_BROKEN = ("it is damaged: no page can be found in it", "Open it in a PDF reader and save or print it as a new PDF.")
_POOR = 0.05  # of a page's letters: more marks without meaning than this, and the page is no use


class _TooSlow(BaseException):
    """Not an Exception: pypdf catches those in many places and goes on."""


def pages_of(file: IO[bytes], first: int, engine: str, max_pages: int, page_seconds: float) -> Iterator[Message]:
    """Page numbers count from 1. `engine` is "both", or "pypdf" or "pypdfium2" to do without the other."""
    logging.disable(logging.CRITICAL)
    other = _Pdfium(file)
    reader = _open(file) if engine != "pypdfium2" else None
    count = _count(reader) or other.count
    if not count and not other.locked:
        reader = _open(io.BytesIO(_with_trailer(file)))
        count = _count(reader)
    if reader is None and other.locked:
        yield {"refused": _PASSWORD}
        return
    if not count:
        yield {"refused": _BROKEN}
        return
    labels = _labels(reader) if reader is not None else None
    yield {"pages": count, "facts": _facts(reader) if reader is not None else {}}
    for index in range(first - 1, min(count, max_pages)):
        label = labels[index] if labels is not None and index < len(labels) else other.label(index)
        yield {"page": index + 1, "label": label, **_page(reader, other, index, page_seconds, engine == "both")}


def _page(reader: Any, other: _Pdfium, index: int, seconds: float, both: bool) -> Message:
    trouble = ""
    if reader is not None:
        try:
            with _limit(seconds):
                lines = lines_of_page(reader.pages[index])
            if lines and _sound("".join(line[0] for line in lines)):
                return {"lines": _respaced(lines, other, index) if both else lines}
            trouble = "its letters have no meaning" if lines else ""
        except _TooSlow:
            trouble = "it takes too long"
        except (MemoryError, RecursionError, Exception) as error:  # whatever a stranger's file provokes
            trouble = f"its content is damaged: {type(error).__name__}"
    try:
        text = other.text(index)
    except Exception as error:
        return {"failed": trouble or f"its content is damaged: {type(error).__name__}"}
    if trouble and not (text.strip() and _sound(text)):
        return {"failed": trouble}
    return {"text": text, "pictures": not text.strip() and other.has_pictures(index)}


def _respaced(lines: list[list[Any]], other: _Pdfium, index: int) -> list[list[Any]]:
    try:
        spacing = Spacing(other.text(index))
    except Exception:  # the second opinion is not needed
        return lines
    return [spacing.row(line) for line in lines]


def _open(file: IO[bytes]) -> Any:
    """The reader, or None if pypdf cannot open the file at all."""
    from pypdf import PdfReader, apply_configuration  # in the child only, and costly

    apply_configuration(
        maximum_declared_stream_length=50_000_000,
        zlib_maximum_output_length=50_000_000,
        lzw_maximum_output_length=50_000_000,
        run_length_maximum_output_length=50_000_000,
        stream_parsing_work_maximum_count=1_000_000,
        jbig2dec_binary=None,
    )
    try:
        reader = PdfReader(file, strict=False)
        return None if reader.is_encrypted and not reader.decrypt("") else reader
    except (MemoryError, RecursionError, Exception):
        return None


def _with_trailer(file: IO[bytes]) -> bytes:
    """The file with a new trailer, for one that was cut short: the old one stood at its end."""
    file.seek(0)
    data = file.read()
    catalog = re.search(rb"(\d+) (\d+) obj\s*<<(?:(?!endobj).){0,2000}?/Type\s*/Catalog", data, re.DOTALL)
    root = b"%s %s R" % catalog.groups() if catalog else b"1 0 R"
    return data + b"\nendobj\nxref\n0 0\ntrailer\n<< /Root " + root + b" >>\nstartxref\n0\n%%EOF\n"


def _count(reader: Any) -> int:
    try:
        return len(reader.pages) if reader is not None else 0
    except (MemoryError, RecursionError, Exception):
        return 0


def _labels(reader: Any) -> list[str] | None:
    """The numbers printed on the pages, None where the file does not tell them."""
    try:
        return list(reader.page_labels) if "/PageLabels" in reader.trailer["/Root"] else None
    except (MemoryError, RecursionError, Exception):
        return None


def _facts(reader: Any) -> dict[str, str]:
    """Title and author. The dates in a PDF are those of the file, not of the work."""
    try:
        found = reader.metadata or {}
        return {key: str(found[name]) for key, name in (("title", "/Title"), ("author", "/Author")) if found.get(name)}
    except (MemoryError, RecursionError, Exception):
        return {}


def lines_of_page(page: Any) -> list[list[Any]]:
    """[text, left, base, size, bold, cells] for each line of pypdf's text, in its order. The text is what `extract_text`
    gives; place and letters are those of its first words. `cells` are the offsets, and the places on the page, at which
    a wide space divides the line."""
    lines: list[_Line] = [_Line()]

    def take(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append(_Line())
            if part:
                lines[-1].take(part, cm, tm, font, size)

    page.extract_text(visitor_text=take)
    return [line.as_list() for line in lines if line.text.strip()]


class _Line:
    """A line in the making."""

    def __init__(self) -> None:
        self.text = ""
        self.left: float | None = None
        self.base = 0.0
        self.right = 0.0
        self.cells: list[tuple[int, float]] = []
        self.sizes: dict[tuple[float, bool], int] = {}

    def take(self, part: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        scale = math.sqrt(abs(tm[0] * tm[3] - tm[1] * tm[2]) * abs(cm[0] * cm[3] - cm[1] * cm[2]))
        size = round(size * scale, 1)
        left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        base = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if self._raised(part, size, base):
            self.text += RAISED + part
            return
        if part.strip():
            if self.left is None:
                self.left, self.base = left, base
            elif left > self.right + 1.5 * size > 0:
                self.cells.append((len(self.text), round(left, 1)))
            self.right = max(self.right, left) + width(part) * size
            bold = re.search(r"bold|black|heavy|semibd", str((font or {}).get("/BaseFont", "")), re.IGNORECASE)
            key = (size, bold is not None)
            self.sizes[key] = self.sizes.get(key, 0) + len(part.strip())
        self.text += part

    def _raised(self, part: str, size: float, base: float) -> bool:
        if self.left is None or not re.fullmatch(r" ?\d{1,3} ?", part) or not self.text[-1:].strip():
            return False
        usual = max(self.sizes, key=lambda key: self.sizes[key])[0]
        return size < 0.85 * usual or base - self.base > 0.2 * usual > 0

    def as_list(self) -> list[Any]:
        size, bold = max(self.sizes, key=lambda key: self.sizes[key]) if self.sizes else (None, False)
        left = round(self.left, 1) if self.left is not None else None
        return [self.text, left, round(self.base, 1), size, bold, self.cells]


class _Pdfium:
    """The second engine, opened when it is first needed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._document: Any = None
        self._opened = False
        self.locked = False

    def _open(self) -> Any:
        if not self._opened:
            import pypdfium2  # in the child only, and only for pages that need it

            self._opened = True
            self._file.seek(0)
            try:
                self._document = pypdfium2.PdfDocument(self._file.read())
            except pypdfium2.PdfiumError as error:
                self.locked = "assword" in str(error)
        return self._document

    @property
    def count(self) -> int:
        document = self._open()
        return len(document) if document is not None else 0

    def label(self, index: int) -> str | None:
        return (self._document.get_page_label(index) or None) if self._document is not None else None

    def text(self, index: int) -> str:
        document = self._open()
        if document is None:
            raise ValueError("the file cannot be opened")
        text: str = document[index].get_textpage().get_text_bounded()
        # U+FFFE and U+0002 are its marks for a hyphen at a line's end.
        return re.sub("[\ufffe\x02]\r?\n?", "\u00ad\n", text)

    def has_pictures(self, index: int) -> bool:
        return any(item.type == 3 for item in self._document[index].get_objects(max_depth=3))


def _sound(letters: str) -> bool:
    lost = sum(1 for letter in letters if letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter == "\x00")
    return lost <= _POOR * len(letters)


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """_TooSlow after that long. Where the platform has no timer, the parent's clock is the only one."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooSlow

    before: Callable[[int, FrameType | None], Any] | int | None = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
