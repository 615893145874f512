"""What the hosted APIs' clients are told of voices, models, jobs and prices. Values only."""

import json

import msgspec
import pytest

from gateway.core.events import AudioFrame, ContextDone, OpenContext, Usage
from gateway.core.formats import AudioFormat
from gateway.core.voices import Voice, VoiceCatalog
from gateway.dialects.aitts.dialogue import as_lines, as_ssml, beginning_as_lines
from gateway.dialects.aitts.surface import AITTS, AITTS_LISTS
from gateway.dialects.desk.views import Hook, Month, View, Vitals
from gateway.dialects.prices import credits_of
from gateway.dialects.surface import Request, Settings
from gateway.dialects.ttsai.speech import tell
from gateway.dialects.ttsai.stream import parse_stream
from gateway.dialects.ttsai.surface import TTSAI, TTSAI_LIVE
from gateway.dialects.ttsbuddy.surface import TTSBUDDY_LISTS
from gateway.dialects.voiceai.surface import VOICEAI
from gateway.errors import InvalidMessage, InvalidSetting, Overloaded, UnknownModel, UnknownVoice

JOB = "550e8400-e29b-41d4-a716-446655440000"
CATALOG = VoiceCatalog(
    [
        Voice("af_heart", "kokoro", "en-us", "female", "Heart", 24000, deterministic=True),
        Voice("bm_george", "kokoro", "en-gb", "male", "George", 24000, deterministic=True),
        Voice("de", "espeak", "de", "male", "German", 22050, deterministic=True),
        Voice("zf_xiaoni", "kokoro", "zh", "female", "Xiaoni", 24000, deterministic=True),
    ]
)
PRICES = {"kokoro": 2000.0, "*": 10.0}


def request(path=None, headers=None, prices=None, **query):
    return Request(path or {}, query, headers or {}, CATALOG, Settings(prices=prices or {}), "req-1", "http://here")


def view(state="completed", **fields):
    opened = OpenContext("", "de", output=AudioFormat("mp3"))
    return View(JOB, state, opened, 150, 0, 100.0, **fields)


def told(write, *asked):
    return msgspec.to_builtins(write(*asked))


def listed(surface, path, **query):
    return told(surface.gets[path].write, request(**query))


def aitts_voices(**query):
    page = listed(AITTS_LISTS, "/api/v1/voices", **query)
    assert page["success"] is True
    return page["data"]


def test_voiceai_lists_voices_in_pages_and_shows_one():
    def ids(**query):
        return [voice["voice_id"] for voice in listed(VOICEAI, "/api/v1/tts/voices", **query)["voices"]]

    assert ids() == ["af_heart", "bm_george", "de", "zf_xiaoni"]
    assert ids(limit="2", offset="1", visibility="PUBLIC") == ["bm_george", "de"]
    assert ids(offset="9") == ids(visibility="PRIVATE") == []
    for query in ({"limit": "0"}, {"offset": "-1"}, {"visibility": "SECRET"}):
        with pytest.raises(InvalidSetting):
            ids(**query)
    show = VOICEAI.gets["/api/v1/tts/voice/{voice_id}"].write
    assert told(show, request({"voice_id": "bm_george"})) == {
        "voice_id": "bm_george",
        "name": "George",
        "language": "en",
        "visibility": "PUBLIC",
        "status": "AVAILABLE",
    }
    with pytest.raises(UnknownVoice):
        show(request({"voice_id": "nobody"}))


def test_aitts_voices_have_the_vendors_record():
    first = aitts_voices()["voices"][0]

    assert first["voice_id"] == "kokoro:en-US-Kokoro-Heart"
    assert (first["provider"], first["language"], first["gender"]) == ("kokoro", "en-US", "female")
    assert (first["tier"], first["supports_ssml"], first["supports_multispeaker"]) == ("premium", True, True)
    assert first["characteristics"] == {"styles": (), "pitch": None, "age": None}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"language": "en-US"}, ["Heart"]),
        ({"language": "en"}, ["Heart", "George"]),
        ({"provider": "espeak"}, ["German"]),
        ({"gender": "female"}, ["Heart", "Xiaoni"]),
        ({"gender": "male", "provider": "kokoro"}, ["George"]),
        ({"model_type": "premium", "search": "kokoro geo"}, ["George"]),
        ({"model_type": "ultra"}, []),
        ({"language": "xx"}, []),
    ],
)
def test_aitts_voices_are_filtered(query, names):
    assert [voice["name"] for voice in aitts_voices(**query)["voices"]] == names


def test_aitts_voices_come_in_pages():
    first = aitts_voices(limit="3")
    second = aitts_voices(limit="3", cursor=first["next_cursor"])

    assert [len(page["voices"]) for page in (first, second)] == [3, 1]
    assert (first["total"], second["next_cursor"]) == (4, None)


@pytest.mark.parametrize(
    "query",
    [
        {"gender": "robot"},
        {"model_type": "best"},
        {"limit": "0"},
        {"limit": "x"},
        {"limit": "²"},
        {"cursor": "-1"},
        {"cursor": "9" * 5000},
    ],
)
def test_aitts_refuses_filters_that_mean_nothing(query):
    with pytest.raises(InvalidSetting):
        aitts_voices(**query)


def test_aitts_shows_one_voice_by_any_name_that_speaks():
    def shown(name):
        return told(AITTS_LISTS.gets["/api/v1/voices/{voice_id}"].write, request({"voice_id": name}))["data"]

    assert shown("kokoro:en-GB-Kokoro-George")["name"] == "George"
    assert shown("de")["provider"] == "espeak"
    assert shown("polly:en-GB-Generative-Brian")["voice_id"] == "polly:en-GB-Generative-Brian"
    with pytest.raises(UnknownVoice):
        shown("nobody")


def test_every_voice_id_that_is_listed_is_spoken_by_its_voice():
    for record, voice in zip(aitts_voices()["voices"], CATALOG.voices, strict=True):
        assert CATALOG.resolve(record["voice_id"], "") is voice


def test_ttsbuddys_catalogue_is_for_who_shows_no_key():
    listing = TTSBUDDY_LISTS.gets["/api/v1/voices"]

    assert listing.keyless
    assert listing.claims(request())
    assert not listing.claims(request(headers={"authorization": "Bearer tts_key"}))
    first, george, german, _ = told(listing.write, request())["voices"]
    assert (first["code"], first["language"], first["language_code"]) == ("af_heart", "American English", "a")
    assert (george["gender"], george["language"]) == ("male", "British English")
    assert (german["engine"], german["language_code"]) == ("espeak", "de")


def test_ttsai_lists_voices_with_the_vendors_fields():
    page = listed(TTSAI_LIVE, "/v1/voices/", model="kokoro", language="en", gender="female")

    assert page["total"] == 1
    assert page["voices"] == (
        {
            "id": "af_heart",
            "name": "Heart",
            "model": "kokoro",
            "language": "en",
            "gender": "female",
            "preview_url": "http://here/v1/voices/preview/af_heart.mp3",
        },
    )
    with pytest.raises(UnknownModel):
        listed(TTSAI_LIVE, "/v1/voices/", model="chatterbox")
    with pytest.raises(InvalidSetting):
        listed(TTSAI_LIVE, "/v1/voices/", gender="robot")


def test_ttsai_lists_engines_as_models_with_their_prices():
    models = told(TTSAI_LIVE.gets["/v1/models/"].write, request(prices=PRICES))["models"]

    assert [(model["id"], model["credits_per_1k_chars"]) for model in models] == [("kokoro", 2000.0), ("espeak", 10.0)]
    assert models[0]["languages"] == ("en", "zh")
    assert (models[0]["type"], models[0]["supports_cloning"], models[0]["supports_streaming"]) == ("tts", False, True)


@pytest.mark.parametrize(
    ("voice", "prices", "cost"),
    [("af_heart", {}, 0.0), ("af_heart", PRICES, 3000.0), ("de", PRICES, 15.0), ("nobody", PRICES, 0.0)],
)
def test_speech_costs_what_the_operator_says_and_nothing_by_default(voice, prices, cost):
    assert credits_of(request(prices=prices), OpenContext("", voice), 1500) == cost


def test_ttsai_tells_the_credits_that_a_job_cost():
    reply = tell(view("queued", credits=299.5), request(), Month(characters=400, most_characters=1000))

    assert (reply.body.credits_used, reply.body.credits_remaining) == (300, 1198)
    assert reply.headers["X-Credits-Used"] == "300"


def test_ttsai_streams_openais_speech_events():
    asked = parse_stream(request(prices=PRICES), json.dumps({"text": "Hi.", "voice": "af_heart", "format": "wav"}))
    events = asked.reply

    audio = AudioFrame("request", 1, 0, b"abc")
    done = ContextDone("request", Usage(characters=3, audio_seconds=0.5))
    [first], [last] = events.encode(audio), events.encode(done)

    assert asked.headers == {"X-Credits-Used": "6"}
    assert asked.opened.output.encoding == "wav"
    assert first == b'data: {"audio":"YWJj","type":"speech.audio.delta"}\n\n'
    assert json.loads(last.removeprefix(b"data: ")) == {
        "type": "speech.audio.done",
        "usage": {"characters": 3, "audio_seconds": 0.5},
    }
    broken, error = events.fail(Overloaded("busy"))
    assert json.loads(broken.removeprefix(b"data: "))["error"] == {"code": "rate_limited", "message": "busy"}
    assert isinstance(error, Overloaded)


def test_aitts_lists_jobs_with_the_vendors_states():
    shelf = AITTS.shelves["/api/v1/jobs"]
    done = view(finished_at=107.5, seconds=45.2, size=9, credits=1.5)
    jobs = [view("queued"), view("processing"), done, view("cancelled"), view("failed", message="no")]

    page = msgspec.to_builtins(shelf.tell(jobs, "next-id", request()).body)["data"]

    assert [job["status"] for job in page["jobs"]] == ["pending", "processing", "completed", "failed", "failed"]
    assert (page["next_cursor"], page["has_more"]) == ("next-id", True)
    assert page["jobs"][2] == {
        "job_id": JOB,
        "status": "completed",
        "voice_id": "de",
        "output_format": "mp3",
        "chars_charged": 150,
        "created_at": "1970-01-01T00:01:40.000Z",
        "cost": 1.5,
        "completed_at": "1970-01-01T00:01:47.500Z",
        "duration_seconds": 45.2,
        "size_bytes": 9,
        "audio_endpoint": f"/api/v1/tts/{JOB}/audio",
    }
    assert page["jobs"][4]["error"] == {"code": "GENERATION_FAILED", "message": "no"}
    assert set(shelf.choose(request(status="failed", limit="5")).states) == {"failed", "cancelled"}
    with pytest.raises(InvalidSetting):
        shelf.choose(request(status="done"))


def test_aitts_tells_a_dialogues_text_as_its_speakers_lines():
    reading = AITTS.readings["/api/v1/jobs/{job_id}/text"]
    ssml = as_ssml("Speaker 1: How <are> you?\nSpeaker 2: Fine & well.\n", ("de", 'b"'))

    def text(kept):
        return msgspec.to_builtins(reading.tell(view(), kept).body)["data"]["text"]

    assert text(ssml) == "Speaker 1: How <are> you?\nSpeaker 2: Fine & well."
    assert text("<speak>a</speak>") == "<speak>a</speak>"
    assert text("Plain.") == "Plain."
    assert as_lines("<speak>" + '<voice name="' * 50_000, "de").startswith("<speak>")  # and at once


def test_aitts_shows_the_beginning_of_a_dialogue_as_its_lines_wherever_it_stops():
    said = "Speaker 1: How & why?\nSpeaker 2: Fine."
    ssml = as_ssml(said, ("de", "af_heart"))

    for length in range(len('<speak><voice name="de">H'), len(ssml) + 1):
        shown = beginning_as_lines(ssml[:length], "de")
        assert shown.startswith("Speaker 1: H")
        assert said.startswith(shown.removesuffix("Speaker 2: ")), length


@pytest.mark.parametrize(
    "ssml",
    [
        "<speak>a</speak>",
        '<speak><voice name="de">Hello <break time="1s"/> world</voice></speak>',
        '<speak><voice name="de">Hello <bre',
        '<speak><voice name="de">Hello <voice name="a',
        '<speak><voice name="de">Hello</voice> and <voice name="a">you',
        '<speak><voice name="de">Hello</voice><p',
        '<speak xml:lang="de"><voice name="de">Hello',
    ],
)
def test_aitts_shows_the_beginning_of_other_ssml_as_it_is(ssml):
    assert beginning_as_lines(ssml, "de") == ssml


def test_aitts_estimates_what_a_request_would_cost():
    estimate = AITTS.estimates["/api/v1/pricing/estimate"]
    wanted = estimate.parse(request(), json.dumps({"text": "Hello world", "voice_id": "de"}))

    assert msgspec.to_builtins(estimate.tell(wanted, 0.11).body) == {
        "success": True,
        "data": {"estimated_cost": 0.11, "chars_charged": 11, "voice_id": "de"},
    }


def test_aitts_webhook_shows_its_secret_once():
    [hook, other] = AITTS.hooks.values()
    assert hook is other  # the tutorial's path and the one below /api/v1

    wish = hook.parse('{"url": "https://example.com/hook", "regenerateSecret": true}')
    fresh, shown, none = (
        msgspec.to_builtins(hook.tell(each).body)["data"]
        for each in (Hook("https://example.com/hook", 100.0, "abc"), Hook("https://example.com/hook", 100.0), None)
    )

    assert (wish.url, wish.rotate) == ("https://example.com/hook", True)
    assert fresh["secret"] == "abc"
    assert shown == {
        "url": "https://example.com/hook",
        "enabled": True,
        "created_at": "1970-01-01T00:01:40.000Z",
    }
    assert none == {"url": None, "enabled": False}
    with pytest.raises(InvalidMessage):
        hook.parse("{}")


def test_ttsai_tells_how_the_server_is():
    health = TTSAI.health["/v1/health"]

    assert msgspec.to_builtins(
        health.tell(Vitals(ready=True, latency=0.0451, waiting=3, engines=("kokoro", "espeak"))).body
    ) == {
        "status": "online",
        "latency_ms": 45,
        "queue_size": 3,
        "models_loaded": ("kokoro", "espeak"),
    }
    assert health.tell(Vitals(ready=False, latency=0.0, waiting=0, engines=())).body.status == "offline"


def test_aitts_says_when_a_sample_is_being_made():
    [(path, preview)] = AITTS.previews.items()

    making, ready = preview.tell("de", "", 0.0), preview.tell("de", "http://here/x", 1_767_787_200.0)

    assert path == "/api/v1/voices/{voice_id}/sample-url"
    assert (making.status, making.body.data.status) == (202, "generating")
    assert (ready.status, ready.body.data.url, ready.body.data.expires_at) == (
        200,
        "http://here/x",
        "2026-01-07T12:00:00.000Z",
    )
