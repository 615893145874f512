from dataclasses import replace

import pytest

from gateway.core.cleaning import Pronunciation
from gateway.core.events import Limits, OpenContext
from gateway.core.formats import AudioFormat
from gateway.core.pacing import LATENCIES, Policy
from gateway.core.voices import Voice, VoiceCatalog
from gateway.errors import InvalidSetting, TextTooLong, UnknownVoice, UnsupportedFormat, WorkerUnavailable
from gateway.jobs.checking import check
from gateway.jobs.job import Idempotency, JobRequest, State, decode_request, digest_of, encode_request

CATALOG = VoiceCatalog([Voice("ann", "echo", "en", "female", "Ann", 8000, deterministic=True)])


def test_a_request_survives_the_database():
    request = JobRequest(
        "ann",
        speed=1.5,
        output=AudioFormat("mp3", 24_000, 64_000),
        pronunciations=(Pronunciation("SQL", "sequel"),),
        delivery="ttsbuddy",
        extra={"tags": ["a", {"b": 1}]},
    )

    assert decode_request(encode_request(request)) == request


def test_a_one_shot_request_is_a_job_too():
    opened = OpenContext("request", "ann", output=AudioFormat("mp3", paced=True, per_flush=True), latency=Policy())
    request = JobRequest.of(opened, extra={"a": 1})

    assert request.output == AudioFormat("mp3")
    assert (request.latency, request.extra) == ("balanced", {"a": 1})
    assert request.open_context().words
    assert request.open_context().latency == replace(LATENCIES["balanced"], most_work=1.0, unhurried=True)
    assert not replace(request, urgent=True).open_context().latency.unhurried


def test_the_digest_is_of_everything():
    request = JobRequest("ann", extra={"a": 1, "b": 2})
    others = [replace(request, voice="bob"), replace(request, extra={"a": 1}), replace(request, delivery="other")]

    assert digest_of(request, "text") == digest_of(replace(request, extra={"b": 2, "a": 1}), "text")
    assert len({digest_of(each, "text") for each in [request, *others]} | {digest_of(request, "text ")}) == 5


@pytest.mark.parametrize(
    ("request_", "text", "error"),
    [
        (JobRequest("nobody"), "Hi.", UnknownVoice),
        (JobRequest(speed=9.0), "Hi.", InvalidSetting),
        (JobRequest(text_format="rtf"), "Hi.", InvalidSetting),
        (JobRequest(output=AudioFormat("mp5")), "Hi.", UnsupportedFormat),
        (JobRequest(output=AudioFormat("opus")), "Hi.", UnsupportedFormat),
        (JobRequest(), " \n ", InvalidSetting),
        (JobRequest(), "x" * 11, TextTooLong),
        (JobRequest(pronunciations=(Pronunciation("", "x"),)), "Hi.", InvalidSetting),
    ],
)
def test_what_a_session_would_refuse_is_refused_before_it_is_promised(request_, text, error):
    with pytest.raises(error):
        check(request_, text, CATALOG, Limits(max_text=10))


def test_what_can_be_spoken_is_not_refused():
    check(JobRequest("ann"), "x" * 10, CATALOG, Limits(max_text=10))


def test_without_a_worker_nothing_is_promised():
    with pytest.raises(WorkerUnavailable):
        check(JobRequest(), "Hi.", VoiceCatalog(()), Limits())


@pytest.mark.parametrize("key", ["", "x" * 256, "a\0", "a\n", "not UTF-8: \udcff"])
def test_an_idempotency_key_has_a_length_and_can_be_stored(key):
    with pytest.raises(InvalidSetting):
        Idempotency(key)


def test_three_states_are_ends():
    assert [state for state in State if state.ended] == [State.COMPLETED, State.FAILED, State.CANCELLED]
