"""The tabs of what is made from the shelf: initiatives by need, a briefing on a topic, a table of sources by theme."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gradio as gr

from assistant.model import Refusal
from assistant.web.asks import Shelf
from assistant.web.chosen import read_sent
from assistant.web.downloads import Format, as_file
from assistant.web.fresh import Fresh
from assistant.web.initiative_cards import groups, read_sought, to_seek
from assistant.web.pages import plain, render
from assistant.web.papers import no_paper, paper_html
from assistant.web.states import stage
from assistant.web.wiring import HIDDEN, as_html, gathered, html, saves
from assistant.web.words import Words
from assistant.web.workshop import Made, Workshop

_MOST_CHARS = 300
_MOST_THEMES = 8

Rest = Callable[[], str]
"""What to say while answers are paused; empty while they are not."""


def initiatives_tab(tab: gr.Tab, workshop: Workshop, shelf: Shelf, texts: Words) -> None:
    """Cards by need, place and kind; made when the tab is opened, so that the page itself stays light."""

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
    fresh = Fresh()
    fresh.html(lambda: render("seek.html", texts, seek=to_seek(workshop.initiatives, texts)))
    cards = as_html("")
    sought = gr.Textbox(visible=False)
    tab.select(fresh.changes, None, fresh.outputs, **HIDDEN)
    gr.on([tab.select, find.click, need.submit], shown, [need, sought], cards, js=gathered(1, "sought()"), **HIDDEN)


def briefing_tab(workshop: Workshop, texts: Words, rest: Rest) -> None:
    """A topic, a preview, and the same page as a Word or Markdown file."""

    def made(topic: str, sent: str) -> Made | Refusal:
        return workshop.brief(_asked(topic), read_sent(sent).filters)

    html("tab_intro.html", texts, title=texts("briefing.title"), words=texts("briefing.intro"))
    with gr.Row(elem_classes="cg-find-row"):
        topic = _field("briefing", texts, "cg-topic")
        write = _start("briefing", texts, "cg-write")
    _page_of("briefing", made, [topic], [write.click, topic.submit], texts, rest)


def compare_tab(workshop: Workshop, texts: Words, rest: Rest) -> None:
    """A topic and, if wanted, themes: a table of what each source says."""

    def made(topic: str, themes: str, sent: str) -> Made | Refusal:
        rows = [_asked(theme) for theme in re.split("[,;\n]", themes) if theme.strip()][:_MOST_THEMES]
        return workshop.compare(_asked(topic), rows, read_sent(sent).filters)

    html("tab_intro.html", texts, title=texts("comparison.title"), words=texts("comparison.intro"))
    with gr.Row(elem_classes="cg-find-row"):
        topic = _field("comparison", texts, "cg-compare-topic")
        themes = gr.Textbox(
            label=texts("comparison.themes"),
            placeholder=texts("comparison.themes_placeholder"),
            max_length=_MOST_CHARS,
            elem_id="cg-themes",
            scale=1,
        )
        compare = _start("comparison", texts, "cg-compare")
    _page_of("comparison", made, [topic, themes], [compare.click, topic.submit, themes.submit], texts, rest)


def _page_of(
    name: str,
    made: Callable[..., Made | Refusal],
    fields: Sequence[gr.Textbox],
    triggers: Sequence[Any],
    texts: Words,
    rest: Rest,
) -> None:
    """The preview of a page and its files. `made` takes the fields and what the filters send; the first is the topic."""

    def preview(*given: str) -> Iterator[Any]:
        if told := rest():
            yield _status(told, texts), gr.skip(), gr.skip(), gr.skip()
            return
        if not given[0].strip():
            yield _status(texts(f"{name}.empty"), texts), no_paper(texts), *_hidden()
            return
        yield _status(stage(texts(f"{name}.making"), texts), texts, working=True), no_paper(texts), *_hidden()
        found = made(*given)
        if isinstance(found, Refusal):
            yield _status("", texts), no_paper(texts, found.text), *_hidden()
            return
        page = paper_html(found.paper, found.citations, name, texts)
        yield _status(texts(f"{name}.done"), texts), page, gr.update(visible=True), gr.update(visible=True)

    def file(form: Format) -> Callable[..., str]:
        def make(*given: str) -> str:
            found = None if rest() else made(*given)
            return as_file(found.paper, form) if isinstance(found, Made) else ""

        return make

    with gr.Row(elem_classes="cg-save-row"):
        status = as_html(_status("", texts))
        word = gr.Button(texts("actions.word"), visible=False, scale=0, min_width=96)
        markdown = gr.Button(texts("actions.markdown"), visible=False, scale=0, min_width=96)
    page = as_html(no_paper(texts))
    inputs, where = [*fields, gr.Textbox(visible=False)], gathered(len(fields), "sent()")
    outputs = [status, page, word, markdown]
    gr.on(list(triggers), preview, inputs, outputs, js=where, trigger_mode="once", **HIDDEN)
    saves(word, file("docx"), inputs, where)
    saves(markdown, file("md"), inputs, where)


def _field(name: str, texts: Words, id_: str) -> gr.Textbox:
    return gr.Textbox(
        label=texts(f"{name}.topic"),
        placeholder=texts(f"{name}.placeholder"),
        max_length=_MOST_CHARS,
        elem_id=id_,
        scale=1,
    )


def _start(name: str, texts: Words, id_: str) -> gr.Button:
    return gr.Button(texts(f"{name}.write"), elem_id=id_, variant="primary", scale=0, min_width=96)


def _asked(text: str) -> str:
    return plain(text)[:_MOST_CHARS].strip()


def _status(words: str, texts: Words, working: bool = False) -> str:
    return render("status.html", texts, stage=words, spoken="", working=working, quiet=False)


def _hidden() -> tuple[Any, Any]:
    return gr.update(visible=False), gr.update(visible=False)
