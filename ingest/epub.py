"""An EPUB book -> blocks: its chapters are web pages in a zip file. Runs in the child: see `child`."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ingest.archives import opened, part
from ingest.blocks import Block
from ingest.content import Content
from ingest.encodings import decode
from ingest.errors import UnreadableFile
from ingest.markup import blocks_of, parse

_DC = "{http://purl.org/dc/elements/1.1/}"
_CHAPTERS = 2000


def read_epub(data: bytes) -> Content:
    archive = opened(data)
    rights = "META-INF/encryption.xml" in archive.namelist() and b"EncryptedKey" in part(
        archive, "META-INF/encryption.xml"
    )
    if rights:
        raise UnreadableFile("it is protected against copying", "Ask its publisher for a copy without protection.")
    container = _xml(part(archive, "META-INF/container.xml"))
    package = next((str(node.get("full-path")) for node in container.iter() if node.tag.endswith("rootfile")), "")
    book = _xml(part(archive, package))
    blocks: list[Block] = []
    for name in _spine(book, posixpath.dirname(package))[:_CHAPTERS]:
        body = parse(decode(part(archive, name))).body
        blocks += blocks_of(body) if body is not None else []
    date = re.match(r"\d{4}(?:-\d{2})?", _first(book, "date"))
    authors = tuple(text for node in book.iter(f"{_DC}creator") if (text := _text(node)))
    return Content(
        tuple(blocks), _first(book, "title"), authors, _first(book, "publisher"), date.group() if date else ""
    )


def _xml(data: bytes) -> Element:
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise UnreadableFile("it is damaged: its table of parts cannot be read", "Convert it anew.") from error


def _spine(book: Element, folder: str) -> list[str]:
    """The chapters in reading order, as names inside the archive."""
    hrefs = {node.get("id"): node.get("href", "") for node in book.iter() if node.tag.endswith("}item")}
    order = [node.get("idref") for node in book.iter() if node.tag.endswith("}itemref") and node.get("linear") != "no"]
    return [posixpath.normpath(posixpath.join(folder, unquote(hrefs[key]))) for key in order if hrefs.get(key)]


def _first(book: Element, name: str) -> str:
    return next((_text(node) for node in book.iter(f"{_DC}{name}")), "")


def _text(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())[:500]
