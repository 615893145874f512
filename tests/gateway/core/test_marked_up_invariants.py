"""Random marked-up texts, cut anywhere, spoken by workers that answer in any order, interrupted anywhere."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.cleaning import Pronunciation
from gateway.core.events import (
    Abandon,
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
    SegmentAudio,
    SegmentDone,
    SegmentWords,
    Synthesize,
    Word,
)
from gateway.core.manuscript import Manuscript
from gateway.errors import InvalidText

WORDS = (Pronunciation("ASAP", "as soon as possible"), Pronunciation("nginx", ipa="ɛn"))
SNIPPETS = {
    "markdown": ("Hello there. ", "**", "# ", "\n", "`x`", "[a](b) ", "ASAP", " nginx ", "word, ", "😀"),
    "ssml": (
        "Hello there. ", "<p>One.</p>", '<break time="70ms"/>', '<prosody rate="slow">slow</prosody> ', "&amp;", "</p>",
        '<sub alias="x. Y z">s</sub>', '<voice name="bob">I, too.</voice>', "word, ", " ASAP ",
    ),
}  # fmt: skip
TEXTS = {
    name: st.lists(st.sampled_from(found), min_size=1, max_size=12).map("".join) for name, found in SNIPPETS.items()
}
CASES = st.sampled_from(sorted(TEXTS)).flatmap(lambda name: st.tuples(st.just(name), TEXTS[name]))


def spoken(text):
    """What a worker makes of a text: ten milliseconds for each letter that is none of silence's."""
    return b"".join(bytes((1 + ord(character) % 250, 1)) * 10 for character in text)


def words_of(text):
    words, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        words.append(Word(start, at, start / 100, at / 100))
    return tuple(words)


class Conversation:
    def __init__(self, talk, text_format, randoms):
        self.talk = talk
        self.random = randoms
        self.waiting, self.audio, self.said = [], b"", []
        self.take(talk.say(OpenContext("a", text_format=text_format, words=True, pronunciations=WORDS)))

    def take(self, outputs):
        for out in outputs:
            if isinstance(out, Synthesize):
                self.waiting.append(out)
            elif isinstance(out, Abandon):
                self.waiting = [request for request in self.waiting if request.segment_id != out.segment_id]
            elif isinstance(out, Audio):
                self.audio += out.pcm
            else:
                self.said.append(out)

    def work(self):
        """Some worker answers, whichever it is."""
        request = self.waiting.pop(self.random.randrange(len(self.waiting)))
        answers = [
            SegmentWords(request.segment_id, words_of(request.text)),
            SegmentAudio(request.segment_id, spoken(request.text)),
        ]
        self.take(self.talk.say(*answers, SegmentDone(request.segment_id)))

    def write(self, text):
        at = 0
        while at < len(text):
            length = self.random.randint(1, 9)
            self.take(self.talk.say(AppendText("a", text[at : at + length])))
            at += length
            if self.waiting and self.random.random() < 0.3:
                self.work()

    def finish(self):
        while self.waiting or self.talk.session.deadline() < self.talk.now + 100:
            if self.waiting:
                self.work()
            else:
                self.talk.now = max(self.talk.now, self.talk.session.deadline())
                self.take(self.talk.tick())


def expected(text, text_format):
    """What is to be heard, from the pieces that the text has; None: it cannot be read."""
    manuscript = Manuscript(text_format, "en", WORDS, lambda restyle: restyle.style)
    try:
        pieces = [*manuscript.append(text), *manuscript.flush()]
    except InvalidText:
        return None
    return pieces


@given(CASES, st.randoms(use_true_random=False))
def test_all_is_heard_in_order_and_pauses_in_their_places(new_talk, case, randoms):
    text_format, text = case
    pieces = expected(text, text_format)
    conversation = Conversation(new_talk(), text_format, randoms)
    conversation.write(text)
    conversation.take(conversation.talk.say(Flush("a"), CloseContext("a")))
    conversation.finish()

    last = conversation.said[-1]
    assert isinstance(last, ContextDone)
    if pieces is None:
        assert isinstance(conversation.said[-2].error, InvalidText)
        return
    assert not any(isinstance(out, Failed) for out in conversation.said)
    assert letters(conversation.audio) == letters(b"".join(sound(piece) for piece in pieces))
    assert [out.usage for out in conversation.said if isinstance(out, FlushDone)] == [last.usage]
    assert last.usage.characters == len(text)
    assert last.usage.audio_seconds == len(conversation.audio) / 2 / 1000


def sound(piece):
    return bytes(2 * round((piece.silence or 0) * 1000)) if piece.silence is not None else spoken(piece.text)


def letters(pcm):
    """Without what belongs to pieces that have nothing to say, and so are not asked for."""
    return b"".join(pcm[at : at + 20] for at in range(0, len(pcm), 20) if pcm[at : at + 1].isalnum() or pcm[at] == 0)


@given(CASES, st.integers(0, 3000), st.randoms(use_true_random=False))
def test_a_barge_in_gives_all_of_the_clients_text_back(new_talk, case, played_ms, randoms):
    text_format, text = case
    if expected(text, text_format) is None:
        return
    conversation = Conversation(new_talk(), text_format, randoms)
    conversation.write(text)
    conversation.take(conversation.talk.say(Flush("a")))
    for _ in range(randoms.randint(0, 4)):
        if conversation.waiting:
            conversation.work()

    conversation.take(conversation.talk.say(Clear("a", played_ms)))

    (cleared,) = [out for out in conversation.said if isinstance(out, Cleared)]
    assert cleared.heard + cleared.unheard == text
    before = len(conversation.audio)
    conversation.write("Again, and so on. ")
    conversation.take(conversation.talk.say(Flush("a"), CloseContext("a")))
    conversation.finish()
    assert letters(conversation.audio[before:]) == letters(spoken("Again, and so on. "))
