"""gRPC clients: our own service (protos/speech.proto), other vendors' beside it, health and reflection."""

import asyncio

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from gateway.door import Door
from gateway.synthesizer import Synthesizer
from gateway.transports.grpc.call import Calls
from gateway.transports.grpc.reading import ReadableRequests
from gateway.transports.grpc.services import GoogleServicer, RivaServicer, SpeechServicer
from protos import google_tts_pb2, google_tts_pb2_grpc, riva_pb2, riva_pb2_grpc, speech_pb2, speech_pb2_grpc

HEALTH_INTERVAL = 0.5  # seconds between two looks at the workers

# Without these a half-open peer is never noticed; with them its call is cancelled within about 15 s.
KEEPALIVE = [
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),  # gRPC's own pings wait a minute, and keepalive waits behind them
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.http2.max_ping_strikes", 0),
]
# A connection that never begins to speak HTTP/2, or to shake hands: gRPC would wait for two minutes (measured).
SILENCE = ("grpc.server_handshake_timeout_ms", 10_000)
SERVICES = tuple(
    service.full_name
    for protos in (speech_pb2, riva_pb2, google_tts_pb2)
    for service in protos.DESCRIPTOR.services_by_name.values()
)


class GrpcTransport:
    def __init__(self, door: Door, synth: Synthesizer, *, max_message_size: int, reuse_port: bool) -> None:
        self._runner = door.runner
        self._synth = synth
        self._health = health.aio.HealthServicer()
        options = [
            *KEEPALIVE,
            SILENCE,
            ("grpc.max_receive_message_length", max_message_size),
            ("grpc.so_reuseport", int(reuse_port)),
        ]
        self._server = grpc.aio.server(interceptors=[ReadableRequests()], options=options)
        calls = Calls(door)
        speech_pb2_grpc.add_SpeechServicer_to_server(SpeechServicer(calls, synth), self._server)
        riva_pb2_grpc.add_RivaSpeechSynthesisServicer_to_server(RivaServicer(calls, synth), self._server)
        google_tts_pb2_grpc.add_TextToSpeechServicer_to_server(GoogleServicer(calls, synth), self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    async def start(self, host: str, port: int, tls: tuple[bytes, bytes] | None) -> int:
        """Listens; the port, which was 0 for any. tls: (certificate chain, private key), PEM. Raises OSError."""
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            if tls is None:
                bound = self._server.add_insecure_port(address)
            else:
                chain, key = tls
                bound = self._server.add_secure_port(address, grpc.ssl_server_credentials([(key, chain)]))
        except RuntimeError as error:
            raise OSError(f"gRPC cannot listen on {address}: {error}") from error
        await self._server.start()
        return bound

    async def watch(self) -> None:
        """Keeps the health service true; runs until cancelled."""
        while True:
            serving = self._synth.ready and not self._runner.draining
            status = health_pb2.HealthCheckResponse.ServingStatus
            for name in ("", *SERVICES):
                await self._health.set(name, status.SERVING if serving else status.NOT_SERVING)
            await asyncio.sleep(HEALTH_INTERVAL)

    async def stop(self) -> None:
        await self._server.stop(grace=None)
