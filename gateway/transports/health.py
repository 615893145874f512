"""What an operator's machines ask: is it alive, is it ready, its numbers."""

from dataclasses import dataclass

import msgspec
from aiohttp import web

from gateway.dialects.native.surface import NATIVE
from gateway.dialects.shape import Media, Shape
from gateway.metrics import CONTENT_TYPE, Metrics
from gateway.runner import Runner
from gateway.transports.request import reply
from gateway.transports.routes import Route, Vendor, add

UNREADY = 503


class Health(msgspec.Struct, frozen=True):
    status: str


LIVE = Shape("Is the process alive", replies={200: Health})
READY = Shape("Can it speak", replies={200: Health, UNREADY: Health})
METRICS = Shape("Its numbers, for Prometheus", replies={200: Media((CONTENT_TYPE.partition(";")[0],))})


@dataclass(frozen=True, slots=True)
class HealthTransport:
    runner: Runner
    metrics: Metrics

    def add_routes(self, app: web.Application) -> None:
        add(
            app,
            Vendor.of(NATIVE),
            [
                Route("GET", "/livez", self.livez, LIVE, keyless=True),
                Route("GET", "/readyz", self.readyz, READY, keyless=True),
                Route("GET", "/metrics", self.show_metrics, METRICS, keyless=True),
            ],
        )

    async def livez(self, _request: web.Request) -> web.Response:
        return reply(Health("alive"))

    async def readyz(self, _request: web.Request) -> web.Response:
        """Ready: a worker has spoken its warm-up, and the server is not going away."""
        if self.runner.draining:
            return reply(Health("draining"), UNREADY)
        return reply(Health("ready")) if self.runner.synth.ready else reply(Health("no worker is ready"), UNREADY)

    async def show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.metrics.render(), headers={"Content-Type": CONTENT_TYPE})
