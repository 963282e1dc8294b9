"""The texts of the screen, one file a language (`words/en.toml`). "plain" is English again in plain words: what it leaves
out is taken from "en"."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "cy", "plain")
_WITHOUT = {"plain": "en"}  # where to look for what a file leaves out


class Words:
    """`words("card.copy")` gives a text with its `{names}` filled in; `code` names the file, `tag` the HTML language."""

    def __init__(self, code: str, texts: Mapping[str, str]) -> None:
        self.code = code
        self.tag = texts["language.tag"]
        self._texts = texts

    def __call__(self, key: str, **values: Any) -> str:
        """Raises KeyError for a text that is not there, so that none is forgotten."""
        return self._texts[key].format(**values) if values else self._texts[key]

    def count(self, key: str, number: int, **values: Any) -> str:
        """ "1 passage", "3 passages": the texts `key.one` and `key.more`."""
        return self(f"{key}.{'one' if number == 1 else 'more'}", n=number, **values)

    def known(self, key: str, otherwise: str) -> str:
        """The text, or `otherwise` where there is none: for words that come from elsewhere."""
        return self._texts.get(key, otherwise)

    def group(self, prefix: str) -> dict[str, str]:
        """Every text of one table, by the last part of its key."""
        return {key[len(prefix) + 1 :]: text for key, text in self._texts.items() if key.startswith(f"{prefix}.")}


@functools.cache
def words(code: str = "en") -> Words:
    """Raises FileNotFoundError for a language that there is no file for."""
    base = texts_of(_WITHOUT[code]) if code in _WITHOUT else {}
    return Words(code, {**base, **texts_of(code)})


@functools.cache
def texts_of(code: str) -> dict[str, str]:
    return dict(_flat(tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return found
