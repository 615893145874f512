import asyncio
import json

import grpc
import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from protos import speech_pb2 as pb

PCM = {"encoding": "pcm_s16le", "sample_rate": 8000}
SERVICE = "voxgate.v1.Speech"


def message(name, **fields):
    return ParseDict({name: fields}, pb.ClientMessage())


def opening(voice="ann", context_id="a", **fields):
    return message("open_context", context_id=context_id, voice=voice, output=PCM, **fields)


def append(text):
    return message("append_text", context_id="a", text=text)


def order(name, **fields):
    return message(name, context_id="a", **fields)


async def hear(call):
    """Everything that is said until the call ends; its status is not asked for."""
    async with asyncio.timeout(5):
        return [reply async for reply in call]


async def hear_until(call, name):
    async with asyncio.timeout(5):
        while (reply := await call.read()).WhichOneof("message") != name:
            pass
        return getattr(reply, name)


async def failure(call):
    """The status of a call that fails, and its details by their type."""
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await hear(call)
    return failed.value, details_of(failed.value)


def details_of(error):
    details = {}
    for packed in rpc_status.from_call(error).details:
        kind = packed.TypeName().rpartition(".")[2]
        details[kind] = getattr(error_details_pb2, kind)()
        packed.Unpack(details[kind])
    return details


def kinds(replies):
    return [reply.WhichOneof("message") for reply in replies]


def said(replies):
    return b"".join(reply.audio.audio for reply in replies).decode().rstrip()


# a conversation


async def test_a_half_close_speaks_the_rest(site):
    call = site.speech.StreamingSynthesize(iter([opening(), append("Hello. How are"), append(" you?")]))

    replies = await hear(call)

    assert said(replies) == "Hello. How are you?"
    assert kinds(replies)[-3:] == ["flush_done", "context_done", "session_done"]
    assert await call.code() == grpc.StatusCode.OK


async def test_a_context_that_fails_leaves_the_call_alone(site):
    replies = await hear(site.speech.StreamingSynthesize(iter([opening("nobody"), append("Hello?")])))

    assert kinds(replies) == ["session_opened", "failed", "context_done", "session_done"]
    error = replies[1].failed.error
    assert (error.code, error.reason, error.retryable) == ("NOT_FOUND", "unknown_voice", False)


async def test_a_message_without_a_word_ends_the_call_with_the_reason(site):
    error, details = await failure(site.speech.StreamingSynthesize(iter([pb.ClientMessage()])))

    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert details["ErrorInfo"].reason == "invalid_message"
    assert details["ErrorInfo"].domain == "voxgate"
    assert "RetryInfo" not in details


async def test_a_message_above_the_limit_ends_the_call(site):
    call = site.speech.StreamingSynthesize(iter([opening("stuck"), append("x" * 70_000)]))

    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await hear(call)

    assert failed.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_client_that_cancels_takes_its_segments_along(site):
    call = site.speech.StreamingSynthesize()
    for each in (opening("stuck"), append("Hello there."), order("flush")):
        await call.write(each)
    await hear_until(call, "audio")

    call.cancel()

    await site.synth.abandoned.length(1)
    await site.gateway.runner.drain(1.0)
    assert site.gateway.count("contexts_total", outcome="cancelled") == 1


async def test_a_client_whose_connection_is_gone_takes_its_segments_along(site):
    async with grpc.aio.insecure_channel(site.grpc_address) as channel:
        call = channel.stream_stream(
            f"/{SERVICE}/StreamingSynthesize",
            request_serializer=pb.ClientMessage.SerializeToString,
            response_deserializer=pb.ServerMessage.FromString,
        )()
        for each in (opening("endless", max_lead=0), append("Sing."), order("flush")):
            await call.write(each)
        await hear_until(call, "audio")

    await site.synth.abandoned.length(1)


async def test_a_client_that_does_not_read_is_dropped(open_site):
    async with open_site(write_deadline=0.1) as site:
        call = site.speech.StreamingSynthesize()
        for each in (opening("endless", max_lead=0), append("Sing."), order("flush")):
            await call.write(each)

        await site.synth.abandoned.length(1)

        assert site.gateway.count("slow_consumers_total", kind="grpc") == 1
        error, details = await failure(call)
        assert error.code() == grpc.StatusCode.ABORTED
        assert details["ErrorInfo"].reason == "client_too_slow"


async def test_a_bug_is_told_as_internal_and_no_more(site):
    site.synth.catalog = None  # which nobody expects

    error, details = await failure(site.speech.StreamingSynthesize(iter([opening()])))

    assert error.code() == grpc.StatusCode.INTERNAL
    assert error.details() == "internal error"
    assert details["ErrorInfo"].reason == "internal_error"


async def test_a_call_that_a_drain_cuts_says_when_to_come_back(site):
    call = site.speech.StreamingSynthesize()
    for each in (opening("stuck"), append("Hello there."), order("flush")):
        await call.write(each)
    await hear_until(call, "audio")

    await site.gateway.runner.drain(0.01)
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await hear_until(call, "nothing")

    details = details_of(failed.value)
    assert failed.value.code() == grpc.StatusCode.UNAVAILABLE
    assert details["ErrorInfo"].reason == "draining"
    assert details["RetryInfo"].retry_delay.seconds == 1


# one text


def request(text="Hello. How are you?", **fields):
    return ParseDict({"text": text, "context": {"output": PCM, **fields}}, pb.SynthesizeRequest())


async def test_one_text_is_spoken_and_ends(site):
    replies = await hear(site.speech.Synthesize(request(words=True)))

    assert said(replies) == "Hello. How are you?"
    assert kinds(replies)[0] == "session_opened"
    assert kinds(replies)[-2:] == ["context_done", "session_done"]
    words = [word for reply in replies for word in reply.words.words]
    assert ["Hello. How are you?"[word.text_start : word.text_end] for word in words] == [
        "Hello.",
        "How",
        "are",
        "you?",
    ]


@pytest.mark.parametrize(
    ("asked", "code", "reason"),
    [
        (request(voice="nobody"), grpc.StatusCode.NOT_FOUND, "unknown_voice"),
        (request(speed=9), grpc.StatusCode.INVALID_ARGUMENT, "invalid_setting"),
        (request(latency="none"), grpc.StatusCode.INVALID_ARGUMENT, "invalid_setting"),
        (request(speed="NaN"), grpc.StatusCode.INVALID_ARGUMENT, "invalid_setting"),
        (request(output={"encoding": "mp5"}), grpc.StatusCode.INVALID_ARGUMENT, "unsupported_format"),
        (request(voice="broken"), grpc.StatusCode.INTERNAL, "internal_error"),
        (request(context_id="x" * 200), grpc.StatusCode.INVALID_ARGUMENT, "invalid_message"),
    ],
)
async def test_a_failure_of_one_text_is_the_status_of_its_call(site, asked, code, reason):
    error, details = await failure(site.speech.Synthesize(asked))

    assert (error.code(), details["ErrorInfo"].reason) == (code, reason)


async def test_a_failure_says_how_much_had_been_heard(site):
    _, details = await failure(site.speech.Synthesize(request("Hello.", voice="broken")))

    assert details["ErrorInfo"].metadata["audio_sent_ms"] == "0.375"


async def test_one_text_without_sound_ends_well(site):
    replies = await hear(site.speech.Synthesize(request("... !")))

    assert said(replies) == ""
    assert kinds(replies)[-1] == "session_done"


async def test_cancelling_one_text_takes_its_segments_along(site):
    call = site.speech.Synthesize(request("Hello there.", voice="stuck"))
    await hear_until(call, "audio")

    call.cancel()

    await site.synth.abandoned.length(1)


# what surrounds it


async def test_voices_are_listed_and_filtered(site):
    listed = await site.speech.ListVoices(pb.ListVoicesRequest(language="de"))

    assert [(voice.name, voice.engine, voice.sample_rate) for voice in listed.voices] == [("bob", "echo", 8000)]
    assert len((await site.speech.ListVoices(pb.ListVoicesRequest())).voices) == 8


async def test_without_a_right_key_nobody_is_served(site):
    _, secret = await site.keys.create("app")
    for metadata in ((), (("authorization", "Bearer vg_wrong"),)):
        for call in (
            site.speech.ListVoices(pb.ListVoicesRequest(), metadata=metadata),
            site.speech.Synthesize(request(), metadata=metadata).read(),
            site.speech.StreamingSynthesize(iter([opening()]), metadata=metadata).read(),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call
            assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
            assert details_of(refused.value)["ErrorInfo"].reason == "unauthenticated"

    replies = await hear(site.speech.Synthesize(request(), metadata=(("authorization", f"Bearer {secret}"),)))
    assert said(replies) == "Hello. How are you?"


async def test_one_call_too_many_is_told_to_come_back(open_site):
    async with open_site(max_connections=1) as site:
        call = site.speech.Synthesize(request(voice="stuck"))
        await hear_until(call, "audio")

        error, details = await failure(site.speech.Synthesize(request()))

        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert details["ErrorInfo"].reason == "too_many_connections"
        assert details["RetryInfo"].retry_delay.seconds == 1
        call.cancel()


@pytest.mark.parametrize("service", ["", SERVICE])
async def test_health_tells_whether_it_serves(site, service):
    stub = health_pb2_grpc.HealthStub(site.channel)
    request = health_pb2.HealthCheckRequest(service=service)

    async with asyncio.timeout(5):
        statuses = aiter(stub.Watch(request))
        while (await anext(statuses)).status != health_pb2.HealthCheckResponse.SERVING:
            pass
        await site.gateway.runner.drain(0)
        while (await anext(statuses)).status != health_pb2.HealthCheckResponse.NOT_SERVING:
            pass


async def test_reflection_names_the_services(site):
    stub = reflection_pb2_grpc.ServerReflectionStub(site.channel)
    question = reflection_pb2.ServerReflectionRequest(list_services="")

    [answer] = await hear(stub.ServerReflectionInfo(iter([question])))

    names = {service.name for service in answer.list_services_response.service}
    assert names >= {SERVICE, "grpc.health.v1.Health"}


# the same words over both transports

SCRIPT = [
    {"type": "open_context", "context_id": "a", "voice": "ann", "words": True, "output": PCM},
    {"type": "open_context", "context_id": "b", "voice": "nobody"},
    {"type": "open_context", "context_id": "c", "voice": "broken", "output": PCM},
    {"type": "append_text", "context_id": "a", "text": "Hello there. "},
    {"type": "append_text", "context_id": "a", "text": "Über 3 Grüße!"},
    {"type": "flush", "context_id": "a"},
    "flush_done",
    {"type": "clear", "context_id": "a", "played_ms": 0.5},
    "cleared",
    {"type": "append_text", "context_id": "c", "text": "Oh no."},
    {"type": "flush", "context_id": "c"},
    "context_done",
    {"type": "keep_alive", "context_id": "nobody"},
    {"type": "append_text", "context_id": "a", "text": "Once more."},
    {"type": "close_context", "context_id": "a"},
    "context_done",
    {"type": "close_session"},
    "session_done",
]


async def play_over_websocket(site):
    trace = []
    async with connect(f"ws://{site.address}/v1/stream") as socket:
        for step in SCRIPT:
            if isinstance(step, dict):
                await socket.send(json.dumps(step))
                continue
            trace.append(json.loads(await socket.recv()))
            while trace[-1]["type"] != step or trace[-1].get("context_id") == "b":
                trace.append(json.loads(await socket.recv()))
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    return trace


async def play_over_grpc(site):
    trace = []
    call = site.speech.StreamingSynthesize()
    for step in SCRIPT:
        if isinstance(step, dict):
            fields = {name: value for name, value in step.items() if name != "type"}
            await call.write(message(step["type"], **fields))
            continue
        trace.append(await read(call))
        while trace[-1]["type"] != step or trace[-1].get("context_id") == "b":
            trace.append(await read(call))
    assert await call.read() is grpc.aio.EOF
    assert await call.code() == grpc.StatusCode.OK
    return trace


async def read(call):
    reply = await call.read()
    kind = reply.WhichOneof("message")
    fields = MessageToDict(
        getattr(reply, kind), preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return {"type": kind, **fields}


def by_context(trace):
    """What each context hears, in order: contexts take turns as they come. Without what only JSON has: the handle of
    binary frames; null is protobuf's empty string.
    """
    heard = {}
    for event in trace:
        fields = {name: "" if value is None else value for name, value in event.items() if name != "handle"}
        heard.setdefault(fields.get("context_id", ""), []).append(fields)
    return heard


async def test_a_conversation_is_the_same_over_both_transports(site):
    async with asyncio.timeout(10):
        over_websocket = await play_over_websocket(site)
        over_grpc = await play_over_grpc(site)

    assert by_context(over_websocket) == by_context(over_grpc)
    assert {event["type"] for event in over_grpc} == {
        "session_opened",
        "context_opened",
        "audio",
        "words",
        "flush_done",
        "cleared",
        "context_done",
        "warned",
        "failed",
        "session_done",
    }


async def test_a_client_that_cancels_at_once_leaves_no_trace_in_the_log(site, caplog):
    for _ in range(20):
        call = site.speech.StreamingSynthesize(iter([opening("endless"), append("Sing."), order("flush")]))
        await asyncio.sleep(0)
        call.cancel()
        call = site.speech.Synthesize(request(voice="stuck"))
        await call.initial_metadata()
        call.cancel()
    await site.gateway.runner.drain(1.0)

    assert not caplog.records


@pytest.mark.parametrize(
    "method",
    [
        "voxgate.v1.Speech/StreamingSynthesize",
        "nvidia.riva.tts.RivaSpeechSynthesis/SynthesizeOnline",
        "google.cloud.texttospeech.v1.TextToSpeech/StreamingSynthesize",
    ],
)
async def test_what_is_no_message_is_told(site, method):
    call = site.channel.stream_stream(f"/{method}")()
    await call.write(b"\xff" * 20)

    error, details = await failure(call)
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert details["ErrorInfo"].reason == "invalid_message"


@pytest.mark.parametrize(
    "method",
    [
        "voxgate.v1.Speech/Synthesize",
        "voxgate.v1.Speech/ListVoices",
        "nvidia.riva.tts.RivaSpeechSynthesis/Synthesize",
        "google.cloud.texttospeech.v1.TextToSpeech/SynthesizeSpeech",
        "grpc.health.v1.Health/Check",
    ],
)
async def test_one_request_that_is_no_message_is_told(site, method, caplog):
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await site.channel.unary_unary(f"/{method}")(b"\xff" * 20)

    assert failed.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert details_of(failed.value)["ErrorInfo"].reason == "invalid_message"
    assert caplog.records == []
