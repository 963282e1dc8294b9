"""What shapes the screen and the HTTP side: where they listen, who may ask, and how much at once."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from assistant.access import HOW, LEAST_SECRET, AccessSettings, Origin, RateSettings, read_secret


class OperationSettings(BaseModel):
    """What the operator sees, and how the service is paused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    log_level: Literal["info", "warning", "error"] = Field("warning", description="info: one line for every request")
    log_questions: bool = Field(
        False, description="write the words of questions to the log, those apart that seem to hold personal data"
    )
    question_log: Path | None = Field(
        None, description="keep questions and what came of them in this folder, without anything about the person"
    )
    question_log_days: int = Field(90, ge=1, le=3650, description="days after which a kept question is deleted")
    metrics_token: SecretStr | None = Field(None, description="bearer token for /metrics from elsewhere than here")
    otlp_endpoint: str = Field("", pattern=r"^$|^https?://", description="send traces here: http://collector:4318")
    pause_folder: Path | None = Field(None, description="files here pause the service; by default in paths.data")
    notice_file: Path | None = Field(None, description="a notice for every screen; by default notice.txt in paths.data")
    stop_seconds: int = Field(10, ge=1, le=600, description="answers under way may take that long when stopping")


class OperatorSettings(BaseModel):
    """The page at /operator, where documents are added and removed. There is none without a token of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: SecretStr | None = None
    token_file: Path | None = None
    max_upload_mb: int = Field(50, ge=1, le=2000, description="of one document")

    @model_validator(mode="after")
    def _sound(self) -> OperatorSettings:
        if self.secret and len(self.secret) < LEAST_SECRET:
            raise ValueError(f"web.operator.token is too short to be a secret: {LEAST_SECRET} characters at least")
        return self

    @property
    def secret(self) -> str:
        """Empty when there is to be no page."""
        return read_secret(self.token, self.token_file)


class WebSettings(BaseModel):
    """Defaults serve the people at this machine and nobody else."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535, description="0 takes any free port")
    prefix: str = Field("", pattern=r"^(/[A-Za-z0-9._-]+)*$", description="path before ours: /common-ground")
    access: AccessSettings = AccessSettings()
    rates: RateSettings = RateSettings()
    operation: OperationSettings = OperationSettings()
    operator: OperatorSettings = OperatorSettings()
    screen: bool = Field(True, description="the full chat at /; without it the embedded chat and the API are left")
    completions: bool = Field(True, description="/v1/chat/completions for programs that speak OpenAI's protocol")
    mcp: bool = Field(False, description="/mcp for assistants that speak MCP")
    allowed_hosts: tuple[str, ...] = Field((), description="names people may reach this server by, beside loopback")
    allowed_origins: tuple[Origin, ...] = Field((), description="other web sites whose pages may call the HTTP API")
    max_question_chars: int = Field(2000, ge=20, le=20_000)
    max_history_turns: int = Field(20, ge=0, le=100, description="earlier messages that a follow-up may refer to")
    max_body_bytes: int = Field(65_536, ge=1024, le=10_000_000)
    body_seconds: float = Field(15, gt=0, le=300, description="a request body must have arrived by then")
    questions_at_once: int = Field(4, ge=1, le=64)
    questions_waiting: int = Field(60, ge=0, le=10_000, description="beyond these a question is turned away at once")
    answer_seconds: float = Field(60, gt=0, le=3600, description="the HTTP API gives up waiting after this long")
    documents: Path | None = Field(None, description="the folder whose PDF files may be shown; by default paths.corpus")
    feedback: Path | None = Field(None, description="keep what readers say of answers in this file; off when not set")
    conversation_turns: int = Field(20, ge=1, le=200, description="questions that the screen keeps in view")

    @model_validator(mode="after")
    def _loopback_unless_ruled(self) -> WebSettings:
        if self.access.rule != "loopback":
            return self
        if not is_loopback(self.host):
            raise ValueError(
                f"web.host is {self.host}, which other machines can reach, and no rule says who may. {HOW}"
            )
        if away := [name for name in self.allowed_hosts if not is_loopback(name)]:
            raise ValueError(f"web.allowed_hosts has {away[0]}, so others come here, and no rule says who may. {HOW}")
        return self

    def reading_from(self, folder: Path) -> WebSettings:
        """The same, with the files of the documents in this folder unless another is set."""
        return self if self.documents else self.model_copy(update={"documents": folder})

    def pausing_in(self, folder: Path) -> WebSettings:
        """The same settings, with `folder` for the files that pause the service unless another was set."""
        if self.operation.pause_folder:
            return self
        return self.model_copy(update={"operation": self.operation.model_copy(update={"pause_folder": folder})})

    def noticing_in(self, file: Path) -> WebSettings:
        """The same settings, with `file` for the notice on every screen unless another was set."""
        if self.operation.notice_file:
            return self
        return self.model_copy(update={"operation": self.operation.model_copy(update={"notice_file": file})})

    @property
    def hosts(self) -> list[str]:
        """Every name that a request may give in its Host header."""
        own = [] if is_loopback(self.host) or self.host in ("0.0.0.0", "::", "") else [self.host]
        return ["127.0.0.1", "localhost", "[::1]", *own, *self.allowed_hosts]

    @property
    def calling_origins(self) -> tuple[str, ...]:
        """Web sites whose pages may call the HTTP API."""
        return tuple(dict.fromkeys((*self.allowed_origins, *self.access.origins)))


def is_loopback(host: str) -> bool:
    """False for a name that is not an address, save "localhost": what it stands for may change."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
