"""The gateway's settings, and the only place that reads them from the environment and from a file.

The setting `port` is VOXGATE_PORT in the environment and `port` in the TOML file that VOXGATE_CONFIG names. The
environment wins over the file, a command line option over both. Durations are seconds.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FilePath, ValidationError
from pydantic import model_validator as validate_model

from gateway.accounts.plans import Plan
from gateway.core.events import Limits

PREFIX = "VOXGATE_"
# VOXGATE_... that are not settings of the gateway: where its file is, what the other programs read, and what
# Kubernetes sets in every container beside a service of the name "voxgate".
NOT_OURS = re.compile(r"VOXGATE_(CONFIG|URL|API_KEY|SYNTH_.+|SERVICE_(HOST|PORT).*|PORT_\d+_(TCP|UDP).*)")
KUBERNETES_PORT = "tcp://"  # and how its VOXGATE_PORT begins
LIMITS = Limits()
# Engines that keep a core busy for each worker, where they have no GPU: on a processor a batch gains nothing and a
# second thread little (measured), so a worker is a process on a core.
ONE_A_CORE = frozenset({"kokoro"})
GPU = Path("/dev/nvidia0")


class ConfigError(Exception):
    """Why the server does not start. The text is for the operator and says what to do."""


def _words(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def _pairs(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: str(setting) for name, setting in value.items()}
    words = _words(value)
    if not isinstance(words, list) or not all("=" in word.strip("=") for word in map(str, words)):
        raise ValueError("expected name=value,name=value")
    return dict(word.split("=", 1) for word in words)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _spare_cores() -> int:
    """All but the event loop's own: encoders that fight for it cost more (measured: 8 % on two cores)."""
    return max(1, _cores() - 1)


Port = Annotated[int, Field(ge=0, le=65_535)]  # 0: any free one
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]
HomePath = Annotated[Path, AfterValidator(Path.expanduser)]


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
    tls_cert: FilePath | None = None
    tls_key: FilePath | None = None
    allow_public_without_keys: bool = False

    engine: str = "espeak"
    engine_options: Pairs = {}  # "name=value,name=value" or a table, handed to the workers that we start
    workers: Count | None = None  # that we start, when there are no addresses; None: as many as the engine can use
    worker_addresses: Words = ()  # "host:port,host:port" of workers that others start
    default_voice: str = ""  # empty: the engine's first for the language
    plans: dict[str, Plan] = {}  # beside those that hosted APIs have: gateway/accounts/plans.py
    rates_url: str = Field(default="memory://", repr=False)  # or redis://..., which several gateways may share
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
    encoder_threads: Count = Field(default_factory=_spare_cores)  # measured: a core encodes about 190 Opus streams

    data_dir: HomePath = Path("~/.local/share/voxgate")
    database_url: str = Field(default="", repr=False)  # may hold a password; empty: SQLite in data_dir
    audio_url: str = Field(default="", repr=False)  # s3://, gs://, az://; empty: a folder in data_dir
    webhooks_allow_private: bool = False  # webhooks may go to plain HTTP and to private machines
    audio_link_life: Seconds = 24 * 3600  # AI TTS Microservice's signed URLs: 24 h
    jobs_at_once: Annotated[int, Field(ge=0)] = 2  # that each gateway process speaks; 0: it only takes them in
    migrate: bool = True  # at the start; false where `voxgate migrate` runs before
    log_format: Literal["console", "json"] = "console"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **options: object) -> Self:
        """options: from the command line; None is "not given". ConfigError lists everything that is wrong."""
        found = {
            **_data_home(environ),
            **_from_file(environ.get("VOXGATE_CONFIG")),
            **_from_environ(environ),
            **{name: _Found(value, f"option {name}") for name, value in options.items() if value is not None},
        }
        try:
            return cls.model_validate({name: setting.value for name, setting in found.items()})
        except ValidationError as error:
            raise ConfigError("\n".join(_explain(each, found) for each in error.errors())) from None

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
        return _cores() if self.engine in ONE_A_CORE and not self._on_gpu else 1

    @property
    def _on_gpu(self) -> bool:
        device = self.engine_options.get("device", "auto")
        return GPU.exists() if device == "auto" else device != "cpu"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'voxgate.db'}"

    @property
    def exposed(self) -> bool:
        """Whether other machines can reach us."""
        return _is_public(self.host)

    @property
    def listeners(self) -> list[tuple[str, int]]:
        """(host, port) of each."""
        wyoming = [] if self.wyoming_port is None else [(self.wyoming_host, self.wyoming_port)]
        return [(self.host, self.port), (self.host, self.grpc_port), *wyoming]


def _is_public(host: str) -> bool:
    """A name that we cannot judge is taken for one that others can reach."""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def check_exposure(config: GatewayConfig, *, any_keys: bool) -> None:
    """ConfigError when other machines could use the server without a key."""
    if config.wyoming_port is not None and _is_public(config.wyoming_host) and not config.allow_public_without_keys:
        raise ConfigError(
            f"wyoming_host {config.wyoming_host!r} can be reached from other machines, and Wyoming has no keys: "
            "whoever reaches it can use the server. Let it listen on 127.0.0.1, or let everybody in on purpose with "
            "VOXGATE_ALLOW_PUBLIC_WITHOUT_KEYS=true (HTTP and gRPC still ask for a key once there is one)."
        )
    if config.exposed and not any_keys and not config.allow_public_without_keys:
        raise ConfigError(
            f"host {config.host!r} can be reached from other machines and there is no API key yet. Make one with "
            "`voxgate keys create NAME`, or listen on 127.0.0.1 (VOXGATE_HOST), or let everybody in on purpose with "
            "VOXGATE_ALLOW_PUBLIC_WITHOUT_KEYS=true."
        )


class _Found(NamedTuple):
    value: object
    origin: str


def _data_home(environ: Mapping[str, str]) -> dict[str, _Found]:
    home = environ.get("XDG_DATA_HOME")
    return {"data_dir": _Found(f"{home}/voxgate", "XDG_DATA_HOME")} if home else {}


def _from_environ(environ: Mapping[str, str]) -> dict[str, _Found]:
    """Empty ones count as not set: that is how compose files pass on what they do not have."""
    return {
        name.removeprefix(PREFIX).lower(): _Found(value, name)
        for name, value in environ.items()
        if name.startswith(PREFIX) and value and not NOT_OURS.fullmatch(name)
        if not (name == "VOXGATE_PORT" and value.startswith(KUBERNETES_PORT))
    }


def _from_file(path: str | None) -> dict[str, _Found]:
    if not path:
        return {}
    try:
        settings = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"VOXGATE_CONFIG: {path}: {error}") from error
    return {name: _Found(value, f"{name} in {path}") for name, value in settings.items()}


def _explain(error: Any, found: Mapping[str, _Found]) -> str:
    """One line; never the value, which may be a secret."""
    name = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, GatewayConfig.model_fields, n=1)
        return f"{found[name].origin}: there is no such setting" + (f"; is it {near[0]}?" if near else "")
    message = error["msg"].removeprefix("Value error, ")
    return f"{found[name].origin}: {message}" if name in found else message
