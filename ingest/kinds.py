"""What kind of file it is, told by its content: a name may say anything.

Only Markdown is told from other text by its name, since every text is Markdown.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ingest.errors import UnreadableFile

TEXT = "text/plain"
MARKDOWN = "text/markdown"
HTML = "text/html"
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EPUB = "application/epub+zip"

HEAD = 8192  # bytes from the start that are looked at
TAIL = 262_144  # bytes from the end: the directory of a zip file stands there

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_PDF_OBJECT = re.compile(rb"\b\d+ \d+ obj\b")
_TAG = re.compile(rb"<[a-z][a-z0-9]*[\s>/]", re.IGNORECASE)
_NOT_PROSE = {
    ".csv": "a table of data",
    ".tsv": "a table of data",
    **dict.fromkeys((".json", ".jsonl", ".xml", ".toml", ".yaml", ".yml", ".ini", ".log", ".sql"), "data"),
    **dict.fromkeys((".py", ".js", ".css", ".sh", ".bat", ".ps1", ".c", ".java"), "a program"),
}
_ZIPPED = (
    (b"word/document", WORD),
    (b"xl/workbook", "a spreadsheet"),
    (b"ppt/presentation", "a slide show"),
)
_OFFICE_ADVICE = "Save it as Word (.docx), PDF or plain text, and put that in the folder."
_OPEN_DOCUMENT = {b"text": "an OpenDocument text", b"spreadsheet": "a spreadsheet", b"presentation": "a slide show"}


def kind_of(name: str, head: bytes, tail: bytes) -> str:
    """The media type of a file that can be read; UnreadableFile with the reason for any other. `head` and `tail` are
    the first HEAD and the last TAIL bytes."""
    if not head.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise UnreadableFile("it is empty", "Put the file with its text in the folder, or remove this one.")
    if b"%PDF-" in head[:1024] or (_PDF_OBJECT.search(head) and b"%%EOF" in tail[-2048:]):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head, tail)
    _refuse_known(head, tail)
    return HTML if _is_html(name, head) else _text(name, head)


def _is_html(name: str, head: bytes) -> bool:
    """By its tags; a name that says so makes any tag enough."""
    named = PurePosixPath(name).suffix.lower() in (".html", ".htm", ".xhtml")
    plain = head.replace(b"\x00", b"")  # UTF-16
    return (_TAG if named else _HTML).search(plain) is not None


def _zipped(head: bytes, tail: bytes) -> str:
    mimetype = head[30:120]
    if b"mimetypeapplication/epub+zip" in mimetype:
        return EPUB
    if found := re.search(rb"mimetypeapplication/vnd\.oasis\.opendocument\.([a-z]+)", mimetype):
        raise UnreadableFile(f"it is {_OPEN_DOCUMENT.get(found.group(1), 'an OpenDocument file')}", _OFFICE_ADVICE)
    for mark, kind in _ZIPPED:
        if mark in tail:
            if kind == WORD:
                return WORD
            raise UnreadableFile(f"it is {kind}", _OFFICE_ADVICE)
    raise UnreadableFile("it is a zip archive", "Unpack it and put the documents themselves in the folder.")


def _refuse_known(head: bytes, tail: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _refuse_compound(tail)
    if head.lstrip().startswith(b"{\\rtf"):
        raise UnreadableFile("it is in Rich Text Format (.rtf)", _OFFICE_ADVICE)
    if re.match(rb"(?:[\w-]+: .*\r?\n)+", head) and b"multipart/related" in head.lower():
        raise UnreadableFile("it is a web archive (.mhtml)", "Save the page again as “Web page, HTML only”.")


def _refuse_compound(tail: bytes) -> None:
    """The container of Word, Excel and PowerPoint before 2007, and of newer files with a password."""
    names = tail.replace(b"\x00", b"")
    if b"EncryptedPackage" in names:
        raise UnreadableFile("it is protected with a password", "Save a copy without the password.")
    for mark, kind in ((b"WordDocument", "Word"), (b"Workbook", "Excel"), (b"PowerPoint", "PowerPoint")):
        if mark in names:
            raise UnreadableFile(f"it is in the old {kind} format from before 2007", _OFFICE_ADVICE)
    raise UnreadableFile("it is in an Office format from before 2007", _OFFICE_ADVICE)


def _text(name: str, head: bytes) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    if not _reads_as_text(head):
        raise UnreadableFile(
            f"it is {_named(head)}", "Only text, Markdown, web pages, Word (.docx), EPUB and PDF are read."
        )
    if suffix in _NOT_PROSE:
        raise UnreadableFile(f"it is {_NOT_PROSE[suffix]}, not a document", "If it is prose, name it .txt.")
    return MARKDOWN if suffix in (".md", ".markdown") else TEXT


def _reads_as_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    wide = head[1::2].count(0) > 0.3 * len(head) or head[::2].count(0) > 0.3 * len(head)
    return wide or controls * 50 <= len(head)


def _named(head: bytes) -> str:
    """A name for a kind that is not read, as well as its first bytes tell."""
    import puremagic  # costly, and only for files that are skipped

    try:
        name = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        name = ""
    family = name.split("/")[0]
    return {"image": "a picture", "audio": "a sound recording", "video": "a film"}.get(family, "no text")
