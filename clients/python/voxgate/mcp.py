"""`voxgate mcp`: the gateway's tools on standard input and output, for a host of MCP servers that starts this command.

What a host asks for is asked of the gateway's own `/mcp`, a request at a time: nothing is lost when the gateway is
started again, and a host may be there before it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any, TypeVar

import httpx2
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server as McpServer
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from voxgate.options import USAGE, Server, UsageError, complain
from voxgate.voices import http_url

LOCAL = Server()
CONNECT, ANSWER = 5.0, 120.0  # seconds
REFUSED = -32000  # JSON-RPC's first code for errors of a server's own
INSTRUCTIONS = "Speech from text, by a Voxgate gateway. generate_speech makes it, search_voices tells of the voices."
Context = ServerRequestContext[Any, Any]
Got = TypeVar("Got")


def mcp(*, server: Server = LOCAL) -> int:
    """Serve MCP on standard input and output, for Claude Desktop and other hosts on this machine."""
    try:
        asyncio.run(_Relay(http_url(server.url), server.api_key).serve())
    except UsageError as error:
        return complain(str(error), USAGE)
    except KeyboardInterrupt:
        return 130
    return 0


class _Relay:
    def __init__(self, url: str, api_key: str | None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    async def serve(self) -> None:
        """Until the host closes our standard input."""
        server = McpServer(
            "voxgate",
            version=version("voxgate"),
            instructions=INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
        )
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    async def _list_tools(
        self, _context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        cursor = params.cursor if params else None
        return await self._ask(lambda gateway: gateway.list_tools(cursor=cursor))

    async def _call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """What keeps the gateway from answering is told as a tool's failure, which the model can read."""

        async def call(gateway: Client) -> types.CallToolResult:
            report = context.session.report_progress
            return await gateway.call_tool(params.name, params.arguments, progress_callback=report)

        try:
            return await self._ask(call)
        except MCPError as error:
            if error.code != REFUSED:
                raise
            reason = error.error.data or {"reason": "connect_failed", "retryable": True}
            told = {"error": {"code": reason["reason"], "message": error.message, "retryable": reason["retryable"]}}
            text = types.TextContent(type="text", text=json.dumps(told, ensure_ascii=False))
            return types.CallToolResult(content=[text], structured_content=told, is_error=True)

    async def _ask(self, ask: Callable[[Client], Awaitable[Got]]) -> Got:
        """Raises MCPError."""
        timeout = httpx2.Timeout(ANSWER, connect=CONNECT)
        async with httpx2.AsyncClient(headers=self._headers, timeout=timeout) as http:
            transport = streamable_http_client(f"{self._url}/mcp", http_client=http)
            try:
                async with Client(transport, mode=MODERN_PROTOCOL_VERSIONS[-1]) as gateway:
                    return await ask(gateway)
            except BaseExceptionGroup as group:
                raise self._reason(group) from group

    def _reason(self, group: BaseExceptionGroup) -> Exception:
        """The one error that the SDK's groups of groups are about."""
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, httpx2.HTTPError):
            return MCPError(REFUSED, f"cannot reach {self._url}: {error}; is the server running? voxgate serve")
        return error if isinstance(error, Exception) else MCPError(types.INTERNAL_ERROR, str(error))
