"""One text in one call."""

import grpc
import pytest

from tests.gateway.transports.over_grpc import failure, hear, hear_until, kinds, request, said


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
        (request(voice="ann+nobody"), grpc.StatusCode.NOT_FOUND, "unknown_voice"),
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
