"""A scripted server: speaks the native protocol over a real WebSocket, rightly or with one fault."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType, web

from loadtest.signature import pcm

FRAME = 960
LIMITS = {"max_contexts": 32, "max_text": 500_000, "max_lead": 30.0, "context_idle": 180.0, "session_idle": 300.0}


class ScriptedContext:
    def __init__(self, context_id, handle):
        self.id, self.handle = context_id, handle
        self.raw = self.unspoken = ""
        self.flush_id = self.sequence = self.samples = 0


class ScriptedServer:
    """fault: "" or what it does wrong. Speaks as fast as it can, a flush at a time."""

    def __init__(self, fault=""):
        self.fault = fault
        self.flushes = 0
        self.swap = None

    async def handle(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        say = lambda kind, **fields: socket.send_str(json.dumps({"type": kind, **fields}))  # noqa: E731
        await say("session_opened", limits=LIMITS)
        contexts = {}
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            command = json.loads(message.data)
            kind, context_id = command.pop("type"), command.get("context_id")
            if kind == "close_session":
                await say("session_done")
                break
            if kind == "open_context":
                contexts[context_id] = ScriptedContext(context_id, len(contexts) % 65_536)
                await say("context_opened", context_id=context_id, voice="tone", handle=contexts[context_id].handle)
            else:
                await getattr(self, kind)(socket, say, contexts[context_id], command)
        await socket.close()
        return socket

    async def append_text(self, _socket, _say, context, command):
        context.raw += command["text"]
        context.unspoken += command["text"]

    async def flush(self, socket, say, context, _command):
        self.flushes += 1
        await self.speak(socket, context, self.spoil(pcm(context.unspoken)))
        context.unspoken = ""
        context.flush_id += 1
        if not (self.fault == "no flush_done" and self.flushes == 3):
            await say("flush_done", context_id=context.id, flush_id=context.flush_id, usage=self.usage(context))

    async def clear(self, socket, say, context, _command):
        half = len(context.raw) // 2
        heard, unheard = context.raw[:half], context.raw[half:]
        await self.speak(socket, context, pcm(context.unspoken)[: 3 * FRAME])
        rest = pcm(context.unspoken)[3 * FRAME :]
        await say("cleared", context_id=context.id, heard=heard, unheard=unheard[self.fault == "loses a character" :])
        if self.fault == "speaks after cleared":
            await self.speak(socket, context, rest[:FRAME] or pcm("?")[:FRAME])
        context.raw = context.unspoken = ""

    async def close_context(self, socket, say, context, command):
        if context.unspoken:
            await self.flush(socket, say, context, command)
        await say("context_done", context_id=context.id, usage=self.usage(context))
        if self.fault == "speaks after context_done":
            await self.speak(socket, context, bytes(FRAME))

    async def speak(self, socket, context, audio):
        for start in range(0, len(audio), FRAME):
            context.sequence += 1 + (self.fault == "skips a number" and context.sequence == 5)
            header = struct.pack(">HI", context.handle, context.sequence)
            await socket.send_bytes(header + audio[start : start + FRAME])
            await asyncio.sleep(0)

    def spoil(self, audio):
        """The third flush is spoken wrongly."""
        if self.fault == "swaps two contexts" and audio:
            audio, self.swap = (self.swap or audio), audio
        if self.flushes != 3:
            return audio
        match self.fault:
            case "drops a sample":
                return audio[:5000] + audio[5002:]
            case "drops the last sample":
                return audio[:-2]
            case "doubles a frame":
                return audio[: 4 * FRAME] + audio[3 * FRAME :]
        return audio

    def usage(self, context):
        return {"characters": len(context.raw), "audio_seconds": 0.0}


@pytest.fixture
def scripted() -> Callable:
    """`async with scripted(fault) as url`: a scripted server on a port of its own."""

    @asynccontextmanager
    async def serve(fault="") -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/v1/stream", ScriptedServer(fault).handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"ws://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    return serve
