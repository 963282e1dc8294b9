"""A language model that is asked for one word about each statement; what it said is kept, so that nothing is asked twice."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.endpoint import LLMSettings
from assistant.errors import ModelUnavailable
from assistant.line import Line
from assistant.prompts import Prompt, read_prompt
from eval.errors import EvalError
from eval.load import read_lines

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

KEY = "EVAL_JUDGE_KEY"
SUPPORT, ANSWER = "judge-support", "judge-answer"
_VARIABLES = {SUPPORT: {"quotes", "statement"}, ANSWER: {"question", "expected", "evidence", "answer"}}
_WORDS = {SUPPORT: ("yes", "no"), ANSWER: ("right", "partly", "wrong")}
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.S | re.I)


class Word(BaseModel):
    """A line of `opinions.jsonl`: `asked` is a digest of model, prompt and all that was put into it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: str
    said: str


def read_judge(file: Path) -> LLMSettings:
    """The model, from a TOML file with the keys of `assistant/endpoint.py` (endpoint, model, ...); a key is taken from the
    environment. Raises EvalError that names the file and the field."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        found = LLMSettings.model_validate({**values, "key": os.environ.get(KEY, "")})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EvalError(f"{file} cannot be read as a settings file of a judge: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "endpoint, model"
        raise EvalError(f"{file}: field {field}: {first['msg'].removeprefix('Value error, ')}") from error
    if not found.on:
        raise EvalError(f"{file}: field endpoint: expected the address and the model of a judge, found none.")
    return found


class Judge:
    """`words` is the file in which what it said is kept."""

    def __init__(self, llm: LLM, settings: LLMSettings, prompts: Path, words: Path) -> None:
        """Raises PromptError for a prompt that does not fit."""
        self.model = settings.model
        self.prompts = {name: read_prompt(prompts, name, known) for name, known in _VARIABLES.items()}
        self._line, self._file = Line(llm, settings), words
        self._pinned = [settings.model, settings.temperature, settings.seed]
        kept = read_lines(words, Word) if words.is_file() and words.stat().st_size else []
        self._said = {word.asked: word.said for _, word in kept}

    def supports(self, quotes: str, statement: str) -> bool | None:
        """None when it gave neither yes nor no. Raises ModelUnavailable."""
        said = self._word(SUPPORT, quotes=quotes, statement=statement)
        return said == "yes" if said else None

    def verdict(self, question: str, expected: str, evidence: str, answer: str) -> str:
        """ "right", "partly" or "wrong"; empty when it gave none of them. Raises ModelUnavailable."""
        return self._word(ANSWER, question=question, expected=expected, evidence=evidence, answer=answer)

    def _word(self, name: str, **values: str) -> str:
        prompt = self.prompts[name]
        asked = self._digest(prompt, values)
        if asked not in self._said:
            self._keep(Word(asked=asked, said=self._ask(prompt, values)))
        return self._said[asked]

    def _ask(self, prompt: Prompt, values: dict[str, str]) -> str:
        words = _WORDS[prompt.name]
        try:
            said = self._line.say(prompt.messages(**values), lambda said: bool(_first(said, words, r"(?=\W)")))
            return _first(said, words)
        except ModelUnavailable as error:
            if "nothing that could be read" in str(error):
                return ""
            raise

    def _keep(self, word: Word) -> None:
        self._said[word.asked] = word.said
        with self._file.open("a", encoding="utf-8", newline="\n") as out:
            out.write(word.model_dump_json() + "\n")

    def _digest(self, prompt: Prompt, values: dict[str, str]) -> str:
        whole = json.dumps([*self._pinned, prompt.digest, values], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()[:24]


def _first(said: str, words: Sequence[str], end: str = r"\b") -> str:
    """The first of the words that it wrote, its thoughts apart; empty when it wrote none of them."""
    found = re.search(rf"\b({'|'.join(words)}){end}", _THOUGHT.sub("", said), re.I)
    return found.group(1).lower() if found else ""
