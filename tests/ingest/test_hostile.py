"""Files made to hang, fill the memory or break the reader: each ends inside its limits, with a reason."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.hold.pdfs import EXPERIMENT, PdfSizes
from eval.hold.record import carry_out
from ingest import Document, IngestSettings, UnreadableFile, read_file, scan
from tests.ingest.files import assembled, paragraph, pdf, stream, zipped

Read = Callable[..., Document]

TIGHT = IngestSettings(memory_mb=512, cpu_seconds=4, wall_seconds=30, max_text_mb=2)
WORDS = "These are the words of a page that can be read by anybody who likes to."


def word(document: str) -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    return zipped({"[Content_Types].xml": types, "_rels/.rels": relations, "word/document.xml": document})


NAME = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def text_page(words: str) -> bytes:
    return stream(b"BT /F1 10 Tf 72 700 Td (" + words.encode() + b") Tj ET")


def bomb(size: int, letters: bytes = b" ") -> bytes:
    return stream(zlib.compress(letters * (size // len(letters)), 9), "/Filter /FlateDecode")


HOSTILE = {
    "zip bomb.docx": lambda: word(f"<w:document {NAME}><w:body>" + " " * 101_000_000 + "</w:body></w:document>"),
    "entities.docx": lambda: word(
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + f"]><w:document {NAME}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
    ),
    "deep.docx": lambda: word(
        f"<w:document {NAME}><w:body>"
        + "<w:sdt><w:sdtContent>" * 20_000
        + "</w:sdtContent></w:sdt>" * 20_000
        + "</w:body></w:document>"
    ),
    "half.docx": lambda: word(f"<w:document {NAME}><w:body><w:p/></w:body></w:document>")[:400] + b"word/document.xml",
    "deep.html": lambda: b"<html><body>" + b"<div>" * 100_000 + b"</body></html>",
    "wide.html": lambda: b"<html><body>" + b"<p>word</p>" * 450_000 + b"</body></html>",
    "no pages.pdf": lambda: b"%PDF-1.4\n" + b"garbage " * 500,
    "loop.pdf": lambda: assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    ),
    "bomb.pdf": lambda: pdf([], streams=[bomb(60_000_000)]),
    "operators.pdf": lambda: pdf([], streams=[bomb(8_000_000, b"0 0 m ")]),
    "picture.pdf": lambda: assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
            stream(b"9 0 0 9 0 0 cm /I Do"),
            stream(
                b"\x80", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
            ),
        ]
    ),
    "blank.pdf": lambda: pdf([[]]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_inside_its_limits(read: Read, name: str) -> None:
    started = time.monotonic()
    with pytest.raises(UnreadableFile) as refused:
        read(name, HOSTILE[name](), TIGHT)
    assert time.monotonic() - started < 2 * TIGHT.wall_seconds
    assert refused.value.reason
    assert refused.value.advice


def test_a_page_of_endless_words_is_read_or_refused_in_time(read: Read) -> None:
    started = time.monotonic()
    try:
        read("words.pdf", pdf([], streams=[bomb(10_000_000, b"BT /F1 9 Tf (words words words) Tj ET ")]), TIGHT)
    except UnreadableFile as refused:
        assert refused.advice
    assert time.monotonic() - started < 2 * TIGHT.wall_seconds


def test_each_kind_of_refusal_has_its_own_words(read: Read) -> None:
    for name, words in (("picture.pdf", "pictures"), ("blank.pdf", "no text"), ("no pages.pdf", "damaged")):
        with pytest.raises(UnreadableFile, match=words):
            read(name, HOSTILE[name](), TIGHT)


def test_an_encrypted_pdf_asks_for_a_copy_without_password(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    (tmp_path / "open.pdf").write_bytes(pdf([paragraph(WORDS, 72, 700)]))
    for name, password in (("locked.pdf", "secret"), ("readable.pdf", "")):
        writer = PdfWriter(clone_from=PdfReader(tmp_path / "open.pdf"))
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
        writer.write(tmp_path / name)
    found = {file.path: file for file in scan(tmp_path).found}
    with pytest.raises(UnreadableFile, match="password"):
        read_file(found["locked.pdf"])
    assert WORDS in read_file(found["readable.pdf"]).sections[0].text


def test_one_bad_page_does_not_cost_the_others(read: Read) -> None:
    pages = [text_page(WORDS), bomb(60_000_000), text_page("The third page can be read as well, and has other words.")]
    document = read("mixed.pdf", pdf([], streams=pages), TIGHT)
    (section,) = document.sections
    assert section.text.startswith(WORDS)
    assert "The third page can be read" in section.text
    assert [start.index for start in section.page_starts] == [3]
    assert [warning.page_index for warning in document.warnings] == [2]


def test_a_truncated_file_gives_what_is_left(read: Read) -> None:
    whole = pdf([paragraph(WORDS, 72, 700), paragraph("Other words of another page, which end here.", 72, 700)])
    document = read("cut.pdf", whole[: whole.index(b"xref\n0")], TIGHT)
    assert WORDS in document.sections[0].text


def test_more_pages_than_allowed_are_named(read: Read) -> None:
    data = pdf([paragraph(f"{WORDS[n:]}", 72, 700) for n in range(1, 6)])
    document = read("long.pdf", data, IngestSettings(max_pages=2))
    assert "the pages from 3 to 5 were not read" in document.warnings[0].text


def test_the_child_can_neither_connect_nor_start_programs() -> None:
    import subprocess
    import sys

    from ingest.isolation import _ROOT

    for attempt in ("import socket; socket.create_connection(('127.0.0.1', 9))", "import os; os.system('true')"):
        code = f"import sys; sys.path.insert(0, {_ROOT!r}); from ingest.child import _refuse; sys.addaudithook(_refuse); {attempt}"
        ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
        assert "PermissionError" in ended.stderr


def test_a_settings_limit_holds_for_text_too(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="more than 1 MB of text"):
        read("long.txt", "word " * 300_000, IngestSettings(max_text_mb=1))


def test_crafted_and_mutated_files_end_in_text_or_a_reason() -> None:
    """The short form of `python -m eval hold pdfs`."""
    sizes = PdfSizes(crafted=4, mutated=8, cpu_seconds=4, wall_seconds=30)
    record = carry_out(EXPERIMENT, sizes, seed=3)
    assert [promise for promise in record.promises if not promise.kept] == []
    assert record.figures["read"] + sum(record.figures["reasons"].values()) == 12
