"""Every setting of the gateway: its name, its kind, its default and the reason for it."""

import math
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FilePath, ValidationError
from pydantic import model_validator as validate_model

from gateway.accounts.plans import Plan
from gateway.config.cores import cores, on_gpu, spare_cores
from gateway.config.error import ConfigError
from gateway.config.kinds import Count, HomePath, Keeping, Networks, Origin, Pairs, Port, Prices, Seconds, Sites, Words
from gateway.config.sources import explain, find_settings
from gateway.core.events import Limits

LIMITS = Limits()
# Engines that keep a core busy with each segment, where they have no GPU: on a processor a batch gains nothing and a
# second thread for it little (measured). A worker speaks several side by side, so that they wait in one queue.
ONE_A_CORE = frozenset({"kokoro"})
SIDE_BY_SIDE = 4  # in one process, whose threads share an interpreter


class GatewayConfig(BaseModel):
    """What an engine is called and which options it has is the worker's to judge; all else is judged here."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    host: str = "127.0.0.1"
    port: Port = 8080
    grpc_port: Port = 50_051  # as in gRPC's own examples
    # Home Assistant's voice protocol, which has no keys: None: not served; elsewhere 10200, as Piper's.
    wyoming_port: Port | None = None
    wyoming_host: str = "127.0.0.1"
    processes: Count = 1  # gateway processes that share the ports
    # https://host that links begin with; empty: as the client came, which behind a proxy is not what it knows
    public_url: Origin = ""
    tls_cert: FilePath | None = None
    tls_key: FilePath | None = None
    allow_public_without_keys: bool = False
    # Of the pages in browsers that may ask: none, as every API that keeps its keys out of browsers; "*": all.
    cors_origins: Sites = ()
    # Proxies in front of this server: what they say of an address (X-Forwarded-For) is believed, nobody else.
    trusted_proxies: Networks = ()
    # On a server with keys: the plan of who comes without one, counted by address; empty: nobody is let in.
    anonymous_plan: str = ""
    anonymous_characters: Annotated[int, Field(ge=0)] = 5_000  # a day, of an address; TTS.ai's; 0: no bound

    engine: str = "espeak"
    engine_options: Pairs = {}  # "name=value,name=value" or a table, handed to the workers that we start
    workers: Count | None = None  # that we start, when there are no addresses; None: as many as the engine can use
    worker_addresses: Words = ()  # "host:port,host:port" of workers that others start
    default_voice: str = ""  # empty: the engine's first for the language
    plans: dict[str, Plan] = {}  # beside those that hosted APIs have: gateway/accounts/plans.py
    rates_url: str = Field(default="memory://", repr=False)  # or redis://..., which several gateways may share
    prices: Prices = {}  # credits for 1,000 characters, "engine=credits"; "*": every other engine. Told, never charged
    voice_aliases: Pairs = {}  # "name=voice,name=voice"; "*=voice" for every name that nobody knows

    # Their precedents stand in gateway/core/events.py.
    max_contexts: Count = LIMITS.max_contexts
    max_text: Count = LIMITS.max_text
    max_lead: Seconds = LIMITS.max_lead
    context_idle: Seconds = LIMITS.context_idle
    session_idle: Seconds = LIMITS.session_idle

    # Over all processes. We promise at most 64 KiB for an idle connection: 640 MB for all of them.
    max_connections: Count = 10_000
    # Bytes. Measured with this limit: a compression bomb of 200 MB costs 1.6 MB. The library's own 1 MiB would let a
    # client with a full queue hold 16 MiB.
    max_message_size: Annotated[int, Field(ge=1024)] = 65_536
    # A write without progress for so long ends the connection. NATS: 10 s. Nothing else does: measured, the WebSocket
    # keepalive still waited after 10 minutes behind a half-open connection's full buffer.
    write_deadline: Seconds = 5
    drain_time: Seconds = 30  # Kubernetes' terminationGracePeriodSeconds
    # How long Voice.ai's one-generation socket stays after is_last: they close at once, but their own example sends
    # a second text. A minute of a person's silence between two turns.
    voiceai_grace: Seconds = 60
    encoder_threads: Count = Field(default_factory=spare_cores)  # measured: a core encodes about 190 Opus streams

    data_dir: HomePath = Path("~/.local/share/voxgate")
    database_url: str = Field(default="", repr=False)  # may hold a password; empty: SQLite in data_dir
    audio_url: str = Field(default="", repr=False)  # s3://, gs://, az://; empty: a folder in data_dir
    mcp_origins: Words = ()  # of web pages that may call /mcp, beside those of this machine; *: any
    webhooks_allow_private: bool = False  # webhooks may go to plain HTTP and to private machines
    audio_link_life: Seconds = 24 * 3600  # AI TTS Microservice's signed URLs: 24 h
    jobs_at_once: Annotated[int, Field(ge=0)] = 2  # that each gateway process speaks; 0: it only takes them in
    # How long what has ended is kept, in seconds; 0: for ever. None of the hosted APIs that we stand for deletes audio
    # by its age, so nor do we unless we are told to. A key is remembered for a day, as Stripe's and AI TTS's are.
    keep_audio: Keeping = 0
    keep_failed: Keeping = 30 * 24 * 3600
    keep_deliveries: Keeping = 30 * 24 * 3600
    keep_idempotency_keys: Keeping = 24 * 3600
    migrate: bool = True  # at the start; false where `voxgate migrate` runs before
    log_format: Literal["auto", "console", "json"] = "auto"  # console on a terminal; the workers' too

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **options: object) -> Self:
        """options: from the command line; None is "not given". ConfigError lists everything that is wrong."""
        found = find_settings(environ, options)
        try:
            return cls.model_validate({name: setting.value for name, setting in found.items()})
        except ValidationError as error:
            lines = (explain(each, found, cls.model_fields) for each in error.errors())
            raise ConfigError("\n".join(lines)) from None

    @validate_model(mode="after")
    def _fits_together(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key are needed together")
        ports = {"port": self.port, "grpc_port": self.grpc_port, "wyoming_port": self.wyoming_port}
        for (name, port), (other, same) in combinations(ports.items(), 2):
            if port == same and port:
                raise ValueError(f"{name} and {other} are both {port}")
        if self.processes > 1 and 0 in ports.values():
            raise ValueError("several processes share a port, so it cannot be 0 (any free one)")
        return self

    @property
    def limits(self) -> Limits:
        return Limits(self.max_contexts, self.max_text, self.max_lead, self.context_idle, self.session_idle)

    @property
    def local_workers(self) -> int:
        if self.worker_addresses:
            return 0
        if self.workers is not None:
            return self.workers
        return math.ceil(cores() / SIDE_BY_SIDE) if self._on_cores else 1

    @property
    def worker_options(self) -> Mapping[str, str]:
        """Of the local workers' engine: they share the cores."""
        if not self._on_cores:
            return self.engine_options
        return {"speaking_threads": str(max(1, cores() // self.local_workers)), **self.engine_options}

    @property
    def _on_cores(self) -> bool:
        return self.engine in ONE_A_CORE and not on_gpu(self.engine_options)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'voxgate.db'}"

    @property
    def listeners(self) -> list[tuple[str, int]]:
        """(host, port) of each."""
        wyoming = [] if self.wyoming_port is None else [(self.wyoming_host, self.wyoming_port)]
        return [(self.host, self.port), (self.host, self.grpc_port), *wyoming]
