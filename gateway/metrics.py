"""Every number that we publish. No text, key or voice is ever a label.

One process keeps its numbers in memory. Several processes keep them in files (gateway/metrics_directory.py), and each
of them shows the sum over all.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from importlib.metadata import version
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics import disable_created_metrics
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from gateway.metrics_directory import VARIABLE

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Finest where the promises are: first audio 0.3 s, gaps 0.08 s, a cancel 0.03 s.
FIRST_AUDIO = (0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5)
GAPS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5, 1, 2)
WAITS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)


def _histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Callable[[], Histogram]:
    return partial(Histogram, f"voxgate_{name}", text, labels, buckets=buckets, registry=None)


def _counter(name: str, text: str, *labels: str) -> Callable[[], Counter]:
    return partial(Counter, f"voxgate_{name}", text, labels, registry=None)


def _gauge(name: str, text: str, mode: Literal["livesum", "livemin", "max"], *labels: str) -> Callable[[], Gauge]:
    """mode: how several processes add up; the live ones leave out a process that died."""
    return partial(Gauge, f"voxgate_{name}", text, labels, registry=None, multiprocess_mode=mode)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Built once at the start and passed on. The fields are prometheus_client's own: inc, observe, set, labels.

    protocol: a dialect's name; format: an encoding's; reason: a SpeechError's; worker: its address.
    """

    ttfa_seconds: Histogram = field(
        default_factory=_histogram(
            "ttfa_seconds", "From the first text of a turn to its first audio message", FIRST_AUDIO, "protocol"
        )
    )
    chunk_gap_seconds: Histogram = field(
        default_factory=_histogram("chunk_gap_seconds", "Between two audio messages of one flush", GAPS)
    )
    underruns_total: Counter = field(
        default_factory=_counter("underruns_total", "Times that a listener who plays at once ran dry within a flush")
    )
    queue_wait_seconds: Histogram = field(
        default_factory=_histogram("queue_wait_seconds", "How long a segment waited for the engine", WAITS)
    )
    batch_size: Histogram = field(
        default_factory=_histogram("batch_size", "Segments in the batch that a segment was spoken in", BATCHES)
    )
    unread_total: Counter = field(
        default_factory=_counter("unread_total", "Characters or phonemes that an engine had no sound for and left out")
    )
    streams_active: Gauge = field(
        default_factory=_gauge("streams_active", "Connections open now", "livesum", "protocol")
    )
    contexts_active: Gauge = field(default_factory=_gauge("contexts_active", "Contexts open now", "livesum"))
    contexts_total: Counter = field(
        default_factory=_counter("contexts_total", "Contexts that ended; outcome: done, cancelled or error", "outcome")
    )
    cancel_latency_seconds: Histogram = field(
        default_factory=_histogram(
            "cancel_latency_seconds", "From a clear to its answer, after which none of the cleared text is sent", WAITS
        )
    )
    webhook_deliveries_total: Counter = field(
        default_factory=_counter("webhook_deliveries_total", "Attempts to deliver a webhook", "outcome")
    )
    rejected_total: Counter = field(
        default_factory=_counter("rejected_total", "Connections and requests refused", "reason")
    )
    slow_consumers_total: Counter = field(
        default_factory=_counter("slow_consumers_total", "Clients dropped because they did not read", "kind")
    )
    worker_restarts_total: Counter = field(
        default_factory=_counter("worker_restarts_total", "Workers started anew", "reason")
    )
    process_restarts_total: Counter = field(
        default_factory=_counter("process_restarts_total", "Gateway processes started anew", "reason")
    )
    worker_up: Gauge = field(
        default_factory=_gauge(
            "worker_up", "1 when every gateway process reaches the worker; worker: its number", "livemin", "worker"
        )
    )
    audio_seconds_total: Counter = field(default_factory=_counter("audio_seconds_total", "Seconds of audio sent"))
    characters_total: Counter = field(default_factory=_counter("characters_total", "Characters of text spoken"))
    bytes_sent_total: Counter = field(
        default_factory=_counter("bytes_sent_total", "Bytes of encoded audio sent", "format")
    )
    jobs_submitted_total: Counter = field(default_factory=_counter("jobs_submitted_total", "Jobs accepted", "delivery"))
    jobs_total: Counter = field(
        default_factory=_counter("jobs_total", "Jobs that this server ended; outcome: completed or failed", "outcome")
    )
    jobs_active: Gauge = field(default_factory=_gauge("jobs_active", "Jobs being spoken now", "livesum"))
    jobs_retried_total: Counter = field(
        default_factory=_counter("jobs_retried_total", "Attempts at jobs that failed and will be made again", "reason")
    )
    jobs_outages_total: Counter = field(
        default_factory=_counter("jobs_outages_total", "Times that what jobs are kept in did not answer", "what")
    )
    swept_total: Counter = field(
        default_factory=_counter("swept_total", "Rows and files taken away since nobody needs them any more", "what")
    )
    sweeps_total: Counter = field(
        default_factory=_counter("sweeps_total", "Sweeps; outcome: done, broken_off or foreign_store", "outcome")
    )
    share_plays_total: Counter = field(default_factory=_counter("share_plays_total", "Times that shares were played"))
    build_info: Gauge = field(default_factory=_gauge("build_info", "Always 1, of this version", "max", "version"))
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        # No second series that says when each one began: several processes have none either.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        for metric in fields(self):
            if metric.name != "registry":
                self.registry.register(getattr(self, metric.name))
        self.build_info.labels(version("voxgate")).set(1)

    def render(self) -> bytes:
        """Return the numbers of all processes in Prometheus' text format; its type is CONTENT_TYPE."""
        if VARIABLE not in os.environ:  # the library's own switch, no setting of ours
            return generate_latest(self.registry)
        site = CollectorRegistry()
        MultiProcessCollector(site)  # type: ignore[no-untyped-call]
        return generate_latest(site)


def forget_process(pid: int) -> None:
    """Take out what a dead process had open; what it had counted stays. Of no effect on a server of one process."""
    if VARIABLE in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
