"""Markdown -> blocks, by way of the HTML it stands for."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from ingest.content import Content
from ingest.markup import blocks_of, parse, title_of, titled

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FACT = re.compile(r"^(title|author|publisher|date)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_NOTE = re.compile(r"^\[\^([\w-]+)\]:[ \t]*(.+(?:\n[ \t]+\S.*)*)$", re.MULTILINE)
_MARK = re.compile(r"\[\^([\w-]+)\]")
_NESTING = 40  # lists and quotations deeper than this come out as if they were this deep


def read_markdown(text: str) -> Content:
    """Front matter tells title, author, publisher and date. `[^1]` marks and their notes are footnotes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    front = _FRONT.match(text)
    facts = dict(_FACT.findall(front.group(1))) if front else {}
    body = text[front.end() :] if front else text
    notes = "".join(f'<li id="fn-{mark}">{note}</li>' for mark, note in _NOTE.findall(body))
    marked = _MARK.sub(r'<sup><a href="#fn-\1">1</a></sup>', _NOTE.sub("", body))
    html = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table").render(marked)
    tree = parse(f'<body>{html}<ol class="footnotes">{notes}</ol></body>')
    blocks = titled(blocks_of(tree.body)) if tree.body is not None else []
    published = re.match(r"\d{4}(?:-\d{2})?", facts.get("date", ""))
    return Content(
        tuple(blocks),
        facts.get("title") or title_of(blocks),
        tuple(filter(None, [facts.get("author", "")])),
        facts.get("publisher", ""),
        published.group() if published else "",
    )
