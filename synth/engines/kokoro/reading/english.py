"""English by misaki's lexicons, and by espeak-ng for the words that they lack.

misaki tags parts of speech with a spaCy model that is not on PyPI and that it would download. If en_core_web_sm is
installed it is used; else spaCy's rules divide the text into words and tags.py says what can be said without a model.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import spacy
from misaki import en
from misaki.espeak import EspeakFallback

from synth.engines import Phonemes
from synth.engines.kokoro.reading import Reading, Sound, Stumbled, ask, joined
from synth.engines.kokoro.reading.ipa import from_ipa
from synth.engines.kokoro.reading.tags import tag

TAGGER = "en_core_web_sm"
# misaki tries all ways to divide what stands together without white space; no word is longer, and links and codes are
# read no worse for a cut.
LONGEST_RUN = 40
LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN}}}(?=\S)")
# There are as many tries as the square of the parts ("1-1-1-" has one for each sign), and each of them costs more for
# more parts: 40 took a hundred times as long as words do.
MOST_TOGETHER = 10  # parts; "1-800-555-0199" has 7
LONGEST_NUMBER = 18  # digits: a quintillion; longer ones are read as they are cut
SPACE = re.compile(r"\s")


class EnglishReader:
    def __init__(self, language: str) -> None:
        """language: en-us or en-gb. Takes a second, and 90 MB the first time."""
        self._language = language
        self._g2p = _G2P(british=language == "en-gb")

    def read(self, text: str, spans: Sequence[Phonemes]) -> Reading:
        told = [Phonemes(span.text_start, span.text_end, from_ipa(span.ipa, self._language)) for span in spans]
        return joined([self._piece(text, start, end, told) for start, end in pairwise(_cuts(text, told))])

    def _piece(self, text: str, start: int, end: int, told: Sequence[Phonemes]) -> Reading:
        """What is between two cuts."""
        piece = SPACE.sub(" ", text[start:end])
        here = [
            Phonemes(span.text_start - start, span.text_end - start, span.ipa)
            for span in told
            if start <= span.text_start < end
        ]
        divided = self._g2p.divide(piece, here)
        try:
            tokens = ask(self._g2p, piece, lambda text: (text, [], divided))[1]
        except Stumbled:
            return Reading((), unread=len(piece))
        sounds = [
            Sound(
                start + first, start + last, token.phonemes or "", space=text[start + last : start + last + 1].isspace()
            )
            for token, first, last in _placed(tokens, piece)
        ]
        return Reading(sounds, unread=sum(len(token.text) for token in tokens if token.phonemes is None))


def _placed(tokens: Sequence[Any], text: str) -> Iterator[tuple[Any, int, int]]:
    """Tokens of misaki's with their start and end: it tells their text and no more, and drops apostrophes inside."""
    at = 0
    for token in tokens:
        start = at = text.index(token.text[0], at)
        for character in token.text:
            at = text.index(character, at) + 1
        yield token, start, at


def _cuts(text: str, spans: Sequence[Phonemes]) -> list[int]:
    """Where to divide the text, ends included: in what has no white space for too long, but in no span."""
    cuts = {match.end() for match in LONG_RUN.finditer(text)}
    inside = (cut for cut in cuts if not any(span.text_start < cut < span.text_end for span in spans))
    return sorted({0, *inside, len(text)})


class _Lexicon(en.Lexicon):  # type: ignore[misc] # misaki has no types
    """What it trips over (numbers that are longer than numbers are) it does not know."""

    def __call__(self, token: Any, context: Any) -> tuple[str | None, int | None]:
        if sum(map(str.isdigit, token.text)) > LONGEST_NUMBER:
            return None, None
        try:
            return ask(super().__call__, token, context)  # type: ignore[no-any-return]
        except Stumbled:
            return None, None


class _Fallback(EspeakFallback):  # type: ignore[misc] # misaki has no types
    """espeak-ng says of other scripts what they are ("Chinese letter"); here they are not said."""

    def __call__(self, token: Any) -> tuple[str | None, int | None]:
        if any(character.isalpha() and "LATIN" not in unicodedata.name(character, "") for character in token.text):
            return None, None
        return super().__call__(token)  # type: ignore[no-any-return]


@cache
def _lexicon(*, british: bool) -> _Lexicon:
    """Read and never written: all readers share it."""
    return _Lexicon(british)


@cache
def _tagger_is_here() -> bool:
    return bool(spacy.util.is_package(TAGGER))


class _G2P(en.G2P):  # type: ignore[misc] # misaki has no types
    """misaki's, with a tokenizer that needs no download and knows what the client has said itself."""

    def __init__(self, *, british: bool) -> None:  # its own would download
        self.version = None
        self.british = british
        self.unk = ""
        self.tagged = _tagger_is_here()
        self.nlp = spacy.load(TAGGER, enable=["tok2vec", "tagger"]) if self.tagged else spacy.blank("en")
        self.lexicon = _lexicon(british=british)
        self.fallback = _Fallback(british=british)

    def tokenize(self, _text: str, _tokens: object, divided: list[Any]) -> list[Any]:
        """A step of misaki's, for what is done before: it must not be blamed for a mistake of ours."""
        return divided

    def divide(self, text: str, spans: Sequence[Phonemes]) -> list[Any]:
        """Its tokens."""
        words = list(_words(self.nlp(text), spans))
        tags = [tag for *_, tag, _ in words] if self.tagged else _tags(text, words)
        tokens = [
            token
            for (start, end, _, ipa), name in zip(words, tags, strict=True)
            for token in _bearable(text[start:end], name, text[end : end + 1], ipa)
        ]
        _part(tokens)
        return tokens


def _part(tokens: Sequence[Any]) -> None:
    """Misaki goes by white space, and nobody else does by what is told here: where there is some the text says."""
    together = 0
    for token in tokens:
        together += len(en.subtokenize(token.text))
        if token.whitespace or together >= MOST_TOGETHER:
            token.whitespace, together = " ", 0


def _words(doc: Any, spans: Sequence[Phonemes]) -> Iterator[tuple[int, int, str, str | None]]:
    """SpaCy's words without white space, as start, end, tag and phonemes; a span is one, and cuts what it meets."""
    waiting, said = list(spans), 0
    for word in doc:
        start, end = max(word.idx, said), word.idx + len(word.text)
        while waiting and waiting[0].text_start < end:
            span = waiting.pop(0)
            if start < span.text_start and not word.is_space:
                yield start, span.text_start, word.tag_, None
            yield span.text_start, span.text_end, word.tag_, span.ipa
            start = said = span.text_end
        if start < end and not word.is_space:
            yield start, end, word.tag_, None


def _tags(text: str, words: Sequence[tuple[int, int, str, str | None]]) -> list[str]:
    glued = [
        start > 0 and end < len(text) and not text[start - 1].isspace() and not text[end].isspace()
        for start, end, *_ in words
    ]
    return tag([text[start:end] for start, end, *_ in words], glued)


def _bearable(word: str, tag: str, following: str, phonemes: str | None) -> Iterator[Any]:
    """One; of a word of more parts than misaki can bear, several."""
    ends = [] if phonemes is not None else _ends(word)
    for start, end in pairwise(sorted({0, *ends[MOST_TOGETHER - 1 :: MOST_TOGETHER], len(word)})):
        yield _token(word[start:end], tag, following if end == len(word) else "", phonemes)


def _ends(word: str) -> list[int]:
    """Of its parts."""
    ends = [0]
    for part in en.subtokenize(word):
        ends.append(word.index(part, ends[-1]) + len(part))
    return ends[1:]


def _token(text: str, tag: str, following: str, phonemes: str | None) -> Any:
    rating = {} if phonemes is None else {"rating": 5}
    features = en.MToken.Underscore(is_head=True, num_flags="", prespace=False, **rating)
    return en.MToken(text=text, tag=tag, whitespace=" " if following == " " else "", phonemes=phonemes, _=features)
