"""Our gRPC service over a real channel: a conversation."""

import asyncio

import grpc
import pytest

from protos import speech_pb2 as pb
from tests.gateway.transports.over_grpc import (
    SERVICE,
    details_of,
    failure,
    hear,
    hear_until,
    kinds,
    message,
    opening,
    request,
    said,
)


def append(text):
    return message("append_text", context_id="a", text=text)


def order(name, **fields):
    return message(name, context_id="a", **fields)


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
