"""A page as a file that the browser saves: carried in the answer to a click, so that nothing is stored on the way."""

from __future__ import annotations

import base64
import json
import re
from typing import Literal

from assistant.products.markdown import as_markdown
from assistant.products.paper import Paper
from assistant.products.word import as_word

Format = Literal["docx", "md"]
_TYPES: dict[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown;charset=utf-8",
}


def as_file(paper: Paper, form: Format) -> str:
    """JSON for the page's own script: {"name", "type", "data"}, the data in base 64."""
    data = as_word(paper) if form == "docx" else as_markdown(paper).encode()
    return json.dumps(
        {"name": f"{_slug(paper.title)}.{form}", "type": _TYPES[form], "data": base64.b64encode(data).decode()}
    )


def _slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-")[:60] or "common-ground"
