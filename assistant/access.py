"""Who may ask: the access rule, the sites that show the chat, and how much each may ask. Secrets stay in SecretStr."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from limits import parse_many
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

Rule = Literal["loopback", "token", "sites", "proxy", "basic", "everyone"]

HOW = (
    'Set web.access.rule: "token" (one shared secret), "sites" (pages that embed the chat, each with its own), '
    '"proxy" (a sign-on in front names the person), "basic" (names and passwords), or "everyone" (no check at all)'
)
LEAST_SECRET = 24
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError("an origin is scheme and host in lower case, without a path: https://intranet.example.org")
    return text


def _network(text: str) -> str:
    ipaddress.ip_network(text)  # raises ValueError that names the text
    return text


def _rate(text: str) -> str:
    if text:
        parse_many(text)
    return text


Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
Rate = Annotated[str, AfterValidator(_rate)]


class _Section(BaseModel):
    # An error must not repeat what was given: it may be a secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SiteSettings(_Section):
    """One web site whose pages show the chat."""

    name: str = Field(pattern=r"[a-z0-9][a-z0-9-]{0,39}$", description="as in data-site; no secret")
    origins: tuple[Origin, ...] = Field(min_length=1, description="where its pages are: https://intranet.example.org")
    token: SecretStr | None = Field(None, description="for the site's own server; its pages need none")
    token_file: Path | None = None
    snippet: bool = Field(True, description="its pages may open the chat without a token that its server fetched")
    per_day: int = Field(5000, ge=1, le=10_000_000, description="questions from the whole site")
    per_session: int = Field(100, ge=1, le=100_000, description="questions in one opened chat")

    @model_validator(mode="after")
    def _sound(self) -> SiteSettings:
        _long_enough(self.secret, f"The token of the site {self.name}")
        if not (self.snippet or self.secret):
            raise ValueError(f"the site {self.name} has snippet = false and no token, so nothing could open its chat")
        return self

    @property
    def secret(self) -> str:
        return read_secret(self.token, self.token_file)


class AccessSettings(_Section):
    """`rule` says who may use screen, API and metrics. `sites` are let in beside it, each to the embedded chat alone,
    and with its token to the API."""

    rule: Rule = "loopback"
    token: SecretStr | None = Field(
        None, description="shared by all, with rule token: bearer, or password of a browser"
    )
    token_file: Path | None = None
    users: dict[str, SecretStr] = Field({}, description="with rule basic: name -> what 'python app.py password' prints")
    trusted_proxies: tuple[Network, ...] = Field((), description="addresses whose forwarding headers are believed")
    person_header: str = Field("x-forwarded-user", pattern=r"[a-z0-9-]+$", description="with rule proxy: who asks")
    sites: tuple[SiteSettings, ...] = ()
    signing_key: SecretStr | None = Field(None, description="signs embed tokens; made anew at each start when not set")
    signing_key_file: Path | None = None
    embed_minutes: float = Field(15, gt=0, le=24 * 60, description="life of one embed token; an open chat renews it")
    embed_hours: float = Field(8, gt=0, le=24 * 7, description="life of one opened chat")
    failures: Rate = Field("10/minute;60/hour", description="wrong credentials from one address")

    @model_validator(mode="after")
    def _sound(self) -> AccessSettings:
        _long_enough(read_secret(self.signing_key, self.signing_key_file), "web.access.signing_key")
        if self.rule == "token" and not self.secret:
            raise ValueError("rule token needs web.access.token or token_file. A good one: openssl rand -base64 33")
        _long_enough(self.secret, "web.access.token")
        if self.rule == "proxy" and not self.trusted_proxies:
            raise ValueError(
                "rule proxy needs web.access.trusted_proxies: the address of the server that signs people on"
            )
        if self.rule == "basic" and not self.users:
            raise ValueError("rule basic needs web.access.users. 'python app.py password' makes an entry")
        if self.rule == "sites" and not self.sites:
            raise ValueError("rule sites needs at least one [[web.access.sites]] with a name and its origins")
        names = [site.name for site in self.sites]
        if len(set(names)) < len(names):
            raise ValueError("two sites have the same name")
        return self

    @property
    def secret(self) -> str:
        return read_secret(self.token, self.token_file)

    @property
    def key(self) -> str:
        """What embed tokens are signed with; empty when it is to be made at the start."""
        return read_secret(self.signing_key, self.signing_key_file)

    @property
    def origins(self) -> tuple[str, ...]:
        """Of every site, each once."""
        return tuple(dict.fromkeys(origin for site in self.sites for origin in site.origins))


class RateSettings(_Section):
    """How fast questions may come, in the notation of the library `limits`: "20/minute;200/hour". Empty for no limit.
    People at this computer (rule loopback) are not counted."""

    person: Rate = Field("20/minute;300/hour", description="questions by one person, session or address")
    site: Rate = Field("300/minute", description="questions by one site")
    reading: Rate = Field("600/minute", description="other requests by one person, session or address")


def read_secret(value: SecretStr | None, file: Path | None) -> str:
    """The value, or the first line of the file. Raises ValueError that names the file and never its content."""
    if value is not None:
        return value.get_secret_value()
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip().partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the secret file {file} cannot be read: {type(error).__name__}") from None


def _long_enough(secret: str, what: str) -> None:
    if secret and len(secret) < LEAST_SECRET:
        raise ValueError(f"{what} is too short to be a secret: {LEAST_SECRET} characters at least")
