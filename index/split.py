"""Sections -> Passages: whole sentences, never across a heading, sized in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, TextNode
from pydantic import Field

from index.model import Passage
from index.sentences import Span, sentences
from index.settings import SplitSettings
from ingest.model import Document, Locator, Metadata, Section


def passages_of(document: Document, settings: SplitSettings) -> list[Passage]:
    """All passages of a document in reading order, with ids that depend on the source and the text alone."""
    made: list[Passage] = []
    seen: dict[str, int] = {}
    for section in document.sections:
        for start, end in spans_of(section, settings):
            passage = _passage(section, start, end)
            again = seen.get(passage.id, 0)
            seen[passage.id] = again + 1
            unique = f"{passage.id}-{again + 1}" if again else passage.id
            made.append(replace(passage, id=unique, order=len(made)))
    return made


def spans_of(section: Section, settings: SplitSettings) -> list[Span]:
    """Where the passages of one section begin and end."""
    if section.kind == "case_study" and _words(section.text) <= settings.box_most:
        return [_trim(section.text, 0, len(section.text))]
    return [_trim(section.text, units[0][0], units[-1][1]) for units in _packed(section.text, settings)]


def _packed(text: str, settings: SplitSettings) -> Iterator[list[Span]]:
    """Units gathered up to the target; a last small rest joins the one before it when it fits."""
    packs: list[list[Span]] = []
    for unit in _units(text, settings):
        size = _words(text[unit[0] : unit[1]])
        if packs:
            held = _words(text[packs[-1][0][0] : packs[-1][-1][1]])
            rest = _words(text[unit[0] :])
            if held + size <= settings.target or (rest <= settings.target // 4 and held + rest <= settings.most):
                packs[-1].append(unit)
                continue
        packs.append([unit])
    yield from packs


def _units(text: str, settings: SplitSettings) -> Iterator[Span]:
    """What should stay together: a paragraph, or a list with the sentence that introduces it; cut only when too long."""
    start = 0
    for block_start, block_end in _paragraphs(text):
        if text[block_start:block_end].rstrip().endswith(":") and block_end < len(text.rstrip()):
            continue  # it introduces what follows; only the last block may end so
        yield from _within(text, start, block_end, settings)
        start = block_end


def _within(text: str, start: int, end: int, settings: SplitSettings) -> Iterator[Span]:
    start, end = _trim(text, start, end)
    if start >= end:
        return
    if _words(text[start:end]) <= settings.most:
        yield (start, end)
        return
    # Equal parts, so that a long paragraph does not leave a stub behind.
    spans = [(start + first, start + last) for first, last in sentences(text[start:end])]
    parts = -(-_words(text[start:end]) // settings.target)
    share, first = _words(text[start:end]) / parts, start
    for n, (_, last) in enumerate(spans):
        if n == len(spans) - 1 or _words(text[first:last]) >= share * 0.9:
            yield _trim(text, first, last)
            first = last


def _paragraphs(text: str) -> list[Span]:
    spans, start = [], 0
    for piece in text.split("\n\n"):
        spans.append((start, start + len(piece)))
        start += len(piece) + 2
    return [span for span in spans if text[span[0] : span[1]].strip()]


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _words(text: str) -> int:
    return len(text.split())


def _passage(section: Section, start: int, end: int) -> Passage:
    text = section.text[start:end]
    digest = hashlib.sha256(f"{section.source_id}\n{' '.join(text.split())}".encode()).hexdigest()[:12]
    first, last = _page_at(section, start), _page_at(section, end - 1)
    return Passage(
        id=f"{section.source_id}-{digest}",
        source_id=section.source_id,
        where=first,
        text=text,
        start=start,
        end=end,
        section=section.ordinal,
        kind=section.kind,
        cuts=tuple(cut - start for cut in section.cuts if start < cut < end),
        last_page=last if (last.page_index, last.page_label) != (first.page_index, first.page_label) else None,
    )


def _page_at(section: Section, offset: int) -> Locator:
    """The place of one character. After a page start that cannot be trusted the page is unknown."""
    where = section.where
    for page in section.page_starts:
        if page.offset <= offset:
            where = replace(where, page_index=page.index, page_label=page.label)
    return where


class PassageSplitter(NodeParser):
    """The same split for users of LlamaIndex: nodes whose text is a section's text in, one node per passage out."""

    settings: SplitSettings = Field(default_factory=SplitSettings)

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        made: list[BaseNode] = []
        for node in nodes:
            source_id = str(node.metadata.get("source_id", node.node_id))
            section = Section(source_id, 0, Locator(), node.get_content())
            document = Document(source_id, Metadata(""), "", (section,))
            made += [_as_node(passage, node) for passage in passages_of(document, self.settings)]
        return made


def _as_node(passage: Passage, parent: BaseNode) -> TextNode:
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata=dict(parent.metadata),
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        relationships={NodeRelationship.SOURCE: parent.source_node or parent.as_related_node_info()},
    )
