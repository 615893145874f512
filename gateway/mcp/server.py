"""The tools behind the official SDK: what it asks for is looked up in a table, what they answer is written as it wants.

The protocol's own matters (versions, framing, progress) are the SDK's. A tool that fails says why in its result, with
the same code as every other protocol of ours, so that a model can read it and do better.
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import msgspec
import structlog
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from gateway.errors import InternalError, SpeechError
from gateway.mcp.caller import CALLER, Caller
from gateway.mcp.jobs import JOB_TOOLS
from gateway.mcp.library import LIBRARY_TOOLS
from gateway.mcp.speech import GENERATE, SPEAK
from gateway.mcp.tool import Answer, Tool
from gateway.mcp.voices import VOICE_TOOLS

log = structlog.get_logger()

TOOLS = (*VOICE_TOOLS, GENERATE, *JOB_TOOLS, *LIBRARY_TOOLS, SPEAK)
INSTRUCTIONS = (
    "Speech from text. generate_speech makes it: as a job that get_job_status follows, as a URL that plays at once, or "
    "inline. search_voices tells which voices there are."
)
Context = ServerRequestContext[Any, Any]


def make_server(tools: Iterable[Tool] = TOOLS) -> Server[Any]:
    table = {tool.name: tool for tool in tools}
    described = {name: _described(tool) for name, tool in table.items()}

    async def list_tools(context: Context, _params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        """Those that the caller's key is for."""
        identity = caller_of(context).visit.identity
        return types.ListToolsResult(
            tools=[described[tool.name] for tool in table.values() if identity.may(tool.scope)]
        )

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = table.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {params.name[:80]!r}")
        caller = replace(caller_of(context), report=context.session.report_progress)
        return await _called(tool, caller, params.arguments or {})

    return Server(
        "voxgate",
        version=version("voxgate"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        get_tool_input_schema=lambda name: described[name].input_schema if name in described else None,
    )


def caller_of(context: Context) -> Caller:
    assert context.request is not None, "it came over HTTP"
    caller: Caller = context.request.scope[CALLER]
    return caller


async def _called(tool: Tool, caller: Caller, arguments: dict[str, Any]) -> types.CallToolResult:
    try:
        await caller.visit.admit(tool.scope, caller.counted)
        return _told(await tool.call(caller, tool.read(arguments)))
    except SpeechError as error:
        return _failed(error)
    except Exception as error:  # a bug: what the SDK would answer with is the exception's text
        log.exception("a tool failed", tool=tool.name, error=str(error))
        return _failed(InternalError("this server made a mistake"))


def _described(tool: Tool) -> types.Tool:
    hints = types.ToolAnnotations(
        read_only_hint=not tool.changes, destructive_hint=tool.destroys, open_world_hint=False
    )
    return types.Tool(name=tool.name, description=tool.description, input_schema=tool.schema(), annotations=hints)


def _told(answer: Answer) -> types.CallToolResult:
    said = msgspec.to_builtins(answer.said)
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=json.dumps(said, ensure_ascii=False))]
    if answer.audio:
        data = base64.b64encode(answer.audio).decode()
        content.append(types.AudioContent(type="audio", data=data, mime_type=answer.media_type))
    return types.CallToolResult(content=content, structured_content=said)


def _failed(error: SpeechError) -> types.CallToolResult:
    told: dict[str, Any] = {"code": error.reason, "message": error.message, "retryable": error.retryable}
    if error.retryable:
        told["retry_after"] = error.retry_in
    said = {"error": told}
    text = types.TextContent(type="text", text=json.dumps(said, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=said, is_error=True)
