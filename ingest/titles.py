"""Whether the title a file carries in its properties is one."""

from __future__ import annotations

import re

_MADE_UP = re.compile(
    r"untitled|microsoft (?:word|powerpoint|office)|document\d*$|template|slide \d|.*\.(?:docx?|indd|qxd|pdf|pptx?|xlsx?|tex|dvi|ps)$",
    re.IGNORECASE,
)


def believable(title: str) -> str:
    """The title, or nothing: most are the name of the file it was made from, or what a program puts there."""
    title = " ".join(title.split())
    return "" if len(title.split()) < 2 or _MADE_UP.match(title) else title
