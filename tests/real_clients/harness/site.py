"""The gateway that the clients meet: one data directory with a key, served in plain and over TLS."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from harness.ear import Sound, samples
from harness.relay import Relay, relay

from loadtest.processes import child, free_port, listens

VOXGATE = Path(sys.executable).with_name("voxgate")
RATE = 24_000


@dataclass(frozen=True)
class Site:
    """Relays, each before a port of two gateways of the same key."""

    port: int
    plain: Relay
    grpc: Relay
    wyoming: Relay
    tls: Relay
    grpc_tls: Relay
    certificate: Path
    key: str
    _spoken: dict[tuple[str, str], Sound] = field(default_factory=dict)

    @cached_property
    def environ(self) -> dict[str, str]:
        """What a client's process needs to know, and whom its TLS shall trust."""
        trusted = str(self.certificate)
        return {
            "VOXGATE_HTTP": f"http://127.0.0.1:{self.plain.port}",
            "VOXGATE_HTTPS": f"https://localhost:{self.tls.port}",
            "VOXGATE_GRPC": f"127.0.0.1:{self.grpc.port}",
            "VOXGATE_GRPC_TLS": f"localhost:{self.grpc_tls.port}",
            "VOXGATE_WYOMING": f"127.0.0.1:{self.wyoming.port}",
            "VOXGATE_KEY": self.key,
            "SSL_CERT_FILE": trusted,
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": trusted,
            "NODE_EXTRA_CA_CERTS": trusted,
        }

    @property
    def _relays(self) -> tuple[Relay, ...]:
        return (self.plain, self.grpc, self.wyoming, self.tls, self.grpc_tls)

    @property
    def connections(self) -> int:
        return sum(each.connections for each in self._relays)

    def come_from(self, address: str) -> None:
        for each in self._relays:
            each.source = address

    def spoken(self, text: str, voice: str = "") -> Sound:
        """The text in the native dialect, which every client's is compared with. voice: ours or a vendor's."""
        if (text, voice) not in self._spoken:
            asked = {"text": text, "encoding": "pcm_s16le", "sample_rate": RATE} | ({"voice": voice} if voice else {})
            body = json.dumps(asked).encode()
            headers = {"content-type": "application/json", "authorization": f"Bearer {self.key}"}
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/speech", body, headers)
            with urllib.request.urlopen(request) as reply:
                self._spoken[text, voice] = Sound(samples(np.frombuffer(reply.read(), "<i2")), RATE)
        return self._spoken[text, voice]


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    certificate, private = _certificate(folder)
    data = f"--data-dir={folder / 'data'}"
    with ExitStack() as open_ones:
        plain, grpc, wyoming, tls, grpc_tls = (free_port() for _ in range(5))
        _start(open_ones, plain, grpc, data, f"--wyoming-port={wyoming}")
        _start(open_ones, tls, grpc_tls, data, f"--tls-cert={certificate}", f"--tls-key={private}")
        key = _make_key(folder / "data")
        relays = [open_ones.enter_context(relay(port)) for port in (plain, grpc, wyoming, tls, grpc_tls)]
        yield Site(plain, *relays, certificate, key)


def _start(open_ones: ExitStack, port: int, grpc_port: int, *options: str) -> None:
    command = ("gateway", f"--port={port}", f"--grpc-port={grpc_port}", "--engine=espeak", *options)
    open_ones.enter_context(child(*command)).wait_until(lambda: listens(port))


def _make_key(data: Path) -> str:
    command = [VOXGATE, "keys", "create", "real clients"]
    environ = {"VOXGATE_DATA_DIR": str(data), "PATH": str(VOXGATE.parent)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.strip()


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(private), "-out", str(certificate)]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, private
