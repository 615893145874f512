"""Jobs as the hosted APIs' clients ask for them: what a vendor has at which path.

A request becomes OpenContext and a text, as with one-shot speech (wanted.py); what the client hears of the job is told
from a view (views.py), by the entry that has the path (entries.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.dialects.desk.entries import BatchDesk, Estimate, Health, HookDesk, Look, Preview, Reading, Shelf, Submit
from gateway.dialects.desk.views import Outcome
from gateway.dialects.surface import Absent, Refusal, Request
from gateway.errors import SpeechError


@dataclass(frozen=True, slots=True)
class Desk:
    """name: in metrics, and on the jobs. refuse: every error, with the request's id. audio: paths that lead to where
    the audio is, streams: to the audio while it is made, results: to the audio, without a key. news: the event and the
    body for the webhook that a job or a batch was given for itself; None: it is told like the owner's own.
    audio_endpoint: of the audio paths, the one that the owner's webhook is told. title: the vendor's name, for people;
    error: the type of what refuse writes.
    """

    name: str
    refuse: Callable[[SpeechError, str], Refusal]
    submits: Mapping[str, Submit]
    looks: Mapping[str, Look]
    audio: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    streams: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    shelves: Mapping[str, Shelf] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    hooks: Mapping[str, HookDesk] = field(default_factory=dict)
    batches: Mapping[str, BatchDesk] = field(default_factory=dict)
    results: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    previews: Mapping[str, Preview] = field(default_factory=dict)
    health: Mapping[str, Health] = field(default_factory=dict)
    news: Callable[[Outcome], tuple[str, Any]] | None = None
    audio_endpoint: str = "/v1/jobs/{job_id}/audio"
    title: str = ""
    error: Any = None
    absent: tuple[Absent, ...] = ()
