"""One JSON line for each thing that happened, on standard error. No line holds the words of a question unless asked to."""

from __future__ import annotations

import logging
import sys
from typing import Any, Protocol, TextIO

import structlog


class Log(Protocol):
    """What we need of a structlog logger."""

    def info(self, event: str, **facts: Any) -> Any: ...
    def warning(self, event: str, **facts: Any) -> Any: ...
    def error(self, event: str, **facts: Any) -> Any: ...


def open_log(level: str, to: TextIO | None = None) -> Log:
    """A logger of its own: the loggers of other libraries are left as they are."""
    made: Log = structlog.wrap_logger(
        structlog.PrintLogger(to or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
    )
    return made


def where(error: BaseException) -> list[str]:
    """The way of an exception through our code, without its message, which may hold what a person typed."""
    lines, at = [], error.__traceback__
    while at:
        lines.append(f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno} {at.tb_frame.f_code.co_name}")
        at = at.tb_next
    return lines[-12:]
