"""The one settings object. Only `app.py`, `eval` and tests load it; everything below receives its own section.

Order: keyword, then environment (`COMMON_GROUND_INDEX__SEARCH__TOP_K=20`), then `common-ground.toml` or the file given
by `--settings`, then the defaults here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as NotJson

from assistant.endpoint import LLMSettings
from assistant.errors import SettingsError
from assistant.serving import WebSettings
from index.settings import IndexSettings
from ingest.settings import IngestSettings

HOME = Path(__file__).resolve().parent.parent
_FILE = "common-ground.toml"
_PREFIX = "COMMON_GROUND_"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PathSettings(_Section):
    corpus: Path = Field(HOME / "corpus", description="the folder of documents")
    data: Path = Field(HOME / ".common-ground", description="library and index; can be rebuilt from the corpus")
    prompts: Path = Field(HOME / "prompts", description="what is said to a language model")


class AnswerSettings(_Section):
    """How an answer is made. The thresholds come from calibration on development cases."""

    passages: int = Field(8, ge=1, le=50, description="passages that sentences are chosen from")
    most_support: int = Field(3, ge=0, le=20, description="supporting points after the answer")
    refuse_below: float = Field(
        0.38, ge=0, le=1, description="estimated chance that the documents answer the question; 0: try always"
    )
    max_question_chars: int = Field(6000, ge=50, le=100_000)
    llm: LLMSettings = LLMSettings()


class Settings(BaseSettings):
    """Unknown keys are refused, so that a misspelt one is noticed."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    paths: PathSettings = PathSettings()
    ingest: IngestSettings = IngestSettings()
    index: IndexSettings = IndexSettings()
    answer: AnswerSettings = AnswerSettings()
    web: WebSettings = WebSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = settings_cls.model_config.get("toml_file")
        return (init_settings, env_settings, *([TomlConfigSettingsSource(settings_cls)] if file else []))


def load_settings(file: Path | None = None, **values: Any) -> Settings:
    """The settings from `file`, or from `common-ground.toml` in the working folder where there is one.

    Raises SettingsError that names the file or the key, what was expected and what to do.
    """
    chosen = file or (Path(_FILE) if Path(_FILE).is_file() else None)
    if chosen and not chosen.is_file():
        raise SettingsError(f"The settings file {chosen} does not exist. Give the path of a TOML file.")
    for name in os.environ:
        # pydantic-settings passes over a variable whose section it does not know.
        if name.upper().startswith(_PREFIX) and _section_of(name) not in Settings.model_fields:
            raise SettingsError(f"{name} is no setting. Sections: {', '.join(Settings.model_fields)}.")

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=chosen)

    try:
        loaded = FromFile(**values)
    except ValidationError as error:
        raise SettingsError(_explain(error, chosen)) from error
    except NotJson as error:
        raise SettingsError(_not_json(str(error))) from error
    except ValueError as error:  # the TOML itself
        raise SettingsError(f"{chosen} is not a TOML file: {error}") from error
    return Settings.model_construct(**dict(loaded))


def _section_of(variable: str) -> str:
    return variable[len(_PREFIX) :].partition("__")[0].lower()


def _not_json(said: str) -> str:
    found = re.search(r'field "(\w+)"', said)
    name = f"{_PREFIX}{found.group(1).upper()}" if found else f"A {_PREFIX} variable"
    return (
        f"{name} is not JSON, as a variable for a whole section or list must be. To set one value of a section, name it: "
        f"{_PREFIX}PATHS__CORPUS=/srv/reports."
    )


def _explain(error: ValidationError, file: Path | None) -> str:
    lines = [f"{'.'.join(str(part) for part in e['loc']) or 'settings'}: {e['msg']}" for e in error.errors()]
    where = f" (from {file} or a COMMON_GROUND_ variable)" if file else " (from a COMMON_GROUND_ variable)"
    return f"The settings cannot be used{where}: " + "; ".join(lines)
