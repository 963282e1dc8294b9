"""The chat screen: Gradio carries the question box, the buttons and the events; the conversation is our own HTML."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from assistant.serving import WebSettings
from assistant.web.asks import Asks
from assistant.web.chosen import read_sent
from assistant.web.conversation import Conversation, Shown
from assistant.web.documents import coverage
from assistant.web.downloads import Format, as_file
from assistant.web.facets import facets
from assistant.web.feedback import REASONS
from assistant.web.fresh import Fresh
from assistant.web.keepsake import conversation_paper
from assistant.web.making_tabs import briefing_tab, compare_tab, initiatives_tab
from assistant.web.notice_board import NoticeBoard
from assistant.web.pages import render
from assistant.web.pause import words_of_rest
from assistant.web.records import read_records, write_records
from assistant.web.shelf_tab import documents_tab
from assistant.web.wiring import HIDDEN, html, saves
from assistant.web.words import LANGUAGES, Words, words
from assistant.web.workshop import Workshop

# What the page's own script knows and a component does not: where to look, and what a link brought along.
_SEND = "(question, sent, memory) => [question, window.commonGround ? window.commonGround.sent() : '', memory]"


def head(texts: Words) -> str:
    root = root_of(texts)
    return f"""
<meta name="description" content="{texts("page.about")}">
<link rel="icon" type="image/svg+xml" href="{root}web/icon.svg">
<link rel="stylesheet" href="{root}web/screen.css">
<script src="{root}web/screen.js" defer></script>
"""


def root_of(texts: Words) -> str:
    """From the page of a language to the top of the site: English has none of its own."""
    return "" if texts.code == "en" else "../"


@dataclass(frozen=True, slots=True)
class Parts:
    """What an event may change, in the order in which it is given."""

    texts: Words
    box: gr.Textbox
    conversation: gr.HTML
    status: gr.HTML
    examples: gr.HTML
    stop: gr.Button
    new: gr.Button
    memory: gr.BrowserState
    reasons: tuple[str, ...] = ()

    def update(self, shown: Shown) -> dict[Any, Any]:
        changes: dict[Any, Any] = {
            self.status: render(
                "status.html",
                self.texts,
                stage=shown.stage,
                spoken=shown.spoken,
                working=shown.working,
                quiet=shown.quiet,
            ),
            self.stop: gr.update(visible=shown.working),
        }
        if shown.exchanges is not None:
            changes |= {
                self.conversation: render(
                    "conversation.html", self.texts, exchanges=shown.exchanges, reasons=self.reasons
                ),
                self.examples: gr.update(visible=not shown.exchanges),
            }
        if shown.exchanges is not None and not shown.half:
            changes |= {
                self.new: gr.update(visible=bool(shown.exchanges)),
                self.memory: write_records(shown.records),
            }
        return changes if shown.box is None else changes | {self.box: shown.box}

    @property
    def outputs(self) -> list[Any]:
        return [self.box, self.conversation, self.status, self.examples, self.stop, self.new, self.memory]


def build(
    assistant: Asks, workshop: Workshop | None, conversation: Conversation, settings: WebSettings, texts: Words
) -> gr.Blocks:
    screen: gr.Blocks
    with gr.Blocks(title=texts("page.title"), analytics_enabled=False, fill_width=True) as screen:
        fresh, rest = Fresh(), partial(words_of_rest, settings.operation.pause_folder, texts)
        fresh.html(lambda: intro(assistant, settings, texts))
        with gr.Tabs(elem_id="cg-tabs"):
            with gr.Tab(texts("tabs.ask"), id="ask", elem_id="cg-tab-ask"):
                parts, sent, ask = _ask_tab(assistant, settings, texts, fresh)
            if workshop:
                with gr.Tab(texts("tabs.initiatives"), id="initiatives", elem_id="cg-tab-initiatives") as tab:
                    initiatives_tab(tab, workshop, assistant.shelf, texts)
                with gr.Tab(texts("tabs.compare"), id="compare", elem_id="cg-tab-compare"):
                    compare_tab(workshop, texts, rest)
                with gr.Tab(texts("tabs.briefing"), id="briefing", elem_id="cg-tab-briefing"):
                    briefing_tab(workshop, texts, rest)
            with gr.Tab(texts("tabs.documents"), id="documents", elem_id="cg-tab-documents") as tab:
                documents_tab(tab, assistant.shelf, workshop, texts)
            with gr.Tab(texts("tabs.about"), id="about", elem_id="cg-tab-about"):
                fresh.html(lambda: about(assistant, workshop, settings, texts))
        _wire(screen, parts, sent, ask, conversation, settings, fresh)
    screen.queue(
        max_size=settings.questions_waiting + settings.questions_at_once,
        default_concurrency_limit=settings.questions_at_once + settings.questions_waiting,
        api_open=False,
    )
    return screen


def intro(assistant: Asks, settings: WebSettings, texts: Words) -> str:
    named = [(code, words(code).tag, words(code)("language.name")) for code in LANGUAGES]
    notice = NoticeBoard(settings.operation.notice_file).words
    held = coverage(assistant.shelf.metadata, texts)
    return render("intro.html", texts, coverage=held, languages=named, notice=notice)


def about(assistant: Asks, workshop: Workshop | None, settings: WebSettings, texts: Words) -> str:
    model, held = workshop.model if workshop else "", coverage(assistant.shelf.metadata, texts)
    stored = {"feedback": bool(settings.feedback), "kept": bool(settings.operation.question_log)}
    return render("about.html", texts, coverage=held, model=model, **stored)


def _ask_tab(assistant: Asks, settings: WebSettings, texts: Words, fresh: Fresh) -> tuple[Parts, gr.Textbox, gr.Button]:
    conversation = html("conversation.html", texts, exchanges=(), reasons=())
    with gr.Column(elem_id="cg-composer"):
        with gr.Row(elem_id="cg-status-row"):
            status = html("status.html", texts, stage="", spoken="", working=False, quiet=False)
            stop = gr.Button(texts("ask.stop"), elem_id="cg-stop", visible=False, size="sm", scale=0, min_width=80)
        with gr.Row(elem_id="cg-ask-row"):
            box = _box(settings, texts)
            ask = gr.Button(texts("ask.button"), variant="primary", elem_id="cg-ask", scale=0, min_width=96)
        with gr.Row(elem_id="cg-tools-row"):
            fresh.html(lambda: render("filters.html", texts, found=facets(assistant.shelf.metadata, texts)))
            word = _saving(texts("actions.word"))
            markdown = _saving(texts("actions.markdown"))
            html("tools.html", texts)
            new = gr.Button(texts("ask.new"), elem_id="cg-new", visible=False, scale=0, min_width=96)
    examples = fresh.html(lambda: render("examples.html", texts, questions=list(assistant.examples)[:6]))
    memory = gr.BrowserState([], storage_key="common-ground-conversation", secret="kept in this browser alone")
    sent = gr.Textbox(visible=False)

    def keepsake(form: Format) -> Callable[[Any], str]:
        def make(kept: Any) -> str:
            records = read_records(kept, settings.conversation_turns)
            paper = conversation_paper(records, assistant.shelf, texts, datetime.date.today())
            return as_file(paper, form)

        return make

    saves(word, keepsake("docx"), [memory])
    saves(markdown, keepsake("md"), [memory])
    return (
        Parts(texts, box, conversation, status, examples, stop, new, memory, REASONS if settings.feedback else ()),
        sent,
        ask,
    )


def _saving(label: str) -> gr.Button:
    return gr.Button(label, elem_classes="cg-save", scale=0, min_width=96)


def _box(settings: WebSettings, texts: Words) -> gr.Textbox:
    return gr.Textbox(
        label=texts("ask.label"),
        placeholder=texts("ask.placeholder"),
        lines=1,
        max_lines=6,
        max_length=settings.max_question_chars,
        elem_id="cg-box",
        scale=1,
    )


def _wire(
    screen: gr.Blocks,
    parts: Parts,
    sent: gr.Textbox,
    ask: gr.Button,
    conversation: Conversation,
    settings: WebSettings,
    fresh: Fresh,
) -> None:
    def read(memory: Any) -> Any:
        return read_records(memory, settings.conversation_turns)

    async def answer(question: str, sending: str, memory: Any) -> Any:
        async for shown in conversation.ask(question, read_sent(sending), read(memory)):
            yield parts.update(shown)

    asking = gr.on(
        [ask.click, parts.box.submit],
        answer,
        [parts.box, sent, parts.memory],
        parts.outputs,
        js=_SEND,
        trigger_mode="once",
        **HIDDEN,
    )
    parts.stop.click(
        lambda memory: parts.update(conversation.stop(read(memory))),
        parts.memory,
        parts.outputs,
        cancels=asking,
        **HIDDEN,
    )
    parts.new.click(lambda: parts.update(conversation.begin()), None, parts.outputs, cancels=asking, **HIDDEN)

    def opened(memory: Any) -> Any:
        return fresh.changes() | parts.update(conversation.again(read(memory)))

    screen.load(opened, parts.memory, list({*parts.outputs, *fresh.outputs}), **HIDDEN)
