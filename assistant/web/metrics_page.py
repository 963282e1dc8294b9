"""/metrics: for this machine, and elsewhere for whoever has the token for it."""

from __future__ import annotations

import ipaddress

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.requests import Request

from assistant.serving import OperationSettings
from assistant.web import credentials
from assistant.web.caller import address_of, was_forwarded
from assistant.web.metrics import CONTENT_TYPE, Metrics
from assistant.web.problems import problem


class MetricsPage:
    def __init__(self, metrics: Metrics, settings: OperationSettings) -> None:
        self._metrics = metrics
        self._token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/metrics", self.metrics, include_in_schema=False)
        return router

    def metrics(self, request: Request) -> Response:
        bearer = credentials.read(request.headers.get("authorization", "")).bearer
        if not (credentials.same(bearer, self._token) or _is_here(request)):
            return problem(401, "Metrics are for this machine, or with the token in web.operation.metrics_token.")
        return Response(self._metrics.text(), media_type=CONTENT_TYPE)


def _is_here(request: Request) -> bool:
    """A request that somebody forwarded comes from elsewhere, whoever forwarded it."""
    try:
        here = ipaddress.ip_address(address_of(request.scope)).is_loopback
    except ValueError:
        return False
    return here and not was_forwarded(request.scope)
