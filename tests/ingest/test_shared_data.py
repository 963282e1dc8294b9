"""Other people's files, good and broken, where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import Document, UnreadableFile, read_file, scan

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

WORDS = [
    ("pdfs", "docling__amt_handbook_sample.pdf", "The Boots self-locking nut is of one piece, all-metal construction"),
    ("pdfs", "opf__pdfCabinetOfHorrors_encryption_notextaccess.pdf", "text"),
    ("pdfs", "opf__error_set_1_225188.pdf", "the"),
    ("office", "wiki.md", "IBM"),
    ("office", "example_08.html", "2025"),
    ("office", "word_tables.docx", "table"),
]
REFUSALS = [
    ("pdfs", "opf__pdfCabinetOfHorrors_encryption_openpassword.pdf", "password"),
    ("pdfs", "docling__ocr_test.pdf", "pictures"),
]


def read(folder: str, name: str) -> Document:
    path = DATA / folder / "files"
    if not (path / name).is_file():
        pytest.skip(f"the trial data is not here: {folder}/files/{name}")
    return read_file(next(found for found in scan(path).found if found.path == name))


@pytest.mark.parametrize(("folder", "name", "words"), WORDS)
def test_real_files_are_read(folder: str, name: str, words: str) -> None:
    document = read(folder, name)
    assert words in "\n".join(section.text for section in document.sections)


@pytest.mark.parametrize(("folder", "name", "reason"), REFUSALS)
def test_real_files_that_cannot_be_read_say_why(folder: str, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(folder, name)
