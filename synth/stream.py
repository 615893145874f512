"""One gateway's stream: its orders become jobs for the engine thread, what the engine says becomes its replies."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

from protos import synth_pb2
from synth.batching import Job
from synth.engines import Engine, Prepared, Unspeakable
from synth.gatherer import Gatherer
from synth.gpu import EngineThreads, Message
from synth.preparer import Outcome, Preparer
from synth.request import InvalidRequest, UnknownVoice, read_due, read_utterance
from synth.segment import Segment

Failure = synth_pb2.Failure
BEAT = 1.0  # seconds between two signs of life; gateways give a segment up after several
WORTH_TELLING = 0.1  # seconds of work: with less, it does not matter which worker gets the next segment
READ_IN = 1.0  # seconds that the longest queue of texts takes to be read
TELL_EVERY = 0.02  # seconds; a message costs some 100 us at each end (measured)


class Stream:
    """`orders` in, `replies` out, until `close`. Speaks only while it is not told to `drain`."""

    def __init__(
        self, engine: Engine, preparer: Preparer, threads: EngineThreads, new_job_id: Callable[[], int]
    ) -> None:
        """To be made on the running event loop."""
        self._engine = engine
        self._preparer = preparer
        self._threads = threads
        self._new_job_id = new_job_id
        self._segments: dict[int, tuple[Segment, int]] = {}  # with its job, by the gateway's id
        self._gatherer = Gatherer(self._forget)
        self._draining = False
        self._loop = asyncio.get_running_loop()
        self._beat = self._loop.call_later(BEAT, self._signal)
        self._telling: asyncio.TimerHandle | None = None

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
        replies = await self._gatherer.gather()
        if replies is not None:
            load = self._threads.load()
            replies.load.begins_in, replies.load.free_in = load.begins_in, load.free_in
        return replies

    def drain(self) -> None:
        """Refuses new segments; the replies end after those of the running ones."""
        self._draining = True
        self._finish_if_idle()

    def close(self) -> None:
        """Abandons all segments."""
        self._beat.cancel()
        if self._telling is not None:
            self._telling.cancel()
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
            code = Failure.NOT_FOUND if isinstance(error, UnknownVoice) else Failure.INVALID_ARGUMENT
            self._refuse(segment, code, str(error))
            return
        submit = partial(self._submit, segment, job_id, due_in, request.begins)
        if not self._preparer.prepare(utterance, submit):
            self._refuse(segment, Failure.RESOURCE_EXHAUSTED, "too many texts are waiting to be read", READ_IN)

    def _submit(self, segment: Segment, job_id: int, due_in: float, begins: bool, outcome: Outcome) -> None:  # noqa: FBT001 - as the request has it
        if segment.over:  # abandoned while it was prepared
            return
        if isinstance(outcome, Prepared):
            retry_in = self._threads.submit(Job(job_id, outcome, due_in, begins), partial(self._hear, segment))
            if retry_in is not None:
                self._refuse(segment, Failure.RESOURCE_EXHAUSTED, "too much is waiting", retry_in)
            elif self._telling is None and self._threads.load().free_in > WORTH_TELLING:
                self._telling = self._loop.call_later(TELL_EVERY, self._tell)
        else:
            code = Failure.INVALID_ARGUMENT if isinstance(outcome, Unspeakable) else Failure.INTERNAL
            self._refuse(segment, code, str(outcome))

    def _refuse(
        self, segment: Segment, code: synth_pb2.Failure.Code.ValueType, reason: str, retry_in: float = 0.0
    ) -> None:
        segment.fail(code, reason, retry_in)
        self._gatherer.offer(segment)

    def _tell(self) -> None:
        """How much waits here, while nothing else is said."""
        self._telling = None
        self._gatherer.call()

    def _signal(self) -> None:
        self._beat = self._loop.call_later(BEAT, self._signal)
        if not self._threads.load().stuck:
            for segment, _ in self._segments.values():
                segment.signal()
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
        self._threads.abandon(job_id)
        self._finish_if_idle()

    def _finish_if_idle(self) -> None:
        if self._draining and not self._segments:
            self._gatherer.finish()
