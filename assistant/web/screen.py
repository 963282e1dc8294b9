"""The chat screen: Gradio carries the question box, the buttons and the events; the conversation is our own HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.serving import WebSettings
from assistant.web.asks import Asks
from assistant.web.conversation import Conversation, Shown
from assistant.web.documents import coverage, entries
from assistant.web.pages import render

HEAD = """
<meta name="description" content="Answers from a shelf of reports on integration, with the exact words behind them">
<link rel="icon" type="image/svg+xml" href="web/icon.svg">
<link rel="stylesheet" href="web/screen.css">
<script src="web/screen.js" defer></script>
"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an event may change, in the order in which it is given."""

    box: gr.Textbox
    conversation: gr.HTML
    status: gr.HTML
    examples: gr.HTML
    stop: gr.Button
    new: gr.Button
    memory: gr.State

    def update(self, shown: Shown) -> dict[Any, Any]:
        changes: dict[Any, Any] = {
            self.conversation: render("conversation.html", exchanges=shown.exchanges),
            self.status: render("status.html", stage=shown.stage, spoken=shown.spoken, working=shown.working),
            self.examples: gr.update(visible=not shown.exchanges),
            self.stop: gr.update(visible=shown.working),
            self.new: gr.update(visible=bool(shown.exchanges)),
            self.memory: shown.exchanges,
        }
        return changes if shown.box is None else changes | {self.box: shown.box}

    @property
    def outputs(self) -> list[Any]:
        return [self.box, self.conversation, self.status, self.examples, self.stop, self.new, self.memory]


def build(assistant: Asks, conversation: Conversation, settings: WebSettings) -> gr.Blocks:
    screen: gr.Blocks
    with gr.Blocks(title="Common Ground", analytics_enabled=False, fill_width=True) as screen:
        _html("intro.html", coverage=coverage(assistant.shelf.metadata))
        with gr.Tabs(elem_id="cg-tabs"):
            with gr.Tab("Ask", id="ask", elem_id="cg-tab-ask"):
                parts, ask = _ask_tab(assistant, settings)
            with gr.Tab("Documents", id="documents", elem_id="cg-tab-documents"):
                held = assistant.shelf.metadata
                _html("documents.html", coverage=coverage(held), entries=entries(held))
        _wire(parts, ask, conversation)
    screen.queue(
        max_size=settings.questions_waiting + settings.questions_at_once,
        default_concurrency_limit=settings.questions_at_once + settings.questions_waiting,
        api_open=False,
    )
    return screen


def _ask_tab(assistant: Asks, settings: WebSettings) -> tuple[Parts, gr.Button]:
    conversation = _html("conversation.html", exchanges=())
    with gr.Column(elem_id="cg-composer"):
        with gr.Row(elem_id="cg-status-row"):
            status = _html("status.html", stage="", spoken="", working=False)
            stop = gr.Button("Stop", elem_id="cg-stop", visible=False, size="sm", scale=0, min_width=80)
        with gr.Row(elem_id="cg-ask-row"):
            box = _box(settings)
            ask = gr.Button("Ask", variant="primary", elem_id="cg-ask", scale=0, min_width=96)
            new = gr.Button("New conversation", elem_id="cg-new", visible=False, scale=0, min_width=96)
    examples = _html("examples.html", questions=list(getattr(assistant, "examples", ()))[:6])
    memory = gr.State((), time_to_live=settings.conversation_minutes * 60)
    return Parts(box, conversation, status, examples, stop, new, memory), ask


def _box(settings: WebSettings) -> gr.Textbox:
    return gr.Textbox(
        label="Your question",
        placeholder="Ask in your own words",
        lines=1,
        max_lines=6,
        max_length=settings.max_question_chars,
        elem_id="cg-box",
        scale=1,
    )


def _wire(parts: Parts, ask: gr.Button, conversation: Conversation) -> None:
    async def answer(question: str, memory: Any) -> Any:
        async for shown in conversation.ask(question, memory):
            yield parts.update(shown)

    hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = gr.on(
        [ask.click, parts.box.submit], answer, [parts.box, parts.memory], parts.outputs, trigger_mode="once", **hidden
    )
    parts.stop.click(
        lambda memory: parts.update(conversation.stop(memory)), parts.memory, parts.outputs, cancels=asking, **hidden
    )
    parts.new.click(lambda: parts.update(conversation.begin()), None, parts.outputs, cancels=asking, **hidden)


def _html(template: str, **values: Any) -> gr.HTML:
    # The default js_on_load would send every click on the text to the server.
    return gr.HTML(render(template, **values), js_on_load=None, apply_default_css=False)
