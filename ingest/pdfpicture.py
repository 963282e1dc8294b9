"""One page of a PDF as it is printed, with some words marked on it: a picture for people, made in the child process.

Words are found by their letters and figures alone: spaces, hyphens at line ends and ligatures differ between what was
quoted and what stands in the file.
"""

from __future__ import annotations

import base64
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UnreadableFile
from ingest.isolation import ChildFailed, messages, task_for
from ingest.kinds import PDF
from ingest.settings import IngestSettings

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]  # left, bottom, right, top in points, from the lower left corner

_DOTS = 1.75  # for each point: 126 to the inch
_MOST_SIDE = 2600
_MARK = np.array([255, 226, 120], dtype=np.uint16)
_ADVICE = "Open the file itself."


def page_picture(file: Path, page_index: int, quotes: Sequence[str], settings: IngestSettings) -> tuple[bytes, bool]:
    """A PNG of the page (counted from 1), and whether any of the quotes was found and marked on it. Raises UnreadableFile
    when there is no such page or it cannot be drawn."""
    task = task_for(PDF, settings, page_index, "picture", tuple(quotes))
    try:
        for message in messages(task, file, settings):
            return base64.b64decode(message["png"]), bool(message["marked"])
    except ChildFailed as why:
        raise UnreadableFile(f"the page cannot be drawn: {why}", _ADVICE) from why
    raise UnreadableFile("the page cannot be drawn", _ADVICE)


# in the child


def picture_of(data: bytes, page_index: int, quotes: Sequence[str]) -> Iterator[dict[str, Any]]:
    import pypdfium2  # in the child only

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        yield {"refused": ("the page cannot be drawn: the file cannot be opened", _ADVICE)}
        return
    if not 1 <= page_index <= len(document):
        yield {"refused": (f"the page cannot be drawn: there is no such page {page_index}", _ADVICE)}
        return
    page = document[page_index - 1]
    scale = min(_DOTS, _MOST_SIDE / max(page.get_size()))
    drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()[:, :, :3].copy()
    boxes = [box for quote in quotes for box in boxes_of(page.get_textpage(), quote)]
    for box in boxes:
        _mark(drawn, _to_pixels(page, box, scale))
    yield {"png": base64.b64encode(png(drawn)).decode(), "marked": bool(boxes)}


def boxes_of(textpage: Any, quote: str) -> list[Box]:
    """Where the quote's words stand, a box for each line; none where the page does not have them all in a row."""
    text = textpage.get_text_range()
    letters = [(letter, n) for n, one in enumerate(text) for letter in _letters(one)]
    plain, wanted = "".join(letter for letter, _ in letters), "".join(map(_letters, quote))
    at = plain.find(wanted) if wanted else -1
    if at < 0:
        return []
    places = dict.fromkeys(place for _, place in letters[at : at + len(wanted)])
    return _lines([textpage.get_charbox(place) for place in places])


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


def _lines(boxes: Sequence[Box]) -> list[Box]:
    lines: list[Box] = []
    for box in boxes:
        left, bottom, right, top = lines[-1] if lines else (0.0, 0.0, 0.0, 0.0)
        same = lines and box[1] < top and box[3] > bottom and box[0] >= left - 1
        if same:
            lines[-1] = (min(left, box[0]), min(bottom, box[1]), max(right, box[2]), max(top, box[3]))
        else:
            lines.append(box)
    return lines


def _to_pixels(page: Any, box: Box, scale: float) -> tuple[slice, slice]:
    """Rows and columns of the picture, with a little room around the letters."""
    corner_left, _, _, corner_top = page.get_cropbox()
    left, bottom, right, top = box
    rows = slice(max(0, round((corner_top - top - 1.5) * scale)), max(0, round((corner_top - bottom + 1.5) * scale)))
    return rows, slice(
        max(0, round((left - corner_left - 1) * scale)), max(0, round((right - corner_left + 1) * scale))
    )


def _mark(drawn: Pixels, place: tuple[slice, slice]) -> None:
    """Like a marker pen: paper takes the colour, ink stays."""
    drawn[place] = (drawn[place].astype(np.uint16) * _MARK // 255).astype(np.uint8)


def png(pixels: Pixels) -> bytes:
    """`pixels` is (height, width, 3)."""
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    ]
    chunks = (struct.pack(">I", len(body)) + name + body + _check(name + body) for name, body in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _check(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))
