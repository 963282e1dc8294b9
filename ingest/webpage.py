"""A web page or saved HTML file -> blocks: the article, without the site around it. Runs in the child: see `child`."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.blocks import Block
from ingest.content import Content
from ingest.encodings import decode
from ingest.furniture import web_footer
from ingest.markup import blocks_of, parse, text_of, title_of, titled

# What stands around the article. `header` only outside it: inside, it holds the article's own heading.
_AROUND = "nav, footer, aside, form, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog]"
_NAMED_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|cookie|cookies|share|sharing|social|sidebar|newsletter|subscribe|signup|"
    r"related|comments?|respond|skip-link|site-header|site-footer|pagination|advert|popup|modal)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ENOUGH = (
    0.5  # of the page's words must be in the article, else the whole page is taken: better too much than too little
)
_LEFT = 0.25
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title")
_AUTHORS = ("citation_author", "dc.creator", "dcterms.creator", "author")
_PUBLISHERS = ("citation_publisher", "dc.publisher", "dcterms.publisher", "og:site_name")
_DATES = ("citation_publication_date", "citation_date", "dc.date.issued", "dcterms.issued", "article:published_time")


def read_html(data: bytes) -> Content:
    tree = parse(_decoded(data))
    facts = _facts(tree)
    blocks = titled(_without_footers(_blocks(tree, data)))
    name = _page_title(tree)
    title = _first(facts, _TITLES) or title_of(blocks) or name
    authors = tuple(dict.fromkeys(value for key in _AUTHORS[:1] for value in facts.get(key, ())))
    authors = authors or tuple(filter(None, [_first(facts, _AUTHORS[1:])]))
    return Content(tuple(blocks), title, authors, _first(facts, _PUBLISHERS), _date(_first(facts, _DATES)))


def _blocks(tree: LexborHTMLParser, data: bytes) -> list[Block]:
    """Those of the article; of the whole page, if hardly anything is left without what looks like the site around."""
    if tree.body is None:
        return []
    words = len(text_of(tree.body).split())
    article = blocks_of(_article(tree.body))
    if sum(len(block.prose.text.split()) for block in article) >= _LEFT * words:
        return article
    whole = parse(_decoded(data)).body
    return blocks_of(whole) if whole is not None else []


def _decoded(data: bytes) -> str:
    """What the page says its encoding is, if its bytes bear that out."""
    said = _CHARSET.search(data[:4096])
    if said is not None and b"\x00" not in data[:100]:
        try:
            return data.decode(said.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _article(body: LexborNode) -> LexborNode:
    """The element that holds the article, cleared of what stands around and inside it that is none of it."""
    root = _holder(body)
    for node in root.css(_AROUND):
        if not _is_note_place(node) and _share(node, root) < _ENOUGH:
            node.decompose()
    for node in root.css("div, section, ul, p, header"):
        named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if _NAMED_AROUND.search(named) and _share(node, root) < 0.3:
            node.decompose()
    return root


def _holder(body: LexborNode) -> LexborNode:
    words = len(text_of(body).split())
    candidates = [
        *body.css("main, [role=main]"),
        *body.css("article"),
        *body.css("#content, #main-content, .entry-content"),
    ]
    sized = [(len(text_of(node).split()), node) for node in candidates]
    return next((node for size, node in sized if size > 20 and size >= _ENOUGH * words), body)


def _share(node: LexborNode, root: LexborNode) -> float:
    return len(text_of(node)) / max(1, len(text_of(root)))


def _is_note_place(node: LexborNode) -> bool:
    named = " ".join(node.attributes.get(key) or "" for key in ("class", "role", "id", "epub:type"))
    return re.search(r"note", named, re.IGNORECASE) is not None


def _without_footers(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if not web_footer(block.prose.text)]


def _facts(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.css("meta[content]")[:500]:
        key = meta.attributes.get("name") or meta.attributes.get("property") or ""
        value = " ".join((meta.attributes.get("content") or "").split())[:500]
        if key and value:
            found.setdefault(key.lower(), []).append(value)
    return found


def _first(facts: dict[str, list[str]], keys: tuple[str, ...]) -> str:
    return next((facts[key][0] for key in keys if key in facts), "")


def _page_title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head title")
    return " ".join((node.text() or "").split())[:300] if node is not None else ""


def _date(value: str) -> str:
    found = re.match(r"(\d{4})(?:[-/](0?[1-9]|1[0-2])(?!\d))?", value)
    if found is None:
        return ""
    return f"{found.group(1)}-{int(found.group(2)):02}" if found.group(2) else found.group(1)
