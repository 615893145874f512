"""What surrounds speech: voices, keys, limits, health, reflection, what is no message."""

import asyncio

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from protos import speech_pb2 as pb
from tests.gateway.transports.over_grpc import SERVICE, details_of, failure, hear, hear_until, opening, request, said


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
