"""What a language model wrote -> its sentences, each with the passages that it says they rest on. Nothing is believed here."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from assistant.clean import clean_lines
from index.sentences import sentences

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.S | re.I)
_FENCE = re.compile(r"^\s*(?:```|~~~).*$", re.M)
_LINE_MARK = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s*)+")
_OPENING = re.compile(r"^(?:\*\*)?(?:the )?(?:answer|response)(?: is)?(?:\*\*)?\s*:(?:\*\*)?\s*", re.I)
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
# A tag of ours, or what looks like somebody's: [k42], [k42, m17], [1], (k42).
_TAG = r"[a-z]{0,8} ?[a-z]?\d{1,3}"
_TAGS = re.compile(
    rf"\s*\[\s*({_TAG}(?:\s*[,;&]\s*{_TAG})*)\s*\]|\s*\(\s*([a-z]\d\d(?:\s*[,;&]\s*[a-z]\d\d)*)\s*\)", re.I
)


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of the model's. `cited` are tags that were given to it; `unknown` says that it cited others."""

    text: str
    cited: tuple[str, ...] = ()
    unknown: bool = False


def read_transcript(text: str, tags: Collection[str]) -> list[Told]:
    """The sentences in order, once each, without Markdown's own marks; a tag belongs to the sentence that it follows, or
    that it opens where the model tags before."""
    plain = _FENCE.sub("", _THOUGHT.sub("", clean_lines(text)))
    told = [one for line in plain.splitlines() if line.strip() for one in _of_line(_unmarked(line), tags)]
    return list({one.text: one for one in told if any(c.isalnum() for c in one.text)}.values())


def read_settled(text: str, tags: Collection[str]) -> list[Told]:
    """The sentences of a text that is still being written, less the last, which may go on or be tagged yet."""
    settled = text[: max(text.rfind(" "), text.rfind("\n")) + 1]
    last = settled[settled.rfind("\n") + 1 :]
    opened = [last.rfind("[")] if "]" not in last[last.rfind("[") :] else []
    opened += [last.rfind("**")] if last.count("**") % 2 else []
    cut = min((at for at in opened if at >= 0), default=len(last))
    return read_transcript(settled[: len(settled) - len(last) + cut], tags)[:-1]


def _unmarked(line: str) -> str:
    return _STRONG.sub(lambda m: m.group(2) or m.group(3), _OPENING.sub("", _LINE_MARK.sub("", line.strip())))


def _of_line(line: str, tags: Collection[str]) -> list[Told]:
    """The text between tags in turn; each run of tags closes the sentence before it."""
    pieces = _TAGS.split(line)  # text, square, round, text, square, round, ... text
    texts, runs = (
        pieces[::3],
        [square or rounded or "" for square, rounded in zip(pieces[1::3], pieces[2::3], strict=True)],
    )
    before = not texts[0].strip(" .,:;")
    told: list[Told] = []
    if before:  # tags open: text n+1 belongs to run n
        for run, text in zip(runs, texts[1:], strict=True):
            told += _tagged(text.lstrip(" :.,"), run, tags, every=True)
        return told
    for n, text in enumerate(texts):
        stop = re.match(r"[.!?]+”?", text)
        if n and stop and told:  # "... in May [k42]. Then": the stop belongs to the sentence before the tag
            told[-1] = Told(told[-1].text + stop.group(), told[-1].cited, told[-1].unknown)
            text = text[stop.end() :]
        run = runs[n] if n < len(runs) else ""
        if run and told and not text.strip():  # "... in May. [k42] [m17]"
            cited, unknown = _known(run, tags)
            told[-1] = Told(told[-1].text, (*told[-1].cited, *cited), told[-1].unknown or unknown)
        else:
            told += _tagged(text, run, tags, every=False)
    return told


def _tagged(text: str, run: str, tags: Collection[str], every: bool) -> list[Told]:
    said = [text[start:end].strip() for start, end in sentences(text)]
    last = len(said) - 1
    return [Told(one, *(_known(run, tags) if every or n == last else ((), False))) for n, one in enumerate(said)]


def _known(run: str, tags: Collection[str]) -> tuple[tuple[str, ...], bool]:
    named = [part.strip().lower().split()[-1] for part in re.split(r"[,;&]", run) if part.strip()]
    return tuple(dict.fromkeys(name for name in named if name in tags)), any(name not in tags for name in named)
