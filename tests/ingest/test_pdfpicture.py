"""A page of a PDF drawn for people, with words marked on it."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.pdfpicture import page_picture
from ingest.settings import IngestSettings
from tests.ingest.files import paragraph, pdf

WORDS = "People who share a meal learn each other's names and come again next week to the same table."
YELLOW = bytes([255, 226, 120])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "two.pdf"
    path.write_bytes(pdf([paragraph("Nothing to see.", 72, 700), paragraph(WORDS, 72, 700, letters=40)]))
    return path


def pixels(png: bytes) -> bytes:
    start = png.index(b"IDAT") + 4
    return zlib.decompress(png[start : png.index(b"IEND") - 8])


def test_quoted_words_are_marked_over_line_ends(file: Path) -> None:
    drawn, marked = page_picture(file, 2, ["learn each other’s names and come again next week"], IngestSettings())
    assert drawn.startswith(b"\x89PNG")
    assert marked
    assert pixels(drawn).count(YELLOW) > 1000


def test_words_that_the_page_does_not_have_are_not_marked(file: Path) -> None:
    drawn, marked = page_picture(file, 1, ["learn each other’s names", ""], IngestSettings())
    assert not marked
    assert pixels(drawn).count(YELLOW) == 0


@pytest.mark.parametrize("page_index", [0, 3])
def test_a_page_that_is_not_there_is_told(file: Path, page_index: int) -> None:
    with pytest.raises(UnreadableFile, match="no such page"):
        page_picture(file, page_index, [], IngestSettings())


def test_a_file_that_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    with pytest.raises(UnreadableFile, match="cannot be drawn"):
        page_picture(tmp_path / "a.pdf", 1, [], IngestSettings())
