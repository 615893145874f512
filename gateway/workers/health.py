"""Whether a worker serves: grpc.health.v1 over the connection that the speech takes too."""

from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

# Local workers are back within a second, so reconnecting starts at 0.1 s instead of gRPC's 1 s (its maximum: 120 s).
# With its defaults a half-open connection is never noticed (measured): here an idle one is pinged each 5 s. Keepalive
# alone is not enough: gRPC pings by itself to learn the bandwidth, and while such a ping is unanswered it sends no
# other and waits for 60 s (measured), hence ping_timeout. Our health checks keep a living connection busy, so that no
# worker counts our pings as too many.
CHANNEL_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1000),  # how long one attempt to connect may take
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.keepalive_time_ms", 5000),
    ("grpc.keepalive_timeout_ms", 3000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.http2.ping_timeout_ms", 3000),
)


class Health:
    """Asks a worker's own health service; the whole server, not one service of it."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = health_pb2_grpc.HealthStub(channel)

    async def serving(self, deadline: float | None, *, connect: bool) -> bool:
        """False when the worker says no, or nothing within `deadline` seconds.

        connect: wait for a connection that is not there; otherwise its absence is the answer.
        """
        try:
            reply = await self._stub.Check(health_pb2.HealthCheckRequest(), timeout=deadline, wait_for_ready=connect)
        except aio.AioRpcError:
            return False
        return bool(reply.status == health_pb2.HealthCheckResponse.SERVING)


class HealthProbe:
    """How a supervisor asks a worker: `await probe()`, on a channel of its own; the caller stops waiting."""

    def __init__(self, address: str) -> None:
        """Needs a running loop. address: `unix:/path` or `host:port`."""
        self._channel = aio.insecure_channel(address, CHANNEL_OPTIONS)
        self._health = Health(self._channel)

    async def __call__(self) -> bool:
        return await self._health.serving(None, connect=True)

    async def close(self) -> None:
        await self._channel.close()
