"""The shelf as tools for assistants that speak MCP: search, ask, read a passage, list the sources. Off unless switched on."""

from __future__ import annotations

import functools
import logging
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assistant.serving import WebSettings
from assistant.web.answering import Answering
from assistant.web.api import passage_out, source_out
from assistant.web.asks import Asks
from assistant.web.caller import Caller
from assistant.web.turned_away import TurnedAway
from index.model import Filters

_ABOUT = (
    "Reports on migrant and social integration. Every answer is made of whole sentences of the documents, word for word, "
    "with their place. A refusal says what the documents do not hold: pass it on as that. Documents are dated: give the "
    "year with every statement, and the notices."
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
Text = Annotated[str, Field(max_length=20_000)]
Sources = Annotated[tuple[str, ...], Field(max_length=100, description="source ids; empty for all")]
_CALLER = Caller("person", "mcp")


class Tools:
    """The MCP server as an ASGI application, to be run within `session_manager.run()`."""

    def __init__(self, assistant: Asks, answering: Answering, settings: WebSettings) -> None:
        self._assistant, self._answering = assistant, answering
        self._most = settings.max_question_chars
        self._threads = anyio.CapacityLimiter(settings.questions_at_once)
        server = _server()
        for tool in (self.search_passages, self.ask, self.get_passage, self.list_sources):
            server.add_tool(tool, annotations=_READS)
        # Hosts, origins and sizes are checked by the layers around us.
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server.streamable_http_app(stateless_http=True, json_response=True, transport_security=unchecked)
        self.manager = server.session_manager

    def router(self) -> APIRouter:
        router = APIRouter()
        router.routes.append(Route("/mcp", self, methods=["POST"]))
        return router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.manager.handle_request(scope, receive, send)

    async def search_passages(
        self,
        query: Text,
        sources: Sources = (),
        most: Annotated[int, Field(ge=1, le=20)] = 5,
    ) -> list[dict[str, Any]]:
        """Find passages of the reports, best first: id, place and text of each. For reading; it answers nothing."""
        asking = self._checked(query, sources)
        search = functools.partial(self._assistant.search, asking.question, asking.filters, most)
        hits = await anyio.to_thread.run_sync(search, limiter=self._threads)
        return [passage_out(self._assistant.shelf, hit.passage).model_dump() for hit in hits]

    async def ask(self, question: Text, sources: Sources = ()) -> dict[str, Any]:
        """Ask a question: the answer with its citations, each with the exact words and their place, or a refusal."""
        try:
            reply = await self._answering.reply(self._checked(question, sources), _CALLER)
        except TurnedAway as turned:
            raise ToolError(turned.words) from None
        return {
            name: reply[name] for name in ("outcome", "reason", "text", "claims", "citations", "related", "notices")
        }

    async def get_passage(self, passage_id: Annotated[str, Field(max_length=200)]) -> dict[str, Any]:
        """One passage whole, with the ids of those before and after it."""
        try:
            found = self._assistant.shelf.passage(passage_id)
        except KeyError:
            raise ToolError("There is no passage of that id. search_passages gives ids.") from None
        return passage_out(self._assistant.shelf, found).model_dump()

    async def list_sources(self) -> list[dict[str, Any]]:
        """What is on the shelf: title, publisher, date and standing of each document."""
        return [source_out(id_, about).model_dump() for id_, about in self._assistant.shelf.metadata.items()]

    def _checked(self, question: str, sources: tuple[str, ...]) -> Any:
        try:
            return self._answering.asking(question, (), Filters(sources=frozenset(sources)))
        except TurnedAway as turned:
            raise ToolError(turned.words) from None


def _server() -> MCPServer[Any]:
    """The library sets up the logging of the whole process when it is made; that is not its to decide."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    server = MCPServer[Any]("common-ground", instructions=_ABOUT, subscriptions=False, log_level="WARNING")
    root.handlers[:], root.level = before, level
    return server
