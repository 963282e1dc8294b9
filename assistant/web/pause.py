"""The switch that stops all answers, or those of one site, at once and without a restart: a file in a folder."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.web.caller import caller_of, path_of
from assistant.web.metrics import Metrics
from assistant.web.problems import problem
from assistant.web.rates import is_question
from assistant.web.words import Words

EVERYONE = "everyone"
WORDS = "Answers are paused. Please try again later."


class Pause:
    """While `everyone.txt`, or `<site>.txt`, is in the folder, questions are answered 503 with the first line of it. The
    screen makes no answer either, and says so in its own way."""

    def __init__(self, app: ASGIApp, folder: Path | None, metrics: Metrics) -> None:
        self._app = app
        self._folder = folder
        metrics.paused.set_function(lambda: float(words_of_pause(folder, EVERYONE) is not None))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_question(scope) and not _of_the_screen(scope):
            for name in filter(None, (EVERYONE, caller_of(scope).site)):
                if (words := words_of_pause(self._folder, name)) is not None:
                    await problem(503, words, {"Retry-After": "600"}, paused=True)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def _of_the_screen(scope: Scope) -> bool:
    """Whether the screen says it itself (`words_of_rest`): all that is done there comes this way, and what was typed stays."""
    return path_of(scope).endswith("/gradio_api/queue/join") and not caller_of(scope).site


def words_of_pause(folder: Path | None, name: str) -> str | None:
    """What people are told meanwhile; None while nothing is paused."""
    if folder is None:
        return None
    try:
        return (folder / f"{name}.txt").read_text(encoding="utf-8")[:500].strip().partition("\n")[0] or WORDS
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):  # somebody put it there, so somebody wants a pause
        return WORDS


def resting(folder: Path | None, *sites: str) -> str | None:
    """As `words_of_pause`, for everyone or one of the sites; empty where the operator says nothing in particular, so that a
    page can say it in its own language."""
    told = (words_of_pause(folder, name) for name in (EVERYONE, *sites))
    found = next((one for one in told if one is not None), None)
    return "" if found == WORDS else found


def words_of_rest(folder: Path | None, texts: Words) -> str:
    """What the screen says while answers are paused; empty while they are not."""
    found = resting(folder)
    return "" if found is None else f"{texts('embed.paused')}. {found or texts('embed.paused_until')}"


def pause(folder: Path, words: str, name: str = EVERYONE) -> Path:
    """Writes the file; whoever runs the server and whoever writes need not be the same."""
    file = _file(folder, name)
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{words or WORDS}\n", encoding="utf-8")
    file.chmod(0o644)
    return file


def resume(folder: Path, name: str = EVERYONE) -> bool:
    """False when nothing was paused."""
    file = _file(folder, name)
    paused = file.exists()
    file.unlink(missing_ok=True)
    return paused


def _file(folder: Path, name: str) -> Path:
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        raise AssistantError(f"{name!r} is no name of a site: small letters, digits and hyphens.")
    return folder / f"{name}.txt"
