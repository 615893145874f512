"""The ports: HTTP and WebSocket, gRPC, Wyoming."""

import ssl
from importlib.metadata import version

from aiohttp import web

from gateway.config import GatewayConfig
from gateway.door import Door
from gateway.server.ground import Ground
from gateway.transports.grpc.server import GrpcTransport
from gateway.transports.http_log import http_log
from gateway.transports.silence import SilenceWatch
from gateway.transports.wyoming import Bounds, WyomingTransport
from gateway.workers.synth_client import SynthClient

BYTES_PER_CHARACTER = 12  # at most, of a text in a JSON body: an emoji as two escapes
CLEANUP = 1.0  # seconds for replies that are being written when everything else has ended


def longest_body(config: GatewayConfig) -> int:
    """Bytes."""
    return config.max_text * BYTES_PER_CHARACTER


async def listen(ground: Ground, app: web.Application, door: Door, synth: SynthClient) -> dict[str, int | None]:
    """The ports by their settings' names; None: not asked for. Raises OSError: one is taken."""
    return {
        "port": await _listen_for_http(ground, app),
        "grpc_port": await _listen_for_grpc(ground, door, synth),
        "wyoming_port": await _listen_for_wyoming(ground, door, synth),
    }


async def _listen_for_http(ground: Ground, app: web.Application) -> int:
    config, silence = ground.config, SilenceWatch(app)
    listener = web.AppRunner(
        app,
        access_log=None,
        logger=http_log(),
        handler_cancellation=True,
        shutdown_timeout=CLEANUP,
        auto_decompress=False,  # bodies are inflated within bounds where they are read
    )
    await listener.setup()
    ground.stack.push_async_callback(listener.cleanup)
    tls = _tls_context(config)
    site = web.TCPSite(listener, config.host, config.port, reuse_port=ground.place.slots > 1, ssl_context=tls)
    await site.start()
    ground.keep_doing(silence.run(listener))
    port: int = listener.addresses[0][1]
    return port


async def _listen_for_grpc(ground: Ground, door: Door, synth: SynthClient) -> int:
    config, shared = ground.config, ground.place.slots > 1
    grpc = GrpcTransport(door, synth, max_message_size=config.max_message_size, reuse_port=shared)
    ground.stack.push_async_callback(grpc.stop)
    port = await grpc.start(config.host, config.grpc_port, _tls_files(config))
    ground.keep_doing(grpc.watch())
    return port


async def _listen_for_wyoming(ground: Ground, door: Door, synth: SynthClient) -> int | None:
    config = ground.config
    if config.wyoming_port is None:
        return None
    bounds = Bounds(line=config.max_message_size, data=longest_body(config), payload=config.max_message_size)
    wyoming = WyomingTransport(door, lambda: synth.catalog, bounds, version("voxgate"))
    server = await wyoming.listen(config.wyoming_host, config.wyoming_port, reuse_port=ground.place.slots > 1)
    ground.stack.callback(server.close)
    port: int = server.sockets[0].getsockname()[1]
    return port


def _tls_context(config: GatewayConfig) -> ssl.SSLContext | None:
    if config.tls_cert is None or config.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(config.tls_cert, config.tls_key)
    return context


def _tls_files(config: GatewayConfig) -> tuple[bytes, bytes] | None:
    if config.tls_cert is None or config.tls_key is None:
        return None
    return config.tls_cert.read_bytes(), config.tls_key.read_bytes()
