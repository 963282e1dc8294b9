"""What an abbreviation stands for: learnt where a document writes the long form and, in brackets, the short one; and a small
list of those that people of the field use without saying.

The long form is found as by Schwartz and Hearst (A simple algorithm for identifying abbreviation definitions in biomedical
text, Pacific Symposium on Biocomputing 2003): from the right, each letter of the short form in the words before the bracket,
the first of them at the beginning of a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from index.words import stems

_BODIES = {
    "APPG": "All-Party Parliamentary Group",
    "DWP": "Department for Work and Pensions",
    "GLA": "Greater London Authority",
    "LGA": "Local Government Association",
    "MHCLG": "Ministry of Housing, Communities and Local Government",
    "NCVO": "National Council for Voluntary Organisations",
    "NHS": "National Health Service",
    "OECD": "Organisation for Economic Co-operation and Development",
    "UKBA": "UK Border Agency",
    "UKVI": "UK Visas and Immigration",
}
_OTHERS = {
    "CIC": "community interest company",
    "CVS": "council for voluntary service",
    "EAL": "English as an additional language",
    "ESOL": "English for Speakers of Other Languages",
    "ILR": "indefinite leave to remain",
    "LA": "local authority",
    "NGO": "non-governmental organisation",
    "NRPF": "no recourse to public funds",
    "PCSO": "police community support officer",
    "UASC": "unaccompanied asylum-seeking children",
    "VCS": "voluntary and community sector",
}
_INTRODUCED = re.compile(r"\(([A-Z][A-Za-z&]{0,9}[A-Z])s?\)")
_BEFORE = 160  # letters before a bracket in which the long form stands
_WORD = re.compile(r"[^\W\d_][\w’'&-]*")
_BODY = re.compile(
    r"\b(?:agency|alliance|association|authorit(?:y|ies)|bank|board|cent(?:re|er)|charity|church|club|coalition|college"
    r"|commission|committee|company|convention|council|department|executive|federation|forum|foundation|fund|group|institut\w+"
    r"|ministry|mission|network|office|organisations?|organization|parliament|partnership|party|police|school|service|society"
    r"|trust|union|university)\b",
    re.I,
)


class Abbreviations:
    """`learnt` gives for each short form, in capitals, what the documents mean by it, which goes before what the field does.
    `is_word` says of a word in lower case whether it is one of the language."""

    def __init__(self, learnt: Mapping[str, str], is_word: Callable[[str], bool]) -> None:
        self.long, self._is_word = {**_BODIES, **_OTHERS, **learnt}, is_word
        self._short = {_plain(said): short for short, said in self.long.items()}

    def other_forms(self, text: str) -> list[tuple[str, str]]:
        """Each short form in a text with what it stands for, and each long form with its short one."""
        found = []
        for word in dict.fromkeys(_WORD.findall(text)):
            short = re.sub(r"(?:['’]s|s)$", "", word) if word.rstrip("s").isupper() else word
            if short.upper() in self.long and (short.isupper() or self._is_no_word(short)):
                found.append((short, self.long[short.upper()]))
        plain = f" {_plain(text)} "
        return found + [(said, short) for said, short in self._short.items() if f" {said} " in plain]

    def _is_no_word(self, short: str) -> bool:
        return len(short) > 2 and not self._is_word(short.lower())

    def may_name_a_body(self, short: str) -> bool:
        """Whether an abbreviation may be the name of an organisation: not where it is known to stand for something else, nor
        a word of the language in capitals."""
        if short in _BODIES or short in _OTHERS:
            return short in _BODIES
        return bool(_BODY.search(self.long[short])) if short in self.long else self._is_no_word(short)


def write_introduced(file: Path, texts: Iterable[str]) -> None:
    """JSON: short form, in capitals -> the long form of the first text that introduces it. Where another text means something
    else by it, nobody knows what a question means, and it is left out."""
    learnt: dict[str, list[str]] = {}
    for text in texts:
        for short, said in introduced(text):
            learnt.setdefault(short.upper(), []).append(said)
    agreed = {short: said[0] for short, said in learnt.items() if len({tuple(stems(one)) for one in said}) == 1}
    file.write_text(json.dumps(agreed, ensure_ascii=False), encoding="utf-8")


def introduced(text: str) -> Iterator[tuple[str, str]]:
    """Each short form that stands in brackets behind its long one, with that."""
    for found in _INTRODUCED.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()].rstrip()
        if said := _long_form(found.group(1), before):
            yield found.group(1), said


def _long_form(short: str, before: str) -> str:
    """The end of `before` that the letters of `short` stand in; empty when they do not."""
    letters, at = [letter for letter in short.lower() if letter.isalpha()], len(before)
    for n, letter in reversed(list(enumerate(letters))):
        at = _last(before.lower(), letter, at, begins=n == 0)
        if at < 0:
            return ""
    said = re.sub(r"\s+", " ", re.sub(r"['’]s?$", "", before[at:]))
    most = min(len(letters) + 5, 2 * len(letters))  # words of a long form, as in the paper
    return said if len(_WORD.findall(said)) <= most and not re.search(r"[.!?:;()]", said) else ""


def _last(text: str, letter: str, before: int, begins: bool) -> int:
    """Where a letter stands last before a place; at the beginning of a word, where it `begins` one. -1 for nowhere."""
    at = text.rfind(letter, 0, before)
    while at > 0 and begins and (text[at - 1].isalnum() or text[at - 1] in "’'-"):
        at = text.rfind(letter, 0, at)
    return at


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
