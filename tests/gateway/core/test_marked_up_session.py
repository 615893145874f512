"""Sessions whose text is marked up: what workers are asked for, what the client hears of it, what a barge-in tells."""

import pytest

from gateway.core.cleaning import Pronunciation
from gateway.core.events import (
    AppendText,
    Audio,
    Clear,
    Cleared,
    CloseContext,
    ContextDone,
    Failed,
    Flush,
    FlushDone,
    OpenContext,
    Phonemes,
    SegmentAudio,
    SegmentDone,
    SegmentWords,
    Synthesize,
    Usage,
    Word,
    Words,
)
from gateway.errors import InvalidSetting, InvalidText, TextTooLong, UnknownVoice


def asked(outputs):
    return [out for out in outputs if isinstance(out, Synthesize)]


def opened(new_talk, text_format="ssml", **fields):
    talk = new_talk()
    talk.say(OpenContext("a", text_format=text_format, **fields))
    return talk


def silence(milliseconds):
    return bytes(2 * milliseconds)


def test_a_pause_is_silence_in_its_place_that_no_worker_makes(new_talk, heard):
    talk = opened(new_talk)
    outputs = talk.say(AppendText("a", '<speak>One.<break time="1500ms"/>Two.</speak>'), Flush("a"))
    assert [request.text for request in asked(outputs)] == ["One."]

    said = talk.speak("One.", 1000)
    audio = [out for out in said if isinstance(out, Audio)]
    assert [len(out.pcm) // 2 for out in audio] == [1000, 1000, 500]
    assert b"".join(out.pcm for out in audio[1:]) == silence(1500)
    assert [request.text for request in asked(said)] == ["Two."]
    assert heard(talk.speak("Two.", 500)) == [("audio", "a", 1, 500), FlushDone("a", 1, Usage(45, 3.0))]


def test_a_pause_at_the_start_is_heard_at_once_and_a_pause_alone_is_a_flush(new_talk, heard):
    talk = opened(new_talk)

    outputs = talk.say(AppendText("a", '<break time="1s"/>'), Flush("a"))

    assert heard(outputs) == [("audio", "a", 1, 1000), FlushDone("a", 1, Usage(18, 1.0))]


def test_words_after_a_pause_are_late_by_it(new_talk):
    talk = opened(new_talk, words=True)
    talk.say(AppendText("a", 'One.<break time="1s"/>Two.'), Flush("a"))
    talk.speak("One.", 1000)
    segment_id = talk.asked["Two."].segment_id

    (said,) = talk.say(SegmentWords(segment_id, (Word(0, 4, 0.0, 0.4),)))

    assert said == Words("a", 1, (Word(22, 26, 2.0, 2.4),))


@pytest.mark.parametrize(("played_ms", "until"), [(900, 4), (1000, 4), (1900, 4), (2000, 22)])
def test_a_barge_in_hears_a_pause_as_a_whole_or_not_at_all(new_talk, played_ms, until):
    text = 'One.<break time="1s"/>Two.'
    talk = opened(new_talk)
    talk.say(AppendText("a", text), Flush("a"))
    segment_id = talk.asked["One."].segment_id
    talk.say(
        SegmentWords(segment_id, (Word(0, 4, 0.0, 0.9),)),
        SegmentAudio(segment_id, silence(1000)),
        SegmentDone(segment_id),
    )

    cleared = talk.say(Clear("a", played_ms))[-1]

    assert cleared == Cleared("a", text[:until], text[until:])


@pytest.mark.slow
def test_no_more_pauses_wait_than_an_hour(new_talk):
    talk = opened(new_talk)
    talk.say(AppendText("a", "One."))

    outputs = talk.say(AppendText("a", '<break time="10s"/>' * 361))

    assert [out.error for out in outputs if isinstance(out, Failed)] == [
        TextTooLong("more than 3600 s of pauses wait to be heard")
    ]


def test_no_pause_is_begun_while_the_listener_has_enough_to_hear(new_talk, heard):
    talk = opened(new_talk, max_lead=15)

    outputs = heard(talk.say(AppendText("a", '<break time="10s"/>' * 9), Flush("a")))

    assert sum(out[3] for out in outputs) == 30_000
    talk.wait(16)
    assert sum(out[3] for out in heard(talk.tick())) == 20_000


def test_a_style_reaches_the_worker_and_ends(new_talk):
    talk = opened(new_talk, speed=2.0, language="en-us")
    text = (
        'One. <prosody rate="50%" pitch="+100%">Two.</prosody> '
        '<voice name="bob">Three.</voice> <lang xml:lang="de">Vier.</lang>'
    )
    talk.say(AppendText("a", text), Flush("a"))
    for said in ("One.", "Two.", "Three."):
        talk.speak(said)

    requests = [talk.asked[said] for said in ("One.", "Two.", "Three.", "Vier.")]
    assert [(out.voice, out.language, out.speed, out.pitch) for out in requests] == [
        ("ann", "en-us", 2.0, 1.0),
        ("ann", "en-us", 1.0, 2.0),
        ("bob", "en", 2.0, 1.0),
        ("ann", "de", 2.0, 1.0),
    ]


def test_what_styles_make_together_is_what_a_worker_takes(new_talk):
    talk = opened(new_talk, speed=2.0, pitch=2.0)
    talk.say(
        AppendText("a", '<prosody rate="x-fast" pitch="x-high"><prosody rate="x-fast">One.</prosody></prosody>'),
        Flush("a"),
    )

    assert (talk.asked["One."].speed, talk.asked["One."].pitch) == (4.0, 2.0)


def test_short_sentences_of_different_styles_are_not_joined(new_talk):
    talk = opened(new_talk)
    talk.say(
        AppendText("a", "Well, this is the first sentence of them all. "),
        AppendText("a", "<s>One.</s><s>Two.</s> Three."),
        Flush("a"),
    )
    spoken = []
    while texts := [text for text in talk.asked if text not in spoken]:
        spoken.append(texts[0])
        talk.speak(texts[0], 3000)

    assert spoken[1:] == ["One.", "Two.", "Three."]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Hi <foo/>", InvalidText("SSML, at character 3: <foo> is not supported")),
        ('Hi <voice name="eve">you</voice>', UnknownVoice("SSML, at character 3: no voice is named 'eve'")),
        (
            'Hi <voice name="low">you</voice>',
            InvalidSetting("SSML, at character 3: the voice 'low' has 500 Hz, and this context 1000 Hz"),
        ),
    ],
)
def test_markup_that_cannot_be_read_fails_its_context_alone(new_talk, text, error):
    talk = opened(new_talk)
    talk.say(OpenContext("b"))

    outputs = talk.say(AppendText("a", text))

    assert outputs[-2:] == [Failed("a", error), ContextDone("a", Usage())]
    assert asked(talk.say(AppendText("b", "Fine."), Flush("b")))


def test_a_flush_within_a_tag_fails_the_context(new_talk):
    talk = opened(new_talk)
    talk.say(AppendText("a", "Hi <bre"))

    (failed, _) = talk.say(Flush("a"))

    assert failed == Failed("a", InvalidText("SSML, at character 3: the text ends within a tag or an entity"))


def test_ssml_streams_without_a_flush(new_talk):
    talk = opened(new_talk)

    outputs = talk.say(AppendText("a", "<speak>This is the first sentence. And"))

    assert [request.text for request in asked(outputs)] == ["This is the first sentence."]


def test_an_alias_is_spoken_and_told_as_the_clients_word(new_talk):
    talk = opened(new_talk, "plain", words=True, pronunciations=(Pronunciation("ASAP", "as soon as possible"),))
    talk.say(AppendText("a", "Come ASAP now."), Flush("a"))
    request = talk.asked["Come as soon as possible now."]
    words = (
        Word(0, 4, 0, 1),
        Word(5, 7, 1, 2),
        Word(8, 12, 2, 3),
        Word(13, 15, 3, 4),
        Word(16, 24, 4, 5),
        Word(25, 29, 5, 6),
    )

    said = talk.say(SegmentWords(request.segment_id, words), SegmentAudio(request.segment_id, silence(6000)))

    assert [(word.text_start, word.text_end) for word in said[0].words] == [(0, 4), *[(5, 9)] * 4, (10, 14)]
    assert talk.say(Clear("a", 4500))[-1] == Cleared("a", "Come", " ASAP now.")


def test_ipa_reaches_the_worker_with_the_clients_word(new_talk):
    talk = opened(new_talk, "markdown", pronunciations=(Pronunciation("nginx", ipa="ɛndʒɪnɛks"),))
    talk.say(AppendText("a", "Use **nginx** here."), Flush("a"))

    assert talk.asked["Use nginx here."].phonemes == (Phonemes(4, 9, "ɛndʒɪnɛks"),)


def test_a_bad_pronunciation_opens_no_context(new_talk):
    talk = new_talk()

    outputs = talk.say(OpenContext("a", pronunciations=(Pronunciation("x"),)))

    assert isinstance(outputs[0].error, InvalidSetting)
    assert outputs[1:] == [ContextDone("a", Usage())]


def test_text_that_is_all_markup_is_accounted_for(new_talk, heard):
    talk = opened(new_talk, "markdown")
    outputs = talk.say(AppendText("a", "```\ncode\n```"), Flush("a"), CloseContext("a"))

    assert heard(outputs) == [FlushDone("a", 1, Usage(12, 0.0)), ContextDone("a", Usage(12, 0.0))]
    assert not asked(outputs)
