"""What shapes the screen and the HTTP side: where they listen, who may ask, and how much at once."""

from __future__ import annotations

import ipaddress

from pydantic import BaseModel, ConfigDict, Field, model_validator


class WebSettings(BaseModel):
    """Defaults serve the people at this machine and nobody else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535, description="0 takes any free port")
    allow_network: bool = Field(False, description="listen to other machines; there are no access rules yet")
    allowed_hosts: tuple[str, ...] = Field((), description="names people may reach this server by, beside loopback")
    allowed_origins: tuple[str, ...] = Field((), description="other web sites whose pages may call the HTTP API")
    max_question_chars: int = Field(2000, ge=20, le=20_000)
    max_history_turns: int = Field(20, ge=0, le=100, description="earlier messages that a follow-up may refer to")
    max_body_bytes: int = Field(65_536, ge=1024, le=10_000_000)
    body_seconds: float = Field(15, gt=0, le=300, description="a request body must have arrived by then")
    questions_at_once: int = Field(4, ge=1, le=64)
    questions_waiting: int = Field(60, ge=0, le=10_000, description="beyond these a question is turned away at once")
    answer_seconds: float = Field(60, gt=0, le=3600, description="the HTTP API gives up waiting after this long")
    conversation_turns: int = Field(20, ge=1, le=200, description="questions that the screen keeps in view")
    conversation_minutes: float = Field(120, gt=0, le=24 * 60, description="an idle conversation is forgotten then")

    @model_validator(mode="after")
    def _loopback_unless_allowed(self) -> WebSettings:
        if not (self.allow_network or is_loopback(self.host)):
            raise ValueError(
                f"web.host is {self.host}, which other machines can reach, and there are no access rules yet. "
                "Use 127.0.0.1, or set web.allow_network = true if something in front of this server keeps strangers out"
            )
        return self

    @property
    def hosts(self) -> list[str]:
        """Every name that a request may give in its Host header."""
        return ["127.0.0.1", "localhost", "[::1]", *([self.host] if self.allow_network else []), *self.allowed_hosts]


def is_loopback(host: str) -> bool:
    """False for a name that is not an address, save "localhost": what it stands for may change."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
