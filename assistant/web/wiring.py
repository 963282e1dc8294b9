"""What the tabs share: HTML without Gradio's own habits, events without its progress bars, and files to save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from assistant.web.pages import render
from assistant.web.words import Words

HIDDEN: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_SAVE = "(file) => { window.commonGround?.save(file); }"


def html(template: str, texts: Words, **values: Any) -> gr.HTML:
    return as_html(render(template, texts, **values))


def as_html(text: str) -> gr.HTML:
    # The default js_on_load would send every click on the text to the server.
    return gr.HTML(text, js_on_load=None, apply_default_css=False)


def saves(button: gr.Button, make: Callable[..., str], inputs: Sequence[Any], js: str | None = None) -> None:
    """A click has the file made, and the browser saves it."""
    file = gr.Textbox(visible=False)
    button.click(make, list(inputs), file, js=js, **HIDDEN).success(None, file, None, js=_SAVE, **HIDDEN)


def gathered(names: int, script: str) -> str:
    """A Gradio script that passes the first inputs on and puts what `script` says in place of the last."""
    given = ", ".join(f"v{n}" for n in range(names))
    return f"({given}, last) => [{given}{', ' if given else ''}window.commonGround ? window.commonGround.{script} : '']"
