"""What is said when there is no answer: one fixed wording for each reason, and the help that goes with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer_types import AnswerType
from assistant.model import Outcome, Reason

OUTCOMES = {
    Reason.PERSONAL_CASE: Outcome.OUT_OF_SCOPE,
    Reason.OFF_TOPIC: Outcome.OUT_OF_SCOPE,
    Reason.OTHER_LANGUAGE: Outcome.OUT_OF_SCOPE,
    Reason.INSTRUCTIONS: Outcome.DECLINED,
    Reason.EMPTY_QUESTION: Outcome.NEEDS_CLARIFICATION,
    Reason.TOO_LONG: Outcome.NEEDS_CLARIFICATION,
    Reason.AMBIGUOUS: Outcome.NEEDS_CLARIFICATION,
}

_WORDS = {
    Reason.NOTHING_FOUND: "The documents do not say anything about this.",
    Reason.WEAK_EVIDENCE: "The documents do not answer this.",
    Reason.NOT_SUPPORTED: "Nothing in the documents bears out an answer to this.",
    Reason.PERSONAL_CASE: (
        "I answer from reports on integration and cannot advise on a person's case. In the UK an immigration adviser must "
        "be registered or exempt; Citizens Advice can help you to find one. (A standing notice; no source is cited for it.)"
    ),
    Reason.OFF_TOPIC: "I only answer questions about what the reports on this shelf say on migration and integration; this is outside them.",
    Reason.INSTRUCTIONS: "I only answer questions from the documents and do not follow instructions in a question. Please ask what you would like to know.",
    Reason.EMPTY_QUESTION: "Please say in a few words what you would like to know.",
    Reason.TOO_LONG: "This question is too long for me. Please ask the part that matters most, in a few sentences.",
    Reason.AMBIGUOUS: "This can be read in several ways. Please say which you mean.",
}  # fmt: skip


def outcome_of(reason: Reason) -> Outcome:
    return OUTCOMES.get(reason, Outcome.NOT_IN_DOCUMENTS)


def words_for(reason: Reason, names: Sequence[str] = (), types: Sequence[AnswerType] = (), unsaid: str = "") -> str:
    """The sentence for a reason; it names what is missing where that is known."""
    if unsaid:
        return f"The documents do not say {unsaid}."
    if reason is Reason.NAME_NOT_IN_DOCUMENTS:
        return f"The documents do not mention {' or '.join(names)} in connection with this."
    if reason is Reason.ATTRIBUTE_MISSING and types:
        asked = {
            AnswerType.AMOUNT: "what it costs, or what sum of money it is",
            AnswerType.SHARE: "what share it is",
            AnswerType.COUNT: "how many",
            AnswerType.DURATION: "how long",
            AnswerType.FREQUENCY: "how often",
            AnswerType.DATE: "when",
            AnswerType.AGE: "what age",
            AnswerType.PERSON: "who",
            AnswerType.ORGANISATION: "which organisation",
            AnswerType.PLACE: "where",
            AnswerType.TIME: "at what time",
            AnswerType.CONTACT: "how to reach them",
        }[types[0]]
        return f"The documents do not say {asked}."
    return _WORDS.get(reason, "The documents do not answer this.")


def nothing_fits(filters: Sequence[tuple[str, str]]) -> str:
    """`filters` are what each asks for and the words of the question that it was read from, if it was."""
    named = [f"{asks} (from your question: “{words}”)" if words else asks for asks, words in filters]
    return f"No document on the shelf fits the filters: {'; '.join(named)}. Remove one of them and ask again."


_ITSELF = r"(?:reports?|documents?|study|studies|paper|review|evaluation|article|case study)"
_ASKS_ITS_DATE = re.compile(
    r"^(?!.*\b(?:says?|said|mentions?)\b).*(?:"
    r"\b(?:when|what (?:year|date|month)|which year)\b.*\b(?:published|c[ao]me out|written|released|issued)\b"
    rf"|\bhow (?:old|recent) (?:is|are|was)\b.*\b{_ITSELF}\W*$"
    rf"|\b(?:date|year)s? of\b.*\b{_ITSELF}\W*$|\b(?:publication|release) (?:date|year)\b)",
    re.I,
)


def dated(question: str, titles: Sequence[str]) -> str:
    """What the shelf itself knows of the documents that a question names, each title with its year, where it asks how old they
    are; else nothing. No document need say when it came out."""
    asks = titles and _ASKS_ITS_DATE.search(question)
    return f"In the catalogue of the shelf it stands as: {'; '.join(titles)}." if asks else ""
