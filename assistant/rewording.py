"""A follow-up in words that stand alone, by a language model: held to the words of the conversation before it is searched."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.clean import clean
from assistant.figures import figures
from assistant.line import Line
from assistant.model import Turn
from assistant.prompts import Prompt
from index.words import stem, stems, words

VARIABLES = frozenset({"history", "question"})
_MOST_TURNS = 4
_MOST_CHARACTERS = 500  # of each turn
_MOST_WORDS = 40


class Rewording:
    def __init__(self, line: Line, prompt: Prompt) -> None:
        self.line, self.prompt = line, prompt

    def of(self, question: str, history: Sequence[Turn]) -> str:
        """Text to search for; empty when what the model wrote goes beyond the conversation. Raises ModelUnavailable."""
        recent = [turn for turn in history if turn.content.strip()][-_MOST_TURNS:]
        told = "\n".join(f"{turn.role}: {' '.join(turn.content.split())[:_MOST_CHARACTERS]}" for turn in recent)
        said = self.line.say(self.prompt.messages(history=told, question=question), lambda said: "\n" in said.strip())
        text = clean(said.strip().splitlines()[0]).strip("\"“”'")
        return text if _keeps_to(text, question, told) else ""


def _keeps_to(text: str, question: str, told: str) -> bool:
    """Whether the text has no word of its own, and most of the question's."""
    given = {stem(word) for word in words(f"{question} {told}")}
    mine, asked = set(stems(text)), set(stems(question))
    figures_given = {figure.value for figure in figures(f"{question} {told}")}
    return (
        0 < len(text.split()) <= _MOST_WORDS
        and mine <= given
        and len(mine & asked) * 2 >= len(asked)
        and all(figure.value in figures_given for figure in figures(text))
    )
