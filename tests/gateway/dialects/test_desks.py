"""What the hosted APIs' requests mean, and how their jobs are told. Values only."""

import json
import time

import msgspec
import pytest
from contract.catalog import CATALOG

from gateway.core.events import OpenContext
from gateway.core.formats import AudioFormat
from gateway.dialects.aitts import formats
from gateway.dialects.aitts import speech as aitts
from gateway.dialects.aitts.surface import AITTS
from gateway.dialects.desk.views import Month, View
from gateway.dialects.surface import Request, Settings
from gateway.dialects.ttsai import speech as ttsai
from gateway.dialects.ttsai.surface import TTSAI
from gateway.dialects.ttsbuddy import speech as ttsbuddy
from gateway.dialects.ttsbuddy.surface import TTSBUDDY
from gateway.errors import (
    IdempotencyKeyReuse,
    InvalidMessage,
    InvalidSetting,
    JobFailed,
    Quota,
    QuotaExceeded,
    RateLimited,
    RequestInProgress,
    TextTooLong,
    Unauthenticated,
    UnknownJob,
    UnknownVoice,
    WorkerUnavailable,
)

JOB = "550e8400-e29b-41d4-a716-446655440000"


def request(**query):
    return Request({"job_id": JOB}, query, {}, CATALOG, Settings(), "req-1")


def view(state="completed", **fields):
    opened = OpenContext("", "af_heart", output=AudioFormat("mp3"))
    if state == "completed":
        fields = {
            "finished_at": 107.5,
            "seconds": 45.2,
            "link": "http://here/audio",
            "link_until": 1_767_787_200.0,
        } | fields
    return View(JOB, state, opened, 150, 0, 100.0, **fields)


def written(told):
    """The body as the client reads it."""
    return json.loads(msgspec.json.encode(told.body))


def parsed(parse, **body):
    return parse(request(), json.dumps(body))


def test_aitts_takes_every_format_of_its_table():
    for name, rates in {"wav": formats.RATES, "mp3": formats.RATES, "ogg_opus": (8000, 16000, 24000, 48000)}.items():
        for rate in rates:
            wanted = parsed(aitts.parse, text="Hi.", voice_id="a", output_format=name, sample_rate_hertz=rate)
            assert wanted.opened.output.resolved().sample_rate == rate


@pytest.mark.parametrize(
    "body",
    [
        {"text": "Hi."},
        {"text": "Hi.", "voice_id": "a", "output_format": "flac"},
        {"text": "Hi.", "voice_id": "a", "output_format": "ogg_opus", "sample_rate_hertz": 44100},
        {"text": "Hi.", "voice_id": "a", "sample_rate_hertz": 11025},
        {"text": "Hi.", "voice_id": "a", "output_bitrate_kbps": 128},
        {"text": "Hi.", "voice_id": "a", "output_format": "mp3", "output_bitrate_kbps": 31},
        {"text": "Hi.", "voice_id": "a", "output_format": "ogg_opus", "output_bitrate_kbps": 321},
        {"text": "Speaker 1: Hi.", "speaker_type": "multi", "voice_id_speaker_1": "a"},
        {"text": "Hi.", "speaker_type": "multi", "voice_id_speaker_1": "a", "voice_id_speaker_2": "b"},
        {"text": "Hi.", "voice_id": "a", "speaker_type": "trio"},
        {"text": "Hi.", "voice_id": "a", "format": "markup"},
        {"text": "Hi.", "voice_id": "a", "prompt": "Be cheerful."},
    ],
)
def test_aitts_refuses_what_its_table_excludes(body):
    with pytest.raises((InvalidSetting, InvalidMessage)) as refused:
        parsed(aitts.parse, **body)

    assert AITTS.refuse(refused.value, "").body.error.code == "VALIDATION_ERROR"


def test_aitts_bit_rates_have_the_vendors_defaults():
    def bit_rate(**body):
        return parsed(aitts.parse, text="Hi.", voice_id="a", **body).opened.output.bit_rate

    assert bit_rate(output_format="mp3") == 128_000
    assert bit_rate(output_format="ogg_opus") == 64_000
    assert bit_rate(output_format="mp3", output_bitrate_kbps=192) == 192_000
    assert bit_rate() == 0
    with pytest.raises(InvalidSetting):
        parsed(aitts.parse_stream, text="Hi.", voice_id="a", output_format="mp3", output_bitrate_kbps=64)


def test_aitts_two_speakers_become_two_voices_and_an_instruction_no_text():
    text = "Instruction: Be cheerful.\nSpeaker 1: How <are> you?\nSpeaker 2: Fine & well.\nReally."
    voices = {"voice_id_speaker_1": "a", "voice_id_speaker_2": 'b"'}

    wanted = parsed(aitts.parse, text=text, speaker_type="multi", **voices)

    assert wanted.opened.text_format == "ssml"
    assert wanted.text == (
        '<speak><voice name="a">How &lt;are&gt; you?\n</voice>'
        "<voice name='b\"'>Fine &amp; well.\nReally.</voice></speak>"
    )
    assert wanted.charged == len(text)


def test_aitts_speaks_what_stands_before_the_first_speaker():
    text = "Instruction: Be brief.\nTwo people meet.\nSpeaker 2: Hello."

    wanted = parsed(aitts.parse, text=text, speaker_type="multi", voice_id_speaker_1="a", voice_id_speaker_2="b")

    assert wanted.text == '<speak><voice name="a">Two people meet.\n</voice><voice name="b">Hello.</voice></speak>'


def test_aitts_takes_metadata_of_a_bounded_size():
    kept = parsed(aitts.parse, text="Hi.", voice_id="a", metadata={"order": 7}, webhook_url="https://example.com/hook")

    assert (kept.metadata, kept.webhook_url) == ({"order": 7}, "https://example.com/hook")
    with pytest.raises(InvalidSetting):
        parsed(aitts.parse, text="Hi.", voice_id="a", metadata={"order": "x" * 5000})


def test_aitts_tells_a_job_from_its_beginning_to_its_end():
    told = aitts.tell(view("queued"), request(), Month())
    assert told.status == 202
    assert written(told) == {
        "success": True,
        "data": {
            "job_id": JOB,
            "status": "pending",
            "poll_url": f"/api/v1/tts/{JOB}",
            "audio_endpoint": f"/api/v1/tts/{JOB}/audio",
            "chars_charged": 150,
        },
    }
    assert written(aitts.tell_state(view("processing"), request(), Month()))["data"]["status"] == "processing"
    done = written(aitts.tell_state(view(), request(), Month()))["data"]
    assert (done["status"], done["audio_url"]) == ("completed", "http://here/audio")
    assert done["audio_url_expires_at"] == "2026-01-07T12:00:00.000Z"
    failed = written(aitts.tell_state(view("failed", message="no"), request(), Month()))["data"]
    assert failed["error"] == {"code": "GENERATION_FAILED", "message": "no"}


def test_aitts_a_repeated_stream_is_the_finished_result():
    def told(job):
        """As it is described, with nothing more and nothing less."""
        said = written(aitts.tell_stream(job, request(), Month()))
        described = AITTS.submits["/api/v1/tts/stream"].shape.replies[202]
        assert json.loads(msgspec.json.encode(msgspec.convert(said, described))) == said
        return said["data"]

    streaming, finished = told(view("queued", stream="http://here/stream")), told(view(stream="http://here/stream"))
    assert told(view("queued")) == finished  # no token could be kept

    assert streaming["stream_url"] == "http://here/stream"
    assert "stream_url" not in finished
    assert finished["audio_endpoint"] == streaming["audio_endpoint"]


def test_ttsai_names_a_job_twice_and_finds_it_by_either_spelling():
    month = Month(characters=1_150, most_characters=2_000)

    told = ttsai.tell(view("queued"), request(), month)

    assert told.body.uuid == JOB.replace("-", "")
    assert (told.body.job_id, told.body.status) == (JOB, "queued")
    assert (told.body.credits_used, told.body.credits_remaining) == (0, None)
    look = TTSAI.looks["/v1/speech/results/"]
    assert look.id_of(request(uuid=told.body.uuid)) == look.id_of(request(uuid=JOB)) == JOB
    with pytest.raises(InvalidSetting):
        look.id_of(request(uuid="me"))


def test_ttsai_tells_of_a_result():
    assert written(ttsai.tell_state(view("processing"), request(), Month())) == {"status": "processing"}
    assert written(ttsai.tell_state(view(), request(), Month())) == {
        "status": "completed",
        "result_url": "http://here/audio",
    }
    assert written(ttsai.tell_state(view("failed", message="no"), request(), Month())) == {
        "status": "failed",
        "error": "no",
    }


@pytest.mark.parametrize("body", [{"text": "Hi.", "format": "opus"}, {"text": "Hi.", "speed": 2.1}])
def test_ttsai_refuses_what_it_does_not_have(body):
    with pytest.raises(InvalidSetting):
        parsed(ttsai.parse, **body)


def test_ttsbuddy_waits_inline_and_caps_fast_voices():
    wanted = parsed(ttsbuddy.parse, text="Hi.", voice="st_m1", speed=1.4)

    assert (wanted.wait, wanted.opened.speed, wanted.opened.output.encoding) == (10.0, 1.0, "mp3")
    assert parsed(ttsbuddy.parse, text="Hi.").opened.voice == "af_heart"
    assert parsed(ttsbuddy.parse, text="Hi.", speed=1.4).opened.speed == 1.4


@pytest.mark.parametrize(
    "body", [{"text": "Hi.", "voice": "Bella"}, {"text": "Hi.", "speed": 0.4}, {"text": "Hi.", "speed": 1.6}]
)
def test_ttsbuddy_refuses_what_it_does_not_have(body):
    with pytest.raises(InvalidSetting):
        parsed(ttsbuddy.parse, **body)


def test_ttsbuddy_tells_a_finished_job_with_its_price():
    told = ttsbuddy.tell(view(), request(), Month(minutes=12.5, most_minutes=60))

    assert told.status == 200
    assert written(told)["audio"] == {"duration_seconds": 45.2, "format": "mp3", "voice": "af_heart", "speed": 1.0}
    assert told.body.billing.monthly_minutes_remaining == 47.5
    assert written(told)["meta"] == {"request_id": "req-1", "api_version": "2026-04", "processing_time_ms": 7500}


def test_ttsbuddy_says_where_to_ask_again():
    submitted = ttsbuddy.tell(view("processing"), request(), Month())
    polled = ttsbuddy.tell(view("processing"), request(id=JOB), Month())

    assert (submitted.status, polled.status) == (202, 200)
    assert submitted.body.status_url == f"/v1/agent-tts?id={JOB}"
    assert submitted.headers["Retry-After"] == "5"
    failed = ttsbuddy.tell(view("failed", message="no"), request(id=JOB), Month())
    assert "new Idempotency-Key" in failed.body.error.message


# As aitts, ttsai and ttsbuddy tell it; None: the vendor has no such error.
TOLD = {
    Unauthenticated: ((401, "UNAUTHORIZED"), (401, "unauthorized"), (401, "INVALID_KEY")),
    InvalidMessage: ((400, "VALIDATION_ERROR"), (400, "bad_request"), (400, "INVALID_REQUEST")),
    UnknownVoice: ((400, "INVALID_VOICE"), (404, "not_found"), (400, "INVALID_REQUEST")),
    QuotaExceeded: ((402, "INSUFFICIENT_CREDITS"), (402, "insufficient_credits"), (403, "USAGE_LIMIT_EXCEEDED")),
    RateLimited: ((429, "RATE_LIMIT_EXCEEDED"), (429, "rate_limited"), (429, "RATE_LIMITED")),
    TextTooLong: ((400, "VALIDATION_ERROR"), (400, "bad_request"), (400, "TEXT_TOO_LONG")),
    UnknownJob: ((404, "NOT_FOUND"), (404, "not_found"), (404, "NOT_FOUND")),
    JobFailed: ((409, "GENERATION_FAILED"), (409, "bad_request"), None),  # the third tells no audio
    RequestInProgress: ((409, "REQUEST_IN_PROGRESS"), None, None),
    IdempotencyKeyReuse: ((409, "IDEMPOTENCY_KEY_REUSE"), None, None),
    WorkerUnavailable: ((503, "MAINTENANCE"), (503, "model_loading"), (502, "TTS_PROVIDER_ERROR")),
}


@pytest.mark.parametrize("kind", TOLD, ids=lambda error: error.__name__)
def test_every_error_has_the_vendors_shape(kind):
    for desk, expected in zip((AITTS, TTSAI, TTSBUDDY), TOLD[kind], strict=True):
        refusal = desk.refuse(kind("x"), "req-1")
        error = msgspec.to_builtins(refusal.body)["error"]
        assert error["message"] == "x"
        assert expected in ((refusal.status, error["code"]), None), desk.name


def test_of_a_month_that_is_used_up_each_vendor_tells_its_numbers():
    characters = QuotaExceeded("x", Quota("characters", limit=2_000, used=1_500, needed=600))
    minutes = QuotaExceeded("x", Quota("minutes", limit=60, used=60.004))

    assert written(TTSAI.refuse(characters, ""))["error"] == {
        "code": "insufficient_credits",
        "message": "x",
        "characters_required": 600,
        "characters_available": 500,
    }
    at_the_door = QuotaExceeded("x", Quota("characters", limit=2_000, used=2_000))
    told = written(TTSAI.refuse(at_the_door, ""))["error"]
    assert told == {"code": "insufficient_credits", "message": "x", "characters_available": 0}
    assert set(written(TTSAI.refuse(minutes, ""))["error"]) == {"code", "message"}
    assert written(TTSBUDDY.refuse(minutes, ""))["error"]["details"] == {"limit": 60, "used": 60.0}


def test_aitts_instruction_within_the_text_is_spoken():
    text = "Speaker 1: Read it. Instruction: go.\nSpeaker 2: Yes."

    wanted = parsed(aitts.parse, text=text, speaker_type="multi", voice_id_speaker_1="a", voice_id_speaker_2="b")

    assert "Instruction: go." in wanted.text


def test_aitts_reads_a_long_text_of_line_breaks_at_once():
    begun = time.process_time()

    with pytest.raises(InvalidSetting):
        parsed(aitts.parse, text="\n" * 100_000, speaker_type="multi", voice_id_speaker_1="a", voice_id_speaker_2="b")

    assert time.process_time() - begun < 1.0  # it was 14 s when it looked at each line break again and again
