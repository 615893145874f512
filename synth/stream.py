"""One gateway's stream: its orders become jobs for the engine thread, what the engine says becomes its replies."""

import time
from collections.abc import Callable
from functools import partial

from protos import synth_pb2
from synth.batcher import Job
from synth.engines import Engine, Prepared, Unspeakable
from synth.gatherer import Gatherer
from synth.gpu import EngineThread, Message
from synth.preparer import Outcome, Preparer
from synth.request import InvalidRequest, read_due, read_utterance
from synth.segment import Segment

Failure = synth_pb2.Failure


class Stream:
    """`orders` in, `replies` out, until `close`. Speaks only while it is not told to `drain`."""

    def __init__(self, engine: Engine, preparer: Preparer, thread: EngineThread, new_job_id: Callable[[], int]) -> None:
        """To be made on the running event loop."""
        self._engine = engine
        self._preparer = preparer
        self._thread = thread
        self._new_job_id = new_job_id
        self._segments: dict[int, tuple[Segment, int]] = {}  # with its job, by the gateway's id
        self._gatherer = Gatherer(self._forget)
        self._draining = False

    def handle(self, order: synth_pb2.Order) -> None:
        match order.WhichOneof("order"):
            case "synthesize":
                self._synthesize(order.segment_id, order.synthesize)
            case "abandon":
                self._abandon(order.segment_id)
            case "more":
                self._grant(order.segment_id, order.more.samples)

    async def replies(self) -> synth_pb2.Replies | None:
        """The next message; None when there will be no more."""
        return await self._gatherer.gather()

    def drain(self) -> None:
        """Refuses new segments; the replies end after those of the running ones."""
        self._draining = True
        self._finish_if_idle()

    def close(self) -> None:
        """Abandons all segments."""
        for segment_id in list(self._segments):
            self._abandon(segment_id)
        self._gatherer.finish()

    def _synthesize(self, segment_id: int, request: synth_pb2.Synthesize) -> None:
        self._abandon(segment_id)  # a gateway that uses an id twice must not leave a job behind
        segment, job_id = Segment(segment_id, request.credit, time.monotonic()), self._new_job_id()
        self._segments[segment_id] = segment, job_id
        if self._draining:
            self._refuse(segment, Failure.UNAVAILABLE, "this worker is stopping")
            return
        try:
            utterance, due_in = read_utterance(request, self._engine), read_due(request)
        except InvalidRequest as error:
            self._refuse(segment, Failure.INVALID_ARGUMENT, str(error))
            return
        if not self._preparer.prepare(utterance, partial(self._submit, segment, job_id, due_in)):
            self._refuse(segment, Failure.RESOURCE_EXHAUSTED, "too many texts are waiting to be read")

    def _submit(self, segment: Segment, job_id: int, due_in: float, outcome: Outcome) -> None:
        if segment.over:  # abandoned while it was prepared
            return
        if isinstance(outcome, Prepared):
            if not self._thread.submit(Job(job_id, outcome, due_in), partial(self._hear, segment)):
                self._refuse(segment, Failure.RESOURCE_EXHAUSTED, "the queue is full")
        else:
            code = Failure.INVALID_ARGUMENT if isinstance(outcome, Unspeakable) else Failure.INTERNAL
            self._refuse(segment, code, str(outcome))

    def _refuse(self, segment: Segment, code: synth_pb2.Failure.Code.ValueType, reason: str) -> None:
        segment.fail(code, reason)
        self._gatherer.offer(segment)

    def _hear(self, segment: Segment, message: Message) -> None:
        if not segment.over:  # abandoned while this was on its way from the engine's thread
            segment.hear(message)
            self._gatherer.offer(segment)

    def _grant(self, segment_id: int, samples: int) -> None:
        if living := self._segments.get(segment_id):
            living[0].grant(samples)
            self._gatherer.offer(living[0])

    def _abandon(self, segment_id: int) -> None:
        if living := self._segments.get(segment_id):
            living[0].abandon()
            self._forget(living[0])

    def _forget(self, segment: Segment) -> None:
        _, job_id = self._segments.pop(segment.segment_id)
        self._thread.abandon(job_id)
        self._finish_if_idle()

    def _finish_if_idle(self) -> None:
        if self._draining and not self._segments:
            self._gatherer.finish()
