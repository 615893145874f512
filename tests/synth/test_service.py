"""What a worker says of a segment: audio, words, the end, and why it failed."""

import pytest

from protos import synth_pb2
from tests.synth.tricks import Failure, TrickEngine, audio, listen, read, refused


async def test_a_segment_is_audio_and_words_in_order_and_then_done(speaking):
    async with speaking() as stream:
        replies = await listen(stream.ask("Hello world."))

    assert audio(replies) == read("Hello world.")
    assert [(w.text_start, w.text_end) for reply in replies for w in reply.words] == [(0, 5), (6, 12)]
    assert [reply.HasField("done") for reply in replies] == [False] * (len(replies) - 1) + [True]
    assert replies[-1].done.batch_size == 1


async def test_a_fast_engine_costs_few_messages(speaking):
    async with speaking(chunk=0.02) as stream:
        replies = await listen(stream.ask("x" * 300))  # 20 s of audio in 1,000 chunks

    assert audio(replies) == read("x" * 300)
    assert len(replies) < 100
    assert max(len(reply.pcm) for reply in replies) <= 65_536


async def test_describe_tells_the_engine_and_its_voices(speaking):
    async with speaking() as stream:
        description = await stream.describe(synth_pb2.DescribeRequest())

    assert (description.engine, description.sample_rate, description.deterministic) == ("tone", 24_000, True)
    assert next((v.name, v.language, v.gender) for v in description.voices) == ("tone", "en", "neutral")


async def test_skipped_samples_do_not_come_again(speaking):
    async with speaking() as stream:
        replies = await listen(stream.ask("Hello world.", skip_samples=12_345))

    assert audio(replies) == read("Hello world.")[2 * 12_345 :]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * 5001},
        {"speed": float("nan")},
        {"speed": 5.0},
        {"pitch": 0.1},
        {"due_in": float("inf")},
    ],
)
async def test_what_no_worker_could_speak_is_an_invalid_argument(speaking, fields):
    async with speaking() as stream:
        error = await refused(stream.ask(**{"text": "Hi.", **fields}))

    assert error.code == Failure.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"voice": "nobody"}, Failure.NOT_FOUND),
        ({"voice": "nobody", "language": "fr"}, Failure.NOT_FOUND),
        ({"language": "fr"}, Failure.INVALID_ARGUMENT),
    ],
)
async def test_a_voice_that_is_not_there_is_another_matter_than_one_that_does_not_speak_the_language(
    speaking, fields, code
):
    class English(TrickEngine):
        def speaks(self, voice, language):
            return super().speaks(voice, language) and language in ("", "en")

    async with speaking(English()) as stream:
        error = await refused(stream.ask(**{"text": "Hi.", **fields}))

    assert error.code == code


async def test_a_text_that_is_far_too_long_ends_no_stream(speaking):
    async with speaking() as stream:
        assert (await refused(stream.ask("x" * 5_000_000))).code == Failure.INVALID_ARGUMENT
        assert audio(await listen(stream.ask("Hi"))) == read("Hi")


async def test_an_engine_error_is_internal_after_the_audio_made_and_the_next_call_is_spoken(speaking):
    async with speaking(TrickEngine()) as stream:
        replies = await listen(stream.ask("fail"))

        assert audio(await listen(stream.ask("Hi"))) == read("Hi")

    assert audio(replies) == b"ok"
    assert replies[-1].failure == Failure(code=Failure.INTERNAL, message="out of memory")


async def test_a_wrong_result_is_internal(speaking):
    async with speaking(TrickEngine()) as stream:
        error = await refused(stream.ask("odd"))

    assert error.code == Failure.INTERNAL
    assert "sample" in error.message
