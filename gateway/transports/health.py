"""What an operator's machines ask: is it alive, is it ready, its numbers."""

from dataclasses import dataclass

from aiohttp import web

from gateway.metrics import CONTENT_TYPE, Metrics
from gateway.runner import Runner
from gateway.transports.request import reply


@dataclass(frozen=True, slots=True)
class HealthTransport:
    runner: Runner
    metrics: Metrics

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/livez", self.livez)
        app.router.add_get("/readyz", self.readyz)
        app.router.add_get("/metrics", self.show_metrics)

    async def livez(self, _request: web.Request) -> web.Response:
        return reply({"status": "alive"})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Ready: a worker has spoken its warm-up, and the server is not going away."""
        if self.runner.draining:
            return reply({"status": "draining"}, 503)
        return reply({"status": "ready"}) if self.runner.synth.ready else reply({"status": "no worker is ready"}, 503)

    async def show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.metrics.render(), headers={"Content-Type": CONTENT_TYPE})
