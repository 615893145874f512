"""Ends connections that never ask for anything: aiohttp waits for a first request without end (measured)."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

# Seconds that a client has for its first request's head, or twice as many. Nginx gives 60; the websockets library 10.
PATIENCE = 5.0


class SilenceWatch:
    def __init__(self, app: web.Application) -> None:
        self._heard: set[object] = set()
        app.middlewares.append(self._note)

    async def run(self, listener: web.AppRunner) -> None:
        """Until cancelled. listener: the app's, set up."""
        server = listener.server
        assert server is not None, "it is set up"
        silent: set[object] = set()
        while True:
            self._heard.intersection_update(server.connections)
            still_silent = [each for each in server.connections if each not in self._heard]
            for connection in still_silent:
                if connection in silent:
                    connection.force_close()
            silent = set(still_silent)
            await asyncio.sleep(PATIENCE)

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._heard.add(request.protocol)
        return await handler(request)
