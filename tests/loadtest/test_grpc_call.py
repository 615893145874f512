import pytest
from grpc import StatusCode, aio

from loadtest.faults import Fault
from loadtest.fleet import Plan, talk
from loadtest.script import Style
from loadtest.signature import pcm
from loadtest.wire import Target
from protos import speech_pb2 as pb
from protos import speech_pb2_grpc

QUICK = Style(pace=2000.0, words=(2, 6), turns=2, think=0.0, listens=False)


class ScriptedSpeech(speech_pb2_grpc.SpeechServicer):
    def __init__(self, *, cut):
        self.cut = cut

    async def StreamingSynthesize(self, request_iterator, context):  # noqa: ARG002, N802 - the names are generated
        yield pb.ServerMessage(session_opened=pb.SessionOpened())
        unspoken, flush_id, sequence = "", 0, 0
        async for message in request_iterator:
            kind = message.WhichOneof("message")
            if kind == "open_context":
                opened = pb.ContextOpened(context_id=message.open_context.context_id)
                unspoken, flush_id, sequence = "", 0, 0
                yield pb.ServerMessage(context_opened=opened)
            elif kind == "append_text":
                unspoken += message.append_text.text
            elif kind == "close_session":
                yield pb.ServerMessage(session_done=pb.SessionDone())
                return
            if kind == "flush" or (kind == "close_context" and unspoken):
                flush_id += 1
                sequence += 1
                audio = pcm(unspoken)[: -2 if self.cut else None]
                context_id = opened.context_id
                spoken = pb.Audio(context_id=context_id, flush_id=flush_id, sequence=sequence, audio=audio)
                yield pb.ServerMessage(audio=spoken)
                yield pb.ServerMessage(flush_done=pb.FlushDone(context_id=context_id, flush_id=flush_id))
                unspoken = ""
            if kind == "close_context":
                yield pb.ServerMessage(context_done=pb.ContextDone(context_id=opened.context_id))


async def found(servicer):
    server = aio.server()
    speech_pb2_grpc.add_SpeechServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    target = Target(grpc=f"127.0.0.1:{port}", encoding="pcm_s16le")
    findings = await talk(Plan(target, grpc=2, seconds=0.3, style=QUICK))
    await server.stop(None)
    return findings


@pytest.mark.slow
async def test_a_server_that_keeps_its_word_is_found_without_fault():
    findings = await found(ScriptedSpeech(cut=False))

    assert findings.faults.counts == {}
    assert len(findings.measures.turns) > 2


async def test_a_missing_sample_is_found():
    findings = await found(ScriptedSpeech(cut=True))

    assert findings.faults.counts[Fault.DISPLACED_AUDIO] + findings.faults.counts[Fault.MISSING_AUDIO] > 0


class RefusingSpeech(speech_pb2_grpc.SpeechServicer):
    async def StreamingSynthesize(self, request_iterator, context):  # noqa: ARG002, N802 - the names are generated
        yield pb.ServerMessage(session_opened=pb.SessionOpened())
        await context.abort(StatusCode.UNAUTHENTICATED, "no key")


@pytest.mark.slow
async def test_a_status_that_is_not_ok_is_a_fault():
    findings = await found(RefusingSpeech())

    # Which status is told is grpc's: measured, INTERNAL instead of the server's when it comes amid a write.
    assert set(findings.faults.counts) == {Fault.CONNECTION}
