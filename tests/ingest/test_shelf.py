"""Scanning a folder, and the catalogue."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest import CatalogueError, IngestError, IngestSettings, load_catalogue, read_file, scan
from tests.ingest.files import pdf, zipped


def write(folder: Path, **files: str | bytes) -> None:
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def test_our_own_and_hidden_files_are_no_documents(tmp_path: Path) -> None:
    write(tmp_path, a_txt="Words.", notices_toml="", initiatives_toml="", questions_jsonl="", README_md="# Hi")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "~$a.docx").write_text("no")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.txt").write_text("no")
    result = scan(tmp_path)
    assert [found.path for found in result.found] == ["a.txt"]
    assert result.skipped == ()


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="There is no folder"):
        scan(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"),
            "old Word format",
        ),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        ("a.xlsx", zipped({"xl/workbook.xml": "<x/>"}), "a spreadsheet"),
        ("a.pptx", zipped({"ppt/presentation.xml": "<x/>"}), "a slide show"),
        (
            "a.odt",
            zipped({"mimetype": "application/vnd.oasis.opendocument.text"}, ["mimetype"]),
            "an OpenDocument text",
        ),
        ("a.zip", zipped({"b.txt": "x"}), "a zip archive"),
        ("a.rtf", b"{\\rtf1 words}", "Rich Text"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9, "a picture"),
        ("a.csv", b"a,b\n1,2\n", "a table of data"),
        ("a.json", b"{}", "data"),
        ("a.bin", bytes(range(256)) * 4, "no text"),
        ("a.mhtml", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x", "a web archive"),
    ],
)
def test_what_is_not_read_has_its_own_reason_and_advice(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    (skipped,) = scan(tmp_path).skipped
    assert reason in skipped.reason
    assert skipped.advice


def test_a_wrong_name_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_bytes(pdf([[(72, 700, 12, "Words in a PDF file.")]]))
    (tmp_path / "page.pdf").write_text("<!DOCTYPE html><html><body><p>Words on a page.</p></body></html>")
    texts = [read_file(found).sections[0].text for found in scan(tmp_path).found]
    assert texts == ["Words on a page.", "Words in a PDF file."]


def test_too_large_a_file_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"word " * 300_000)
    (skipped,) = scan(tmp_path, settings=IngestSettings(max_file_mb=1)).skipped
    assert "larger than the limit of 1 MB" in skipped.reason


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")
def test_links_out_of_the_folder_and_devices_are_refused(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (shelf / "out.txt").symlink_to(tmp_path / "secret.txt")
    (shelf / "folder").symlink_to(tmp_path, target_is_directory=True)
    (shelf / "zero.txt").symlink_to("/dev/zero")
    (shelf / "broken.txt").symlink_to(shelf / "gone.txt")
    os.mkfifo(shelf / "pipe.txt")
    (shelf / "real.txt").write_text("Real words.")
    (shelf / "inside.txt").symlink_to(shelf / "real.txt")
    result = scan(shelf)
    assert [found.path for found in result.found] == ["inside.txt", "real.txt"]
    assert {skipped.path for skipped in result.skipped} == {"out.txt", "folder", "zero.txt", "broken.txt", "pipe.txt"}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.txt").chmod(0)
    (skipped,) = scan(tmp_path).skipped
    assert "cannot be opened" in skipped.reason


def test_ids_are_unique_and_do_not_move(tmp_path: Path) -> None:
    write(tmp_path, **{"Annual_Report_txt": "a", "b__Annual_Report_txt": "b", "c__Annual_Report_txt": "c"})
    before = {found.path: found.source_id for found in scan(tmp_path).found}
    assert before["Annual.Report.txt"] == "annual-report"
    assert len(set(before.values())) == 3
    (tmp_path / "b" / "Annual.Report.txt").unlink()
    after = {found.path: found.source_id for found in scan(tmp_path).found}
    assert after["c/Annual.Report.txt"] == before["c/Annual.Report.txt"]


def test_a_document_without_an_entry_tells_what_the_file_tells(tmp_path: Path) -> None:
    (tmp_path / "report-2019.txt").write_text("Living well together\n\n" + "We asked people what they think. " * 20)
    (found,) = scan(tmp_path).found
    metadata = read_file(found).metadata
    assert (found.source_id, metadata.title, metadata.published) == ("report-2019", "Living well together", "")
    assert metadata.origins == (("title", "file"),)


def test_a_catalogue_is_not_required(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path).entries == {}


def test_the_catalogue_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, a_md="---\ntitle: From the file\ndate: 2011-02-03\n---\nWords.")
    write(tmp_path, catalogue_toml='[[document]]\nid = "mine"\nfile = "a.md"\ntitle = "From the catalogue"\n')
    catalogue = load_catalogue(tmp_path)
    (found,) = scan(tmp_path, catalogue).found
    document = read_file(found, catalogue)
    assert (document.source_id, document.metadata.title, document.metadata.published) == (
        "mine",
        "From the catalogue",
        "2011-02",
    )
    assert document.metadata.origins == (("published", "file"), ("title", "catalogue"))


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            '[[document]]\nid = "a"\nfile = "a.txt"\npublsher = "X"\n',
            r"document 1 \(line 1\).*no key “publsher”; did you mean “publisher”\?",
        ),
        ('\n[[document]]\nid = "a"\nfile = "d.txt"\n', r"line 2.*there is no file “d.txt”"),
        ('[[document]]\nfile = "A.txt"\n', "no file “A.txt”.* Did you mean “a.txt”"),
        ('[[document]]\nfile = "a.txt"\npublished = 2018\n', r"“published” is 2018; expected a year, \"2017\""),
        ('[[document]]\nfile = "a.txt"\nid = "A B"\n', "“id” is “A B”; expected small letters, digits and hyphens"),
        ('[[document]]\nfile = "./a.txt"\n[[document]]\nfile = "a.txt"\n', "two documents have the file “a.txt”"),
        ('[[document]]\nid = "a"\nfile = "a.txt"\n[[document]]\nid = "b"\nfile = "a.txt"\n', "the file “a.txt”"),
        ('[[document]]\nid = "a"\nfile = "a.txt"\n[[document]]\nid = "a"\nfile = "c.txt"\n', "the id “a”"),
        ('[[document]]\nid = "a"\nfile = "../a.txt"\n', "inside the folder"),
        (
            '[[document]]\nid = "a"\nfile = "a.txt"\npublished = "May 2018"\n',
            r"“published” is “May 2018”; expected a year",
        ),
        ('[[document]]\nid = "a"\nfile = "a.txt"\nauthors = "X"\n', "“authors” is “X”; expected a list"),
        ('[[document]]\nid = "a"\n', "“file” is missing"),
        ('[[documents]]\nid = "a"\n', "“documents”"),
        ("[[document]\n", "not TOML.*line 1"),
    ],
)
def test_a_faulty_catalogue_is_explained(tmp_path: Path, toml: str, message: str) -> None:
    write(tmp_path, a_txt="Words.", c_txt="Words.", catalogue_toml=toml)
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(tmp_path)


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (skipped,) = scan(tmp_path).skipped
    assert skipped.reason == "it is a link to a file that is not there"


def test_a_link_to_itself_and_a_name_that_is_no_text_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("The kitchen is open on Mondays.")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("The cafe is open on Tuesdays.")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    result = scan(tmp_path)
    assert [file.path for file in result.found] == ["good.txt"]
    assert [one.path.encode("utf-8") for one in result.skipped] == [b"caf\\udce9.txt", b"loop.txt"]
