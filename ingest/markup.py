"""A tree of HTML elements -> blocks: headings, paragraphs, list items, tables, notes.

The walk keeps its own stack, so that a tree a million elements deep costs memory and not the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.blocks import Block
from ingest.characters import BULLET, clean
from ingest.headings import Level
from ingest.prose import Prose

UNREAD = {
    *(
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
    ),
    *("button", "input", "select", "textarea", "datalist", "head", "dialog", "map", "rp", "rt"),
}
_INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins"),
    *(
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
    ),
    *("u", "var", "wbr", "img", "nobr", "output", "meter", "progress", "picture", "source", "-text"),
}
_NOTE_LINK = re.compile(r"#(?:_?ftn|_?edn|fn|footnote|endnote|note|cite_note|en)[-_:]?\w*$", re.IGNORECASE)
_NOTE_PLACE = re.compile(
    r"\b(?:doc-(?:foot|end)notes?|(?:foot|end|rear)notes?|footnotes-list|references)\b", re.IGNORECASE
)
_CUT = "\x00"
_LEVEL_STEP = 10


@dataclass(slots=True)
class _Walk:
    """The blocks so far and the inline text that has not been put into one yet."""

    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    marker: str = ""  # of the list item whose first words are still to come
    marks: list[str] = field(default_factory=list)  # targets of the note marks in `text`
    notes: dict[str, Prose] = field(default_factory=dict)

    def flush(self) -> None:
        """Put the inline text into a block of its own, and the notes it refers to behind it."""
        prose = prose_of("".join(self.text))
        if prose.text:
            self.blocks.append(Block("item", Prose(self.marker) + prose) if self.marker else Block("text", prose))
            self.marker = ""
        noted = (self.notes.pop(mark) for mark in self.marks if mark in self.notes)
        self.blocks += [Block("note", note) for note in noted]
        self.text, self.marks = [], []


def prose_of(text: str) -> Prose:
    """Inline text, whitespace collapsed, with a cut wherever a NUL stands."""
    plain = re.sub(r"\s+", " ", _CUT.join(clean(part) for part in text.split(_CUT)))
    plain = re.sub(rf" ?({_CUT}) ?$|^ ?({_CUT}) ?", r"\1\2", plain.strip())
    first, *rest = plain.split(_CUT)
    prose = Prose(first)
    for part in rest:
        prose = prose + Prose(part).cut_before()
    return prose


def blocks_of(root: LexborNode) -> list[Block]:
    walk = _Walk(notes=_notes(root))
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            walk.flush()
        elif _enter(walk, node):
            inside = [(child, False) for child in node.iter(include_text=True)]
            block = node.tag not in _INLINE
            if block:
                walk.flush()
                _open(walk, node)
            stack += [*([(node, True)] if block else []), *reversed(inside)]
    walk.flush()
    walk.blocks += [Block("note", note) for note in walk.notes.values()]
    return walk.blocks


def _enter(walk: _Walk, node: LexborNode) -> bool:
    """Take a node that is dealt with as a whole; True for one to go into."""
    tag = node.tag or ""
    if tag == "-text":
        walk.text.append(node.text_content or "")
    elif tag == "br":
        walk.text.append("\n")
    elif tag in UNREAD or hidden(node):
        walk.text.append(" ")
    elif (mark := _note_mark(node)) is not None:
        walk.text.append(_CUT)
        walk.marks.append(mark)
    elif re.fullmatch(r"h[1-6]", tag):
        _take_whole(walk, Block("heading", prose_of(text_of(node)), int(tag[1]) * _LEVEL_STEP))
    elif tag == "pre":
        _take_whole(walk, Block("text", Prose(_preformatted(node))))
    elif tag == "table" and (rows := _rows(node)):
        _take_whole(walk, Block("table", Prose("\n".join(rows))))
    else:
        return not tag.startswith(("-", "!")) and not (tag == "caption" or _holds_notes(node))
    return False


def _take_whole(walk: _Walk, block: Block) -> None:
    walk.flush()
    if block.prose.text:
        walk.blocks.append(block)


def _open(walk: _Walk, node: LexborNode) -> None:
    if node.tag == "li":
        walk.marker = _marker(node)


def _marker(node: LexborNode) -> str:
    parent = node.parent
    if parent is None or parent.tag != "ol":
        return BULLET
    start = _number(parent.attributes.get("start"), 1)
    before = sum(1 for child in parent.iter() if child.tag == "li" and child.mem_id < node.mem_id)
    return f"{_number(node.attributes.get('value'), start + before)}. "


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,4}", value) else otherwise


def hidden(node: LexborNode) -> bool:
    """What no reader of the page sees: a place to hide words for a machine."""
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "").lower()
    concealed = "display:none" in style or "visibility:hidden" in style or "font-size:0" in style
    return concealed or "hidden" in attributes or attributes.get("aria-hidden") == "true"


def text_of(node: LexborNode) -> str:
    """All text below a node, note marks left out."""
    parts: list[str] = []
    stack = [node]
    while stack:
        at = stack.pop()
        tag = at.tag or ""
        if tag == "-text":
            parts.append(at.text_content or "")
        elif at is not node and (tag in UNREAD or hidden(at)):
            parts.append(" ")
        elif _note_mark(at) is not None:
            parts.append(_CUT)
        else:
            parts.append("" if tag in _INLINE else " ")
            stack += reversed(list(at.iter(include_text=True)))
    return "".join(parts)


def _rows(table: LexborNode) -> list[str]:
    """The lines of a table of data; none for a table that only arranges the page."""
    if table.css_first("table table") is not None:
        return []
    cells = [[_cell(cell) for cell in row.css("td, th")] for row in table.css("tr")]
    if max((len(row) for row in cells), default=0) < 2 or max(len(c) for row in cells for c in row) > 2000:
        return []
    caption = table.css_first("caption")
    lines = [" | ".join(row) for row in cells if any(row)]
    return [*([_cell(caption)] if caption is not None else []), *lines]


def _cell(cell: LexborNode) -> str:
    return prose_of(text_of(cell)).text


def _preformatted(node: LexborNode) -> str:
    lines = (line.rstrip() for line in clean(text_of(node)).removeprefix(" ").split("\n"))
    return "\n".join(line for line in lines if line.strip())


def _note_mark(node: LexborNode) -> str | None:
    """The target of a footnote mark, None for any other node."""
    if node.tag not in ("sup", "a"):
        return None
    link = node if node.tag == "a" else node.css_first("a")
    target = (link.attributes.get("href") if link is not None else None) or ""
    text = text_content(node)
    is_mark = re.fullmatch(r"\W*(?:\d{1,4}|[a-z*†‡§]|[ivx]+)\W*", text.strip()) and _NOTE_LINK.search(target)
    return target.rsplit("#", 1)[-1] if is_mark else None


def text_content(node: LexborNode) -> str:
    return node.text(deep=True) or ""


def _holds_notes(node: LexborNode) -> bool:
    attributes = node.attributes
    named = " ".join(attributes.get(key) or "" for key in ("class", "role", "epub:type"))
    return node.tag in ("section", "div", "aside", "ol", "ul", "dl") and _NOTE_PLACE.search(named) is not None


def _notes(root: LexborNode) -> dict[str, Prose]:
    """The notes by the id that their marks link to; each with its number if it stands in a numbered list."""
    found: dict[str, Prose] = {}
    for place in root.css("section, div, aside, ol, ul, dl"):
        if _holds_notes(place):
            for item in place.css("li, aside, p[id], div[id], dd[id]") or [place]:
                found.setdefault(_id(item) or f"#{len(found)}", _note(item))
    return {key: prose for key, prose in found.items() if prose.text}


def _id(node: LexborNode) -> str:
    inner = None if node.attributes.get("id") else node.css_first("[id]")
    return node.attributes.get("id") or (inner.attributes.get("id") if inner is not None else "") or ""


def _note(item: LexborNode) -> Prose:
    text = re.sub(r"\s*[↩⤴^]\ufe0e?\s*$", "", prose_of(text_of(item)).text)
    return Prose(_marker(item) + text if item.tag == "li" and item.parent and item.parent.tag == "ol" else text)


def parse(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def titled(blocks: list[Block]) -> list[Block]:
    """A first heading that is the only one of the highest level is the document's title."""
    headings = [block for block in blocks if block.kind == "heading"]
    highest = min((block.level for block in headings), default=0)
    if not headings or headings[0].level != highest or sum(block.level == highest for block in headings) > 1:
        return blocks
    title = headings[0]
    return [Block("heading", block.prose, Level.TITLE) if block is title else block for block in blocks]


def title_of(blocks: list[Block]) -> str:
    return next((b.prose.text for b in blocks if b.kind == "heading" and b.level == Level.TITLE), "")


def iter_headings(blocks: list[Block]) -> Iterator[Block]:
    return (block for block in blocks if block.kind == "heading")
