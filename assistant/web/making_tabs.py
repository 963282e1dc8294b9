"""The tabs of what is made from the shelf: initiatives by need, and a briefing on a topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.model import Refusal
from assistant.web.asks import Shelf
from assistant.web.chosen import read_sent
from assistant.web.downloads import Format, as_file
from assistant.web.initiative_cards import groups, read_sought, to_seek
from assistant.web.pages import plain, render
from assistant.web.papers import no_paper, paper_html
from assistant.web.states import stage
from assistant.web.wiring import HIDDEN, as_html, gathered, html, saves
from assistant.web.words import Words
from assistant.web.workshop import Made, Workshop

_MOST_CHARS = 300


def initiatives_tab(workshop: Workshop, shelf: Shelf, texts: Words) -> None:
    """Cards by need, place and kind."""

    def shown(need: str, sought: str = "") -> str:
        wanted, where = plain(need)[:_MOST_CHARS].strip(), read_sought(sought)
        fits = workshop.fitting(wanted, where.place, where.kind)
        found = groups(fits, wanted, shelf, texts)
        return render("initiatives.html", texts, groups=found, number=len(fits), need=wanted)

    html("tab_intro.html", texts, title=texts("initiatives.title"), words=texts("initiatives.intro"))
    with gr.Row(elem_classes="cg-find-row"):
        need = gr.Textbox(
            label=texts("initiatives.need"),
            placeholder=texts("initiatives.placeholder"),
            max_length=_MOST_CHARS,
            elem_id="cg-need",
            scale=1,
        )
        find = gr.Button(texts("initiatives.find"), elem_id="cg-find-initiatives", scale=0, min_width=96)
    html("seek.html", texts, seek=to_seek(workshop.initiatives, texts))
    cards = as_html(shown(""))
    sought = gr.Textbox(visible=False)
    gr.on([find.click, need.submit], shown, [need, sought], cards, js=gathered(1, "sought()"), **HIDDEN)


def briefing_tab(workshop: Workshop, texts: Words) -> None:
    """A topic, a preview, and the same page as a Word or Markdown file."""

    def made(topic: str, sent: str) -> Made | Refusal:
        return workshop.brief(plain(topic)[:_MOST_CHARS].strip(), read_sent(sent).filters, lambda _: None)

    def preview(topic: str, sent: str) -> Iterator[Any]:
        if not topic.strip():
            yield _status(texts("briefing.empty"), texts), no_paper(texts), *_hidden()
            return
        yield _status(stage(texts("briefing.making"), texts), texts, working=True), no_paper(texts), *_hidden()
        found = made(topic, sent)
        if isinstance(found, Refusal):
            yield _status(found.text, texts), no_paper(texts, found.text), *_hidden()
            return
        page = paper_html(found.paper, found.citations, "briefing", texts)
        yield _status(texts("briefing.done"), texts), page, gr.update(visible=True), gr.update(visible=True)

    def file(form: Format) -> Any:
        def make(topic: str, sent: str) -> str:
            found = made(topic, sent)
            return "" if isinstance(found, Refusal) else as_file(found.paper, form)

        return make

    html("tab_intro.html", texts, title=texts("briefing.title"), words=texts("briefing.intro"))
    with gr.Row(elem_classes="cg-find-row"):
        topic = gr.Textbox(
            label=texts("briefing.topic"),
            placeholder=texts("briefing.placeholder"),
            max_length=_MOST_CHARS,
            elem_id="cg-topic",
            scale=1,
        )
        write = gr.Button(texts("briefing.write"), elem_id="cg-write", variant="primary", scale=0, min_width=96)
    with gr.Row(elem_classes="cg-save-row"):
        status = as_html(_status("", texts))
        word = gr.Button(texts("actions.word"), visible=False, scale=0, min_width=96)
        markdown = gr.Button(texts("actions.markdown"), visible=False, scale=0, min_width=96)
    page = as_html(no_paper(texts))
    sent = gr.Textbox(visible=False)
    where = gathered(1, "sent()")
    outputs = [status, page, word, markdown]
    gr.on([write.click, topic.submit], preview, [topic, sent], outputs, js=where, trigger_mode="once", **HIDDEN)
    saves(word, file("docx"), [topic, sent], where)
    saves(markdown, file("md"), [topic, sent], where)


def _status(words: str, texts: Words, working: bool = False) -> str:
    return render("status.html", texts, stage=words, spoken="", working=working)


def _hidden() -> tuple[Any, Any]:
    return gr.update(visible=False), gr.update(visible=False)
