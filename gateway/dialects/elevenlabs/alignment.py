"""When each character of the client's own text is heard, as ElevenLabs tells it: with the audio, in milliseconds.

What is told with one message covers the audio since the one before that told anything, so that a client that adds up
the spans (Pipecat) knows at any time where in the audio it is, to the millisecond. A character is told with the message
in which it begins; where a word is parted by two messages, so are its characters. Pauses belong to the character
before them.

Clients differ. With sync_alignment each message is told of, so that its times count from its own beginning, which both
ways to read them agree on; if no character begins in it, by an empty one. Without it characters wait for the end of a
word, since Pipecat 0.0.x forgets the span of a message that ends none.
"""

import re
from collections import deque
from collections.abc import Iterable
from html import unescape

import msgspec

from gateway.core.events import Word
from gateway.dialects.elevenlabs.spoken import Spoken

SOUND = re.compile(r"[^\W_]|[$€£¥₹<&]")  # what a word, or markup, may begin with
MARKUP = re.compile(r"<[^<>]*>")


class _Word(msgspec.Struct, frozen=True, gc=False):
    """A word, or what is not told of it. Offsets into the text, milliseconds of the context's audio."""

    text_start: int
    text_end: int
    start: int
    end: int


class Alignment:
    def __init__(self, *, every: bool, markup: bool = False) -> None:
        """every: whether each message is told of. markup: whether tags may stand in the text, which nobody hears."""
        self._every = every
        self._markup = markup
        self._text: list[str] = []  # what is not read yet, from _at on
        self._at = 0
        self._received = 0
        self._words: deque[_Word] = deque()
        self._spoken = 0  # up to here the words that are read have sounded
        self._characters: list[str] = []  # read and not told yet
        self._starts: list[int] = []
        self._last = ""  # the last character that was told
        self._told = 0  # up to here the audio is covered
        self._until = 0  # up to here it is known

    @property
    def received(self) -> int:
        return self._received

    def append(self, text: str) -> None:
        """The client's text."""
        self._text.append(text)
        self._received += len(text)

    def hear(self, words: Iterable[Word]) -> None:
        """What is spoken when; before the audio that it is about."""
        for word in words:
            start, end = milliseconds(word.start), milliseconds(word.end)
            self._words.append(_Word(word.text_start, word.text_end, start, end))

    def advance(self, seconds: float) -> Spoken | None:
        """What is told with a message whose audio ends there."""
        self._until = max(self._until, milliseconds(seconds))
        self._read(self._until)
        if self._every:
            return self._tell() or self._tell_nothing()
        ends_word = " " in (self._last + "".join(self._characters)).lstrip(" ")
        return self._tell() if ends_word or self._at == self._received else None

    def finish(self, received: int) -> Spoken | None:
        """What is left of the text up to there, all of whose audio has been told of."""
        self._read(self._until)
        while self._words and self._words[0].text_start < received:
            self._take(self._words.popleft().text_end, self._until)
        self._take(received, self._until)
        return self._tell()

    def _read(self, until: int) -> None:
        """The characters that begin before this time, and what follows them without a sound."""
        while self._words and self._words[0].start < until:
            word = self._words.popleft()
            if word.start > self._spoken or word.text_start > self._at:  # what comes before it, if anything does
                self._take(word.text_start, word.start)
            rest = self._take_begun(word, until)
            if rest is not None:
                self._words.appendleft(rest)
                return
        if self._at and self._spoken <= until and not self._words:
            sound = SOUND.search(self._whole())
            self._take(self._received if sound is None else self._at + sound.start(), self._spoken)

    def _take_begun(self, word: _Word, until: int) -> _Word | None:
        """The characters of a word that begin before this time; what is left of it."""
        begin, length = self._spoken, word.text_end - self._at
        lasts = word.end - begin if word.end > begin else 0
        begun = _begun(length, lasts, until - begin)
        if begun >= length or (self._markup and set("<&") & set(self._whole()[:length])):
            self._take(word.text_end, begin + lasts)
            return None
        self._take(self._at + begun, begin + lasts * begun // length)
        return _Word(self._at, word.text_end, self._spoken, word.end)

    def _take(self, until: int, end: int) -> None:
        """Characters up to there, spread over the time from what was spoken last."""
        begin, length = self._spoken, until - self._at
        lasts = end - begin if end > begin else 0
        self._spoken = begin + lasts
        if length > 0:
            text = self._whole()
            self._text = [text[length:]]
            self._at = until
            taken = unescape(MARKUP.sub("", text[:length])) if self._markup else text[:length]
            self._characters += taken
            self._starts += _spread(len(taken), lasts, begin)

    def _tell(self) -> Spoken | None:
        if not self._characters:
            return None
        starts = self._starts  # in order
        if starts[0] < self._told or starts[-1] > self._until:
            starts = [min(max(start, self._told), self._until) for start in starts]
        spoken = Spoken(self._characters, starts, self._told, self._until)
        self._last = self._characters[-1]
        self._characters, self._starts, self._told = [], [], self._until
        return spoken

    def _tell_nothing(self) -> Spoken:
        begin, self._told = self._told, self._until
        return Spoken([""], [begin], begin, self._until)

    def _whole(self) -> str:
        if len(self._text) > 1:
            self._text = ["".join(self._text)]
        return self._text[0] if self._text else ""


def _spread(count: int, lasts: int, begin: int) -> list[int]:
    """When each of these characters begins, of which many are alone: a space, a mark."""
    return [begin] if count == 1 else [begin + lasts * place // count for place in range(count)]


def _begun(count: int, lasts: int, until: int) -> int:
    """How many of these characters, spread from 0 on, begin before `until`."""
    if until <= 0:
        return 0
    return count if lasts < until else -(-until * count // lasts)


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
