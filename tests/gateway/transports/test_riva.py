"""Riva's service over a real channel, with the echo for an engine; the vendor's own client has a test of its own."""

import asyncio
import io

import av
import grpc
import pytest

from protos import riva_pb2 as pb
from protos import riva_pb2_grpc

PCM = {"encoding": pb.LINEAR_PCM, "sample_rate_hz": 8000, "language_code": "en-US", "voice_name": "ann"}


@pytest.fixture
def riva(site):
    return riva_pb2_grpc.RivaSpeechSynthesisStub(site.channel)


def request(text, request_id=None, **fields):
    asked = pb.SynthesizeSpeechRequest(text=text, **{**PCM, **fields})
    if request_id is not None:
        asked.id.value = request_id
    return asked


async def hear(call):
    replies = []
    async with asyncio.timeout(5):
        while (reply := await call.read()) is not grpc.aio.EOF:
            replies.append(reply)
    return replies


def said(replies):
    return b"".join(reply.audio for reply in replies).decode().rstrip()


async def failure(answer):
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await answer
    return failed.value.code(), failed.value.details()


async def test_one_text_has_one_reply_with_its_audio_and_its_words(riva):
    reply = await riva.Synthesize(request("Hello there.", "7", enable_word_time_offsets=True))

    assert said([reply]) == "Hello there."
    assert reply.id.value == "7"
    assert reply.meta.text == "Hello there."
    assert [(word.word, word.start_time, word.end_time) for word in reply.meta.words] == [
        ("Hello", 0, 0),
        ("there.", 0, 1),
    ]


async def test_a_whole_flac_tells_its_length(riva):
    reply = await riva.Synthesize(request("Hello there.", encoding=pb.FLAC))

    with av.open(io.BytesIO(reply.audio)) as file:
        assert file.streams.audio[0].duration == len("Hello there.") // 2


async def test_each_text_of_a_stream_is_answered_under_its_id(riva):
    texts = {"1": "Hello there.", "2": "How are you?", "3": "Well"}
    replies = await hear(riva.SynthesizeOnline(iter([request(text, key) for key, text in texts.items()])))

    assert said(replies).replace("  ", " ") == "Hello there.How are you?Well"
    for key, text in texts.items():
        assert said([reply for reply in replies if reply.id.value == key]) == text


async def test_words_of_a_later_text_are_of_that_text(riva):
    asked = [request(text, enable_word_time_offsets=True) for text in ("Hello there.", "How are you?")]
    replies = await hear(riva.SynthesizeOnline(iter(asked)))

    words = [word.word for reply in replies for word in reply.meta.words]
    assert words == ["Hello", "there.", "How", "are", "you?"]


async def test_a_text_is_answered_before_the_next_has_come(riva):
    call = riva.SynthesizeOnline()
    await call.write(request("Hello."))
    first = await call.read()
    await call.write(request("And you?"))
    await call.done_writing()

    assert said([first, *await hear(call)]) == "Hello.And you?"


async def test_a_stream_of_nothing_ends_well(riva):
    assert await hear(riva.SynthesizeOnline(iter([]))) == []
    assert await hear(riva.SynthesizeOnline(iter([request(" "), request("...")]))) == []


async def test_ssml_is_read(riva):
    reply = await riva.Synthesize(request("<speak>Hello <break time='1ms'/>you.</speak>"))

    assert said([reply]).replace("\0", "").split() == ["Hello", "you."]


async def test_a_pronunciation_reaches_the_engine(riva, site):
    await riva.Synthesize(request("Hello Tom.", custom_dictionary="Tom  tɔm,you  juː"))

    assert [phonemes.ipa for phonemes in site.synth.asked[0].phonemes] == ["tɔm"]


async def test_a_voice_of_ours_keeps_its_own_language(riva, site):
    for voice in ("bob", "Voxgate.bob", ""):
        await riva.Synthesize(request("Hallo.", voice_name=voice, language_code="de-DE" if not voice else "en-US"))

    assert {(asked.voice, asked.language) for asked in site.synth.asked} == {("bob", ""), ("bob", "de-DE")}


@pytest.mark.parametrize(
    ("encoding", "rate", "begins"),
    [(pb.FLAC, 22050, b"fLaC"), (pb.OGGOPUS, 22050, b"OggS"), (pb.MULAW, 8000, b""), (pb.ALAW, 16000, b"")],
)
async def test_every_encoding_is_made(riva, encoding, rate, begins):
    reply = await riva.Synthesize(request("Hello there.", encoding=encoding, sample_rate_hz=rate))

    assert reply.audio.startswith(begins)
    assert len(reply.audio) > 5


@pytest.mark.parametrize(
    "fields",
    [
        {"voice_name": "nobody"},
        {"voice_name": "ann+nobody"},
        {"sample_rate_hz": 123},
        {"sample_rate_hz": -1},
        {"encoding": 9},
        {"zero_shot_data": pb.ZeroShotData()},
        {"custom_dictionary": "Tom tɔm"},
        {"text": " "},
        {"text": "..."},
        {"text": "<speak>Hello</speek>"},
    ],
)
async def test_what_cannot_be_is_an_invalid_argument(riva, fields):
    asked = request("Hello.")
    asked.MergeFrom(pb.SynthesizeSpeechRequest(**fields))

    code, _ = await failure(riva.Synthesize(asked))

    assert code == grpc.StatusCode.INVALID_ARGUMENT


async def test_settings_cannot_change_within_a_call(riva):
    asked = [request("Hello.", voice_name="stuck"), request("And you?", voice_name="bob")]

    code, details = await failure(hear(riva.SynthesizeOnline(iter(asked))))

    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert details == "the voice and the audio of a call are those of its first request"


async def test_an_engine_that_fails_is_told_after_the_audio(riva):
    call = riva.SynthesizeOnline(iter([request("Hello there.", voice_name="broken")]))
    async with asyncio.timeout(5):
        assert said([await call.read()]) == "Hello"
    assert (await failure(hear(call)))[0] == grpc.StatusCode.INTERNAL
    assert (await failure(riva.Synthesize(request("Hello.", voice_name="broken"))))[0] == grpc.StatusCode.INTERNAL


async def test_cancelling_ends_the_work(riva, site):
    call = riva.SynthesizeOnline(iter([request("Sing.", voice_name="endless")]))
    await call.read()
    call.cancel()
    whole = riva.Synthesize(request("Hello.", voice_name="stuck"))
    await site.synth.asked.length(2)
    whole.cancel()

    await site.synth.abandoned.length(2)


async def test_voices_are_listed_as_clients_join_them(riva):
    config = await riva.GetRivaSynthesisConfig(pb.RivaSynthesisConfigRequest())
    german = {model.parameters["language_code"]: model.parameters for model in config.model_config}["de"]

    assert dict(german) == {"language_code": "de", "voice_name": "Voxgate", "subvoices": "bob:0"}
    named = await riva.GetRivaSynthesisConfig(pb.RivaSynthesisConfigRequest(model_name="Voxgate-de"))
    assert [model.model_name for model in named.model_config] == ["Voxgate-de"]


async def test_without_a_key_nobody_is_served(riva, site):
    _, secret = await site.keys.create("app")
    for answer in (
        riva.Synthesize(request("Hello.")),
        hear(riva.SynthesizeOnline(iter([request("Hello.")]))),
        riva.GetRivaSynthesisConfig(pb.RivaSynthesisConfigRequest()),
    ):
        assert (await failure(answer))[0] == grpc.StatusCode.UNAUTHENTICATED
    reply = await riva.Synthesize(request("Hello."), metadata=(("authorization", f"Bearer {secret}"),))
    assert said([reply]) == "Hello."
