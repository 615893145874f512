"""A session and its dialect without a loop: what the session says waits until the test has it encoded."""

import json
from dataclasses import dataclass
from typing import Any

from contract.catalog import CATALOG
from gateway.core.events import Abandon, Audio, AudioFrame, Limits, SegmentAudio, SegmentDone, Synthesize, Warned
from gateway.core.session import Session

IDLE = 10.0


@dataclass
class Line:
    """A session and its dialect, and between them what waits to be encoded, as the runner has it."""

    client: Any  # of the contract

    def __post_init__(self):
        self.now = 100.0
        self.dialect = self.client.dialect
        limits = self.dialect.limits(Limits(context_idle=IDLE))
        self.session = Session(limits, lambda: CATALOG, self.now)
        self.waiting, self.told, self.asked, self.texts = [], [], [], []
        self.take(self.session.open())

    def say(self, *batches):
        for frame in (frame for batch in batches for frame in batch):
            for command in self.dialect.decode(json.dumps(frame)):
                self.take(self.session.handle(command, self.now))

    def speak(self):
        """Workers speak all that is asked for."""
        while self.asked:
            segment_id = self.asked.pop(0).segment_id
            self.take(self.session.handle(SegmentAudio(segment_id, bytes(800)), self.now))
            self.take(self.session.handle(SegmentDone(segment_id), self.now))

    def idle(self):
        """Time passes, and nothing of what comes of it is encoded yet."""
        self.now += IDLE + 1
        self.take(self.session.tick(self.now))

    def take(self, outputs):
        for output in outputs:
            if isinstance(output, Warned) and output.code == "idle_timeout" and output.context_id is not None:
                self.dialect.expire(output.context_id)
            if isinstance(output, Synthesize):
                self.asked.append(output)
                self.texts.append(output.text.strip())
            elif isinstance(output, Abandon):
                self.asked = [request for request in self.asked if request.segment_id != output.segment_id]
            else:
                self.waiting.append(output)

    def encode(self):
        waiting, self.waiting = self.waiting, []
        for event in waiting:
            if isinstance(event, Audio):
                event = AudioFrame(event.context_id, event.flush_id, event.sequence, event.pcm)  # noqa: PLW2901
            self.told += self.dialect.encode(event)
