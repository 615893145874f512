"""Engines that fail, hang and read slowly on demand, and what a caller of a worker hears."""

import threading

from grpc_health.v1 import health_pb2

from protos import synth_pb2
from synth.config import ToneOptions
from synth.engines import Chunk, EngineError
from synth.engines.signature import block
from synth.engines.tone import ToneEngine

Failure = synth_pb2.Failure
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class TrickEngine(ToneEngine):
    """A tone engine that goes wrong when a text asks for it, and stops half-way in "hold" until the test goes on."""

    def __init__(self, **options):
        super().__init__(ToneOptions(**options))
        self.spoken, self.go_on, self.wanted = [], threading.Event(), None

    def synthesize(self, batch, emit):
        self.spoken.append(batch[0].utterance.text)
        match batch[0].utterance.text:
            case "fail":
                emit(Chunk(0, b"ok"))
                raise EngineError("out of memory")
            case "odd":
                emit(Chunk(0, b"odd"))
            case "hold":
                emit(Chunk(0, b"ab"))
                self.go_on.wait(10)
                self.wanted = emit(Chunk(0, b"cd"))
            case _:
                super().synthesize(batch, emit)


async def listen(call):
    return [reply async for reply in call]


async def refused(call):
    """How a segment failed."""
    last = (await listen(call))[-1]
    assert last.WhichOneof("end") == "failure"
    return last.failure


def audio(replies):
    return b"".join(reply.pcm for reply in replies)


def read(text):
    return b"".join(block(character) for character in text if not character.isspace())
