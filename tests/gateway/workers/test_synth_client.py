"""A segment on its way to one worker and back: what it says, how it fails, how it ends."""

import asyncio
from contextlib import aclosing

import pytest

from gateway.core.events import Phonemes, SegmentAudio, SegmentFailed, SegmentWords, Word
from gateway.errors import InternalError, InvalidSetting, Overloaded, UnknownVoice, WorkerUnavailable
from gateway.workers.segment_call import CREDIT
from protos import synth_pb2
from tests.gateway.workers.scripted import (
    DONE,
    SAID,
    Failure,
    Reply,
    breaking,
    endless,
    failing,
    said,
    saying,
    segment,
    silent,
    worker,
)

SPANS = (Phonemes(3, 4, "e"),)


async def test_words_and_audio_come_in_order_and_done_comes_last(client_and_workers):
    words = [synth_pb2.Word(text_start=0, text_end=2, start=0.0, end=0.5)]
    script = saying(Reply(words=words, pcm=b"abcd"), Reply(pcm=b"ef"), DONE)
    async with client_and_workers(script) as (client, _):
        assert await said(client) == [
            SegmentWords(7, (Word(0, 2, 0.0, 0.5),)),
            SegmentAudio(7, b"abcd"),
            SegmentAudio(7, b"ef"),
            SAID,
        ]


async def test_the_worker_hears_the_whole_request(client_and_workers):
    async with client_and_workers(saying(DONE)) as (client, served):
        await said(client, text="<b>é</b>", speed=1.5, pitch=0.5, due_in=2.5, skip=480, phonemes=SPANS)

    expected = synth_pb2.Synthesize(
        text="<b>é</b>",
        voice="anna",
        language="en",
        speed=1.5,
        pitch=0.5,
        due_in=2.5,
        skip_samples=480,
        credit=CREDIT,
        phonemes=[synth_pb2.Phonemes(text_start=3, text_end=4, ipa="e")],
    )
    assert served.requests == [expected]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (Failure.INVALID_ARGUMENT, InvalidSetting("told")),
        (Failure.NOT_FOUND, UnknownVoice("told")),
        (Failure.INTERNAL, InternalError("synthesis failed")),
        (9, InternalError("synthesis failed")),
        (Failure.UNAVAILABLE, WorkerUnavailable("the worker broke off")),
        (Failure.RESOURCE_EXHAUSTED, Overloaded("every worker is busy")),
    ],
)
async def test_a_failure_after_audio_is_the_last_message_and_is_not_tried_again(code, error, client_and_workers):
    script = failing(code, "told", after=[Reply(pcm=b"ab")])
    async with client_and_workers(script, script) as (client, *workers):
        assert await said(client) == [SegmentAudio(7, b"ab"), SegmentFailed(7, error)]
        assert sum(len(served.requests) for served in workers) == 1


async def test_a_worker_that_goes_away_after_its_last_message_has_said_everything(client_and_workers):
    async with client_and_workers(breaking(DONE)) as (client, _):
        assert await said(client) == [SAID]


@pytest.mark.parametrize(
    "replies",
    [
        [Reply(pcm=b"abc"), DONE],
        [Reply(words=[synth_pb2.Word(text_start=3, text_end=8)]), DONE],
        [Reply(words=[synth_pb2.Word(text_start=3, text_end=2)]), DONE],
        [Reply(words=[synth_pb2.Word(text_end=2, start=1.0, end=0.5)]), DONE],
        [Reply(words=[synth_pb2.Word(text_end=2, start=float("nan"), end=1.0)]), DONE],
        [Reply(words=[synth_pb2.Word(text_end=2, end=float("inf"))]), DONE],
    ],
    ids=[
        "half a sample",
        "beyond the text",
        "backwards",
        "back in time",
        "no time",
        "for ever",
    ],
)
async def test_a_worker_that_breaks_the_contract_fails_the_segment(replies, client_and_workers):
    async with client_and_workers(saying(*replies)) as (client, _):
        assert await said(client) == [SegmentFailed(7, InternalError("synthesis failed"))]


async def test_cancelling_the_task_abandons_the_segment(client_and_workers):
    async with client_and_workers(silent) as (client, served):
        speech = asyncio.create_task(said(client))
        await served.asked.wait()
        speech.cancel()
        with pytest.raises(asyncio.CancelledError):
            await speech
        await served.abandoned.wait()
        assert client.calls()[0] == 0


async def test_closing_the_iterator_abandons_the_segment(client_and_workers):
    async with client_and_workers(endless) as (client, served):
        async with aclosing(client.synthesize(segment())) as messages:
            await anext(messages)
            assert client.calls()[0] == 1
        await served.abandoned.wait()
        assert client.calls()[0] == 0


async def test_closing_the_client_fails_what_is_being_read(folder, client_of):
    async with worker(f"unix:{folder}/0", endless):
        async with client_of(f"unix:{folder}/0") as client:
            messages = client.synthesize(segment())
            await anext(messages)

        assert [message async for message in messages][-1] == SegmentFailed(
            7, WorkerUnavailable("the connection was closed")
        )
