"""The others, each as its own users run it. Their packages live in an environment of their own (peers.txt)."""

from collections.abc import AsyncIterator

import pysbd
import sentencex
import yasbd
from livekit.agents.tokenize import basic, blingfire
from livekit.agents.tokenize.tokenizer import SentenceStream
from pipecat.utils.text.base_text_aggregator import Aggregation
from pipecat.utils.text.simple_text_aggregator import SimpleTextAggregator
from stream2sentence.stream2sentence import SentenceSplitter

from loadtest.segmentation.streams import Factory, HoldLast, Stream

PYSBD_LANGUAGES = frozenset(pysbd.languages.LANGUAGE_CODES)
YASBD_LANGUAGES = frozenset(yasbd.get_supported_langs())


def _pysbd(language: str) -> Stream:
    segmenter = pysbd.Segmenter(language=language if language in PYSBD_LANGUAGES else "en", clean=False)
    return HoldLast(segmenter.segment)


def _sentencex(language: str) -> Stream:
    def split(text: str) -> list[str]:
        return [sentence for sentence in sentencex.segment(language, text) if sentence]

    return HoldLast(split)


def _yasbd(language: str) -> Stream:
    detector = yasbd.BoundaryDetector(lang=language if language in YASBD_LANGUAGES else "en")

    def split(text: str) -> list[str]:
        return list(detector.segment(text, preserve_whitespace=True)) if text.strip() else []

    return HoldLast(split)


class _Stream2Sentence:
    def __init__(self, *, auto_context: bool, language: str) -> None:
        self._splitter = SentenceSplitter(auto_context=auto_context, language=language)

    def append(self, text: str) -> list[str]:
        self._splitter.add(text)
        return list(self._splitter.stream())

    def flush(self) -> list[str]:
        return list(self._splitter.flush())


class _LiveKit:
    def __init__(self, stream: SentenceStream) -> None:
        self._stream = stream

    def append(self, text: str) -> list[str]:
        self._stream.push_text(text)
        return self._given()

    def flush(self) -> list[str]:
        self._stream.flush()
        return self._given()

    def _given(self) -> list[str]:
        channel = self._stream._event_ch  # noqa: SLF001 - the public way waits for an event loop
        return [channel.recv_nowait().token for _ in range(channel.qsize())]


class _Pipecat:
    def __init__(self, language: str) -> None:
        self._aggregator = SimpleTextAggregator(language=language)

    def append(self, text: str) -> list[str]:
        return [each.text for each in _without_waiting(self._aggregator.aggregate(text))]

    def flush(self) -> list[str]:
        try:
            self._aggregator.flush().send(None)
        except StopIteration as done:
            return [done.value.text] if done.value else []
        raise RuntimeError("it waits for something")


def _without_waiting(found: AsyncIterator[Aggregation]) -> list[Aggregation]:
    """An asynchronous iterator that awaits nothing, run to its end without an event loop."""
    each = []
    while True:
        try:
            found.__anext__().__await__().send(None)
        except StopIteration as step:
            each.append(step.value)
        except StopAsyncIteration:
            return each


PEERS: dict[str, Factory] = {
    "yasbd": _yasbd,
    "sentencex": _sentencex,
    "pysbd": _pysbd,
    "stream2sentence": lambda language: _Stream2Sentence(auto_context=False, language=language),
    "stream2sentence auto": lambda language: _Stream2Sentence(auto_context=True, language=language),
    "livekit blingfire": lambda _: _LiveKit(blingfire.SentenceTokenizer().stream()),
    "livekit blingfire min 1": lambda _: _LiveKit(blingfire.SentenceTokenizer(min_sentence_len=1).stream()),
    "livekit basic": lambda _: _LiveKit(basic.SentenceTokenizer().stream()),
    "livekit basic min 1": lambda _: _LiveKit(basic.SentenceTokenizer(min_sentence_len=1).stream()),
    "pipecat": _Pipecat,
}
