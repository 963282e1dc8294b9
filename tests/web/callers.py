"""Applications under each access rule, made once each, and what tests say to them."""

from __future__ import annotations

import base64
import io
from typing import Any

from fastapi.testclient import TestClient

from assistant.access import AccessSettings, RateSettings, SiteSettings
from assistant.serving import OperationSettings, WebSettings
from assistant.web import create_app
from assistant.web.credentials import hashed
from tests.web.doubles import FakeAssistant

TOKEN = "a-shared-token-of-some-length"
INTRANET = "site-token-of-the-intranet-0001"
CHARITY = "site-token-of-the-charity-00002"
PASSWORD = "correct horse battery staple"
HOST = "answers.example.org"
NO_LIMIT = RateSettings(person="", site="", reading="")

INTRANET_SITE = SiteSettings(name="intranet", origins=("https://intranet.example",), token=INTRANET)  # type: ignore[arg-type]
CHARITY_SITE = SiteSettings(
    name="charity",
    origins=("https://charity.example",),
    token=CHARITY,
    snippet=False,  # type: ignore[arg-type]
)
SITES = (INTRANET_SITE, CHARITY_SITE)

RULES: dict[str, dict[str, Any]] = {
    "loopback": {},
    "everyone": {"rule": "everyone"},
    "token": {"rule": "token", "token": TOKEN, "sites": SITES},
    "sites": {"rule": "sites", "sites": SITES},
    "proxy": {"rule": "proxy", "trusted_proxies": ("127.0.0.1/32",), "sites": SITES},
    "basic": {"rule": "basic", "users": {"amina": hashed(PASSWORD)}},
}


def settings(
    rule: str, rates: RateSettings = NO_LIMIT, access: dict[str, Any] | None = None, **web: Any
) -> WebSettings:
    made = AccessSettings.model_validate({**RULES[rule], **(access or {})})
    hosts = () if rule == "loopback" else (HOST,)
    return WebSettings(access=made, rates=rates, allowed_hosts=hosts, **{"screen": False, **web})


def client_for(made: WebSettings, log: io.StringIO | None = None, address: str = "127.0.0.1") -> TestClient:
    """Not entered: no lifespan runs, which only MCP needs."""
    app = create_app(FakeAssistant(), made) if log is None else _app_with_log(made, log)
    base = f"http://{HOST}" if HOST in made.allowed_hosts else "http://127.0.0.1:7860"
    return TestClient(app, base_url=base, raise_server_exceptions=False, client=(address, 50000))


def _app_with_log(made: WebSettings, log: io.StringIO) -> Any:
    from assistant.web.application import create_app

    return create_app(FakeAssistant(), made, log)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def logging_everything() -> OperationSettings:
    return OperationSettings(log_level="info")


QUESTION = {"question": "What do the reports want from employers?"}
