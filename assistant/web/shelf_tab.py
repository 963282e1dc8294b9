"""The tab of what is on the shelf: whether it speaks of something, what it covers, and every document."""

from __future__ import annotations

from collections import Counter

import gradio as gr

from assistant.web.asks import Shelf
from assistant.web.documents import by_place, by_year, coverage, entries, gaps
from assistant.web.facets import Choice
from assistant.web.mentions import mentioned
from assistant.web.pages import render
from assistant.web.wiring import HIDDEN, as_html, html
from assistant.web.words import Words
from assistant.web.workshop import Workshop

_MOST_THEMES = 20


def documents_tab(tab: gr.Tab, shelf: Shelf, workshop: Workshop | None, texts: Words) -> None:
    def listed() -> str:
        held = shelf.metadata
        return render(
            "documents.html",
            texts,
            coverage=coverage(held, texts),
            entries=entries(held, texts),
            years=by_year(held, texts),
            places=by_place(held, texts),
            themes=_by_theme(workshop),
            gaps=gaps(held, texts),
        )

    with gr.Row(elem_classes="cg-find-row"):
        word = gr.Textbox(label=texts("shelf.find"), placeholder=texts("shelf.find_label"), max_length=100, scale=1)
        look = gr.Button(texts("shelf.find_button"), scale=0, min_width=96)
    found = html("mentions.html", texts, said="", word="", found=[])
    documents = as_html("")
    tab.select(listed, None, documents, **HIDDEN)  # documents come and go while the server runs
    gr.on([look.click, word.submit], lambda asked: mentioned(asked, shelf, texts), word, found, **HIDDEN)


def _by_theme(workshop: Workshop | None) -> list[Choice]:
    """The needs that initiatives on the shelf meet, and how many of them."""
    needs = Counter(need for one in workshop.initiatives for need in one.entry.needs) if workshop else Counter[str]()
    return [Choice(need, need, n) for need, n in needs.most_common(_MOST_THEMES)]
