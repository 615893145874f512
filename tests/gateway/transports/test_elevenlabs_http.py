"""ElevenLabs' requests, as its SDK, LiveKit and Pipecat make them."""

import base64
import io
import json

import av
import pytest

TEXT = "Hello there. How are you today?"
SPEECH = "/v1/text-to-speech/ann"
KEY = {"xi-api-key": "unchecked while there are no keys"}


def body(text=TEXT, **fields):
    """What the SDK sends."""
    return {
        "text": text,
        "model_id": "eleven_multilingual_v2",
        "voice_settings": {"stability": 0.5, "speed": 1.0},
        "previous_text": "Before.",
        "apply_text_normalization": "auto",
        **fields,
    }


@pytest.mark.parametrize("path", [SPEECH, f"{SPEECH}/stream"])
@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("", "audio/mpeg"),
        ("mp3_44100_192", "audio/mpeg"),
        ("pcm_24000", "audio/pcm"),
        ("wav_16000", "audio/wav"),
        ("ulaw_8000", "audio/basic"),
        ("alaw_8000", "audio/x-alaw-basic"),
        ("opus_48000_64", "audio/ogg"),
    ],
)
async def test_speech_in_every_format(site, path, output, kind):
    query = {"output_format": output} if output else {}
    async with site.http.post(path, params=query, json=body(), headers=KEY) as response:
        content = await response.read()

    assert (response.status, response.headers["content-type"]) == (200, kind)
    assert response.headers["x-request-id"]
    if kind in ("audio/mpeg", "audio/wav", "audio/ogg"):
        with av.open(io.BytesIO(content)) as file:
            assert sum(frame.samples for frame in file.decode(audio=0)) > 0


async def test_times_in_one_piece_cover_the_text_and_the_audio(site):
    async with site.http.post(f"{SPEECH}/with-timestamps?output_format=pcm_8000", json=body(TEXT * 40)) as response:
        reply = await response.json()

    alignment = reply["alignment"]
    assert "".join(alignment["characters"]) == TEXT * 40
    assert alignment["character_start_times_seconds"] == sorted(alignment["character_start_times_seconds"])
    seconds = len(base64.b64decode(reply["audio_base64"])) / 2 / 8000
    assert alignment["character_end_times_seconds"][-1] == pytest.approx(seconds, abs=0.001)
    assert reply["normalized_alignment"] == alignment


async def test_a_file_in_one_piece_tells_its_length(site):
    async with site.http.post(f"{SPEECH}/with-timestamps?output_format=mp3_44100_64", json=body()) as response:
        content = base64.b64decode((await response.json())["audio_base64"])

    with av.open(io.BytesIO(content)) as file:
        assert (file.duration or 0) / av.time_base == pytest.approx(-(-len(TEXT) // 2) / 8000, abs=1e-3)


async def test_times_line_by_line_count_from_the_beginning(site):
    url = f"{SPEECH}/stream/with-timestamps?output_format=pcm_48000"
    async with site.http.post(url, json=body(TEXT * 300)) as response:
        lines = [json.loads(line) async for line in response.content]  # raises for a line that is too long

    audio = b"".join(base64.b64decode(line["audio_base64"]) for line in lines)
    told = [line["alignment"] for line in lines if line["alignment"]]
    assert "".join("".join(each["characters"]) for each in told) == TEXT * 300
    ends = [end for each in told for end in each["character_end_times_seconds"]]
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(len(audio) / 2 / 48_000, abs=0.001)


async def test_a_long_piece_of_audio_is_many_lines(site):
    """A pause comes a second at a time, which in base64 is more than some clients read as a line."""
    url = f"{SPEECH}/stream/with-timestamps?output_format=pcm_48000"
    async with site.http.post(url, json=body('One <break time="3s"/> two.')) as response:
        lines = [json.loads(line) async for line in response.content]

    assert max(len(line["audio_base64"]) for line in lines) <= 43_692
    assert sum(len(base64.b64decode(line["audio_base64"])) for line in lines) > 3 * 96_000


async def test_a_text_without_a_sound_is_a_little_silence(site):
    async with site.http.post(f"{SPEECH}/stream?output_format=pcm_8000", json=body("...")) as response:
        assert await response.read() == bytes(1600)


@pytest.mark.parametrize(
    ("path", "sent", "status", "detail"),
    [
        ("/v1/text-to-speech/nobody", body(), 404, "voice_not_found"),
        (f"{SPEECH}?output_format=mp3_1", body(), 400, "invalid_output_format"),
        (SPEECH, body(" "), 400, "invalid_setting"),
        (f"{SPEECH}/with-timestamps", body("x" * 10_001), 413, "max_character_limit_exceeded"),
        ("/v1/text-to-speech/broken/with-timestamps", body(), 500, "internal_error"),
    ],
)
async def test_errors_are_told_as_the_vendor_does(site, path, sent, status, detail):
    async with site.http.post(path, json=sent) as response:
        told = (await response.json())["detail"]

    assert (response.status, told["status"]) == (status, detail)
    assert told["message"]


async def test_a_body_that_cannot_be_read_is_unprocessable(site):
    async with site.http.post(SPEECH, json={"model_id": "x"}) as response:
        [told] = (await response.json())["detail"]

    assert response.status == 422
    assert "text" in told["msg"]


async def test_a_wrong_key_is_refused(site):
    await site.keys.create("mine")

    async with site.http.post(SPEECH, json=body(), headers={"xi-api-key": "wrong"}) as response:
        assert (response.status, (await response.json())["detail"]["status"]) == (401, "invalid_api_key")


@pytest.mark.parametrize("path", ["/v1/text-to-dialogue", "/v1/text-to-dialogue/stream"])
async def test_a_dialogue_is_spoken_in_its_voices(site, path):
    lines = [{"text": "Hello & welcome.", "voice_id": "ann"}, {"text": "Hi.", "voice_id": "bob"}]
    async with site.http.post(f"{path}?output_format=pcm_8000", json={"inputs": lines}) as response:
        content = await response.read()

    assert (response.status, response.headers["content-type"]) == (200, "audio/pcm")
    assert content.decode().replace(" ", "") == "Hello&welcome.Hi."
    assert [(asked.voice, asked.text.strip()) for asked in site.synth.asked] == [
        ("ann", "Hello & welcome."),
        ("bob", "Hi."),
    ]


async def test_voices_are_listed_for_whoever_has_the_vendors_key(site):
    async with site.http.get("/v1/voices", headers=KEY) as response:
        voices = (await response.json())["voices"]

    assert {"voice_id": "ann", "name": "Ann", "category": "premade"}.items() <= voices[0].items()
    assert len(voices) == len(site.synth.catalog.voices)


async def test_voices_come_in_pages(site):
    found, token = [], ""
    while token is not None:
        async with site.http.get("/v2/voices", params={"page_size": 3, "next_page_token": token}) as response:
            page = await response.json()
        found += [voice["voice_id"] for voice in page["voices"]]
        token = page["next_page_token"]
        assert page["has_more"] is (token is not None)

    assert found == [voice.name for voice in site.synth.catalog.voices]


@pytest.mark.parametrize(("query", "found"), [("search=bob", ["bob"]), ("search=DE%20male", ["bob"]), ("gender=x", [])])
async def test_voices_are_searched(site, query, found):
    async with site.http.get(f"/v2/voices?{query}") as response:
        page = await response.json()

    assert [voice["voice_id"] for voice in page["voices"]] == found
    assert page["total_count"] == len(found)


async def test_a_voice_of_the_vendors_is_one_of_ours(site):
    async with site.http.get("/v1/voices/21m00Tcm4TlvDq8ikWAM") as response:
        voice = await response.json()

    assert (voice["voice_id"], voice["labels"]["gender"]) == ("21m00Tcm4TlvDq8ikWAM", "female")
    async with site.http.get("/v1/voices/nobody") as response:
        assert (await response.json())["detail"]["status"] == "voice_not_found"


async def test_engines_are_listed_as_models(site):
    async with site.http.get("/v1/models", headers=KEY) as response:
        [model] = await response.json()

    assert (model["model_id"], model["can_do_text_to_speech"]) == ("echo", True)
