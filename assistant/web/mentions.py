"""Whether the documents speak of something at all: a word or a name -> where it stands, as HTML."""

from __future__ import annotations

import re
from collections import Counter

from assistant.web.asks import Shelf
from assistant.web.links import to_document
from assistant.web.pages import plain, render
from assistant.web.words import Words


def mentioned(asked: str, shelf: Shelf, texts: Words) -> str:
    word = " ".join(plain(asked).split())
    if not word:
        return render("mentions.html", texts, said=texts("shelf.find_empty"), word="", found=[])
    found = [(id_, shelf.metadata[id_].name, number, to_document(id_, texts)) for id_, number in counted(word, shelf)]
    return render("mentions.html", texts, said="", word=word, found=found)


def counted(word: str, shelf: Shelf) -> list[tuple[str, int]]:
    """(source id, passages in which the word begins a word, in any case and across line breaks), the most first."""
    inside = r"\s+".join(re.escape(part) for part in word.split())
    pattern = re.compile(rf"(?<!\w){inside}", re.I)
    return Counter(p.source_id for p in shelf.passages() if pattern.search(p.text)).most_common()
