"""Who a request comes from, by the access rule, or why it is turned away."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers

from assistant.access import AccessSettings, SiteSettings
from assistant.web import credentials
from assistant.web.caller import Caller
from assistant.web.credentials import Given, same
from assistant.web.embed_tokens import EmbedTokens

_FOR_FRAMES = ("/api/v1/ask", "/api/v1/sources", "/api/v1/passages/", "/api/v1/embed/token", "/embed")


@dataclass(frozen=True, slots=True)
class Refused:
    """`challenge` is the WWW-Authenticate header; empty for none."""

    status: int
    words: str
    challenge: str = ""


class Doorkeeper:
    def __init__(self, settings: AccessSettings, tokens: EmbedTokens) -> None:
        self._settings = settings
        self._tokens = tokens
        self._sites = {site.name: site for site in settings.sites}
        self._secrets = [(site, site.secret) for site in settings.sites if site.secret]
        self._users = {name: kept.get_secret_value() for name, kept in settings.users.items()}
        self._nobody = credentials.hashed(secrets.token_hex())
        self._shared = settings.secret if settings.rule == "token" else ""
        self._failures = MovingWindowRateLimiter(MemoryStorage())
        self._most_failures = parse_many(settings.failures) if settings.failures else []

    def admit(self, headers: Headers, address: str, path: str) -> Caller | Refused:
        """The caller of a request for `path` from `address`, or why there is none."""
        if not all(self._failures.test(limit, address) for limit in self._most_failures):
            return Refused(429, "Too many wrong credentials came from your address. Please wait a minute.")
        given = credentials.read(headers.get("authorization", ""))
        found = self._by_token(given, headers.get("origin", ""), path) or self._by_rule(given, headers, address)
        if found:
            return found
        if given.any:
            for limit in self._most_failures:
                self._failures.hit(limit, address)
        return self._refusal(given.any, "text/html" in headers.get("accept", ""))

    def _by_token(self, given: Given, origin: str, path: str) -> Caller | Refused | None:
        """An opened chat or the server of a site."""
        if not given.bearer:
            return None
        if session := self._tokens.read(given.bearer):
            if session.site and session.site not in self._sites:
                return None
            if not path.startswith(_FOR_FRAMES):
                return Refused(403, "The token of an embedded chat is for asking and reading sources only.")
            counted = self._settings.rule != "loopback" or bool(session.site)
            return Caller("frame", f"frame {session.id}", session.site, session.id, counted)
        for site, secret in self._secrets:
            if same(given.bearer, secret):
                return _from(site, origin)
        return None

    def _by_rule(self, given: Given, headers: Headers, address: str) -> Caller | None:
        match self._settings.rule:
            case "loopback":
                return Caller("person", "here", counted=False)
            case "everyone":
                return Caller("person", f"address {address}")
            case "token":
                known = same(given.bearer, self._shared) or same(given.password, self._shared)
                return Caller("person", f"address {address}") if known else None
            case "basic":
                known = credentials.is_password(given.password, self._users.get(given.name, self._nobody))
                return Caller("person", f"user {given.name}") if known else None
            case "proxy":  # the header is here only if a trusted server set it
                name = headers.get(self._settings.person_header, "").strip()
                return Caller("person", f"user {name}") if name else None
            case "sites":
                return None

    def _refusal(self, tried: bool, browser: bool) -> Refused:
        words = "The credentials are not right, or their time is over." if tried else "Please say who you are."
        match self._settings.rule:
            case "basic":
                return Refused(401, words, 'Basic realm="Common Ground", charset="UTF-8"')
            case "token":
                asked = 'Basic realm="Common Ground", charset="UTF-8"' if browser else 'Bearer realm="Common Ground"'
                return Refused(401, words, asked)
            case "proxy":
                return Refused(401, "Please come through your organisation's sign-on.", 'Bearer realm="Common Ground"')
            case _:
                return Refused(401, words, 'Bearer realm="Common Ground"')


def _from(site: SiteSettings, origin: str) -> Caller | Refused:
    """A token is for the server of a site; in a page it is good for that site's own pages alone."""
    if origin and origin not in site.origins:
        return Refused(403, "This token belongs to another web site.")
    return Caller("site", f"site {site.name}", site.name)
