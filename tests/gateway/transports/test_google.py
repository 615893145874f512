"""Google's service over a real channel, with the echo for an engine; the vendor's own client has a test of its own."""

import asyncio
import io
import wave

import av
import grpc
import pytest

from protos import google_tts_pb2 as pb
from protos import google_tts_pb2_grpc

Params = pb.CustomPronunciationParams
VOICE = pb.VoiceSelectionParams(language_code="en-US", name="ann")
PCM = pb.StreamingAudioConfig(audio_encoding=pb.PCM, sample_rate_hertz=8000)


@pytest.fixture
def google(site):
    return google_tts_pb2_grpc.TextToSpeechStub(site.channel)


def configured(voice=VOICE, audio=PCM, **fields):
    config = pb.StreamingSynthesizeConfig(voice=voice, streaming_audio_config=audio, **fields)
    return pb.StreamingSynthesizeRequest(streaming_config=config)


def text(said):
    return pb.StreamingSynthesizeRequest(input=pb.StreamingSynthesisInput(text=said))


def request(said="Hello there.", voice=VOICE, encoding=pb.PCM, **audio):
    config = pb.AudioConfig(audio_encoding=encoding, **{"sample_rate_hertz": 8000, **audio})
    given = said if isinstance(said, pb.SynthesisInput) else pb.SynthesisInput(text=said)
    return pb.SynthesizeSpeechRequest(input=given, voice=voice, audio_config=config)


async def hear(call):
    heard = []
    async with asyncio.timeout(5):
        while (reply := await call.read()) is not grpc.aio.EOF:
            heard.append(reply.audio_content)
    return heard


async def failure(answer):
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await answer
    return failed.value.code(), failed.value.details()


# a stream


async def test_a_stream_is_spoken_sentence_by_sentence_as_it_is_written(google):
    call = google.StreamingSynthesize()
    await call.write(configured())
    await call.write(text("Hello there."))
    assert (await call.read()).audio_content.decode() == "Hello there."

    for word in ("How", " are", " you?", "Fine."):
        await call.write(text(word))
    await call.done_writing()
    heard = b"".join(await hear(call)).decode()

    assert heard.replace("  ", " ").strip() == "How are you?Fine."
    assert await call.code() == grpc.StatusCode.OK


async def test_without_an_audio_config_a_stream_is_pcm_at_24_khz(google):
    config = pb.StreamingSynthesizeRequest(streaming_config=pb.StreamingSynthesizeConfig(voice=VOICE))

    heard = b"".join(await hear(google.StreamingSynthesize(iter([config, text("Hello there.")]))))

    assert len(heard) == 3 * len("Hello there."), "8000 Hz, and two bytes for two letters"


@pytest.mark.parametrize(
    ("encoding", "begins"), [(pb.OGG_OPUS, b"OggS"), (pb.MULAW, b""), (pb.ALAW, b""), (pb.PCM, b"Hello")]
)
async def test_streams_have_four_encodings_and_no_wav_header(google, encoding, begins):
    audio = pb.StreamingAudioConfig(audio_encoding=encoding, sample_rate_hertz=8000, speaking_rate=1.5)

    heard = b"".join(await hear(google.StreamingSynthesize(iter([configured(audio=audio), text("Hello there.")]))))

    assert heard.startswith(begins)
    assert b"RIFF" not in heard


@pytest.mark.parametrize(
    "requests",
    [
        [text("Hello.")],
        [configured(), configured()],
        [pb.StreamingSynthesizeRequest()],
        [configured(), pb.StreamingSynthesizeRequest()],
        [configured(), pb.StreamingSynthesizeRequest(input=pb.StreamingSynthesisInput(markup="[pause] Hello."))],
        [configured(audio=pb.StreamingAudioConfig(audio_encoding=pb.MP3))],
        [configured(audio=pb.StreamingAudioConfig())],
        [configured(audio=pb.StreamingAudioConfig(audio_encoding=pb.PCM, speaking_rate=9))],
        [configured(audio=pb.StreamingAudioConfig(audio_encoding=pb.PCM, sample_rate_hertz=-8))],
        [configured(voice=pb.VoiceSelectionParams(language_code="en-US", name="nobody"))],
        [configured(voice=pb.VoiceSelectionParams(language_code="en-US", custom_voice=pb.CustomVoiceParams()))],
        [
            configured(
                custom_pronunciations=pb.CustomPronunciations(
                    pronunciations=[
                        Params(phrase="Tom", phonetic_encoding=Params.PHONETIC_ENCODING_X_SAMPA, pronunciation="t")
                    ]
                )
            )
        ],
    ],
)
async def test_what_cannot_be_streamed_is_an_invalid_argument(google, requests):
    code, _ = await failure(hear(google.StreamingSynthesize(iter(requests))))

    assert code == grpc.StatusCode.INVALID_ARGUMENT


async def test_a_stream_without_text_ends_well(google):
    assert await hear(google.StreamingSynthesize(iter([]))) == []
    assert await hear(google.StreamingSynthesize(iter([configured()]))) == []
    assert await hear(google.StreamingSynthesize(iter([configured(), text("... ")]))) == []


async def test_an_engine_that_fails_is_told_after_the_audio(google):
    voice = pb.VoiceSelectionParams(name="broken")
    call = google.StreamingSynthesize(iter([configured(voice), text("Hello there.")]))
    async with asyncio.timeout(5):
        assert (await call.read()).audio_content == b"Hello "
    assert (await failure(hear(call)))[0] == grpc.StatusCode.INTERNAL


async def test_cancelling_ends_the_work(google, site):
    call = google.StreamingSynthesize()
    await call.write(configured(pb.VoiceSelectionParams(name="endless")))
    await call.write(text("Sing."))
    await call.read()
    call.cancel()

    await site.synth.abandoned.length(1)


# one text


@pytest.mark.parametrize("encoding", [pb.LINEAR16, pb.MULAW, pb.ALAW])
async def test_whole_uncompressed_audio_is_a_wav_file_of_that_length(google, encoding):
    content = (await google.SynthesizeSpeech(request(encoding=encoding))).audio_content

    width = 2 if encoding == pb.LINEAR16 else 1
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
    assert int.from_bytes(content[40:44], "little") == len(content) - 44 == width * len("Hello there.") // 2
    if encoding == pb.LINEAR16:
        with wave.open(io.BytesIO(content)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
            assert file.readframes(file.getnframes()) == b"Hello there."


@pytest.mark.parametrize(("encoding", "begins"), [(pb.MP3, b"\xff"), (pb.OGG_OPUS, b"OggS"), (pb.PCM, b"Hello there.")])
async def test_other_whole_audio_is_as_it_is(google, encoding, begins):
    assert (await google.SynthesizeSpeech(request(encoding=encoding))).audio_content.startswith(begins)


async def test_a_whole_mp3_tells_its_length(google):
    content = (await google.SynthesizeSpeech(request(encoding=pb.MP3))).audio_content

    with av.open(io.BytesIO(content)) as file:
        assert (file.duration or 0) / av.time_base == pytest.approx(len("Hello there.") / 2 / 8000, abs=1e-4)


async def test_ssml_pitch_rate_and_pronunciations_reach_the_engine(google, site):
    given = pb.SynthesisInput(
        ssml="<speak>Hello <break time='1ms'/>Tom.</speak>",
        custom_pronunciations=pb.CustomPronunciations(
            pronunciations=[
                Params(phrase="Tom", phonetic_encoding=Params.PHONETIC_ENCODING_IPA, pronunciation="tɔm"),
                Params(
                    phrase="Hello", phonetic_encoding=Params.PHONETIC_ENCODING_JAPANESE_YOMIGANA, pronunciation="Hallo"
                ),
            ]
        ),
    )
    await google.SynthesizeSpeech(request(given, speaking_rate=1.5, pitch=-12))

    first, second = site.synth.asked
    assert (first.text.strip(), second.text, first.speed, first.pitch) == ("Hallo", "Tom.", 1.5, 0.5)
    assert [phonemes.ipa for phonemes in second.phonemes] == ["tɔm"]


@pytest.mark.parametrize(
    "asked",
    [
        request(""),
        request("..."),
        request(encoding=pb.M4A),
        request(encoding=pb.AUDIO_ENCODING_UNSPECIFIED),
        request(sample_rate_hertz=123),
        request(pitch=1e9),
        request(pitch=float("nan")),
        request(speaking_rate=-1),
        request(pb.SynthesisInput(markup="[pause]")),
        request(pb.SynthesisInput(ssml="<speak>Hello</speek>")),
        request(voice=pb.VoiceSelectionParams(name="nobody")),
        request(voice=pb.VoiceSelectionParams(name="ann+nobody")),
        request(voice=pb.VoiceSelectionParams(language_code="tlh")),
        pb.SynthesizeSpeechRequest(),
    ],
)
async def test_what_cannot_be_spoken_is_an_invalid_argument(google, asked):
    assert (await failure(google.SynthesizeSpeech(asked)))[0] == grpc.StatusCode.INVALID_ARGUMENT


async def test_a_wish_for_a_gender_is_heard_where_it_can_be(google, site):
    for gender, language in ((pb.MALE, "de"), (pb.FEMALE, "de"), (pb.FEMALE, "en"), (pb.NEUTRAL, "en")):
        voice = pb.VoiceSelectionParams(language_code=language, ssml_gender=gender)
        await google.SynthesizeSpeech(request(voice=voice))

    assert [asked.voice for asked in site.synth.asked] == ["bob", "bob", "ann", "ann"]


async def test_voices_are_listed(google):
    german = await google.ListVoices(pb.ListVoicesRequest(language_code="de"))

    (voice,) = german.voices
    assert (voice.name, list(voice.language_codes), voice.ssml_gender, voice.natural_sample_rate_hertz) == (
        "bob",
        ["de"],
        pb.MALE,
        8000,
    )
    everybody = (await google.ListVoices(pb.ListVoicesRequest())).voices
    assert {code for voice in everybody for code in voice.language_codes} == {"de", "en-US"}


async def test_the_key_may_be_an_api_key_of_googles_clients(google, site):
    _, secret = await site.keys.create("app")
    for answer in (
        google.SynthesizeSpeech(request()),
        hear(google.StreamingSynthesize(iter([configured()]))),
        google.ListVoices(pb.ListVoicesRequest()),
    ):
        assert (await failure(answer))[0] == grpc.StatusCode.UNAUTHENTICATED
    reply = await google.SynthesizeSpeech(request(), metadata=(("x-goog-api-key", secret),))
    assert reply.audio_content == b"Hello there."
