"""`voxgate voices`."""

import asyncio
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from voxgate.errors import SpeechError, connect_failed, connection_refused
from voxgate.options import USAGE, Server, UsageError, complain, explain
from voxgate.refusal import refusal

TIMEOUT = 10.0  # seconds
LOCAL = Server()
Gender = Literal["female", "male", "neutral", "unknown"]


class Voice(msgspec.Struct):
    name: str
    engine: str
    language: str
    gender: str
    display_name: str
    sample_rate: int


class Voices(msgspec.Struct):
    voices: list[Voice]


def voices(
    *,
    language: Annotated[str, Parameter(help="as de, or en for en-us too")] = "",
    gender: Gender | None = None,
    engine: str = "",
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="print the gateway's JSON")] = False,
    server: Server = LOCAL,
) -> int:
    """List the voices of a running gateway."""
    wanted: dict[str, str | None] = {"language": language, "gender": gender, "engine": engine}
    try:
        body = asyncio.run(_get(server, {name: value for name, value in wanted.items() if value}))
        found = msgspec.json.decode(body, type=Voices).voices
    except UsageError as error:
        return complain(str(error), USAGE)
    except SpeechError as error:
        return explain(error)
    except msgspec.MsgspecError as error:
        return explain(SpeechError("INTERNAL", "invalid_reply", f"{server.url} is not a Voxgate gateway: {error}"))
    if as_json:
        print(msgspec.json.format(body, indent=2).decode())  # noqa: T201 - the command's answer
    else:
        Console().print(_table(found))
    return 0


async def _get(server: Server, query: dict[str, str]) -> bytes:
    """The gateway's answer. Raises SpeechError."""
    headers = {"Authorization": f"Bearer {server.api_key}"} if server.api_key else {}
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers, trust_env=True) as http,
            http.get(http_url(server.url) + "/v1/voices", params=query) as response,
        ):
            body = await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise connect_failed(server.url, error) from error
    if response.status != 200:
        raise connection_refused(response.status, refusal(body))
    return body


def http_url(url: str) -> str:
    """The HTTP side of the same gateway. Raises UsageError for a gRPC address, which does not tell."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "ws", "wss"):
        raise UsageError(f"voices are asked over HTTP, so --url cannot be {url!r}")
    scheme = parts.scheme.replace("ws", "http")
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def _table(found: list[Voice]) -> Table:
    table = Table("name", "language", "gender", "engine", "Hz", "display name", caption=f"voices: {len(found)}")
    for voice in found:
        table.add_row(
            voice.name, voice.language, voice.gender, voice.engine, str(voice.sample_rate), voice.display_name
        )
    return table
