"""Templates -> HTML. Every value is escaped by the template engine and stripped of characters that hide or reorder text;
questions, documents and models are never trusted to bring mark-up."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.web.words import Words, words

FOLDER = Path(__file__).parent

# Bidirectional, tag, variation, control and lone surrogate characters. Joiners stay: some scripts are misspelt without.
_HIDING = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|[\ud800-\udfff]"
)


def plain(text: str) -> str:
    """The text without what hides or reorders it; line breaks stay."""
    return _HIDING.sub("", text)


def render(template: str, texts: Words | None = None, **values: Any) -> str:
    """`t` in a template gives the texts of the screen; `english` marks words that are English in a page that is not; `root`
    leads to the top of the site."""
    said = texts or words()
    english = Markup("") if said.tag == "en" else Markup(' lang="en"')
    root = "" if said.code == "en" else "../"
    return _environment().get_template(template).render(t=said, english=english, **{"root": root, **values})


def _finalize(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
