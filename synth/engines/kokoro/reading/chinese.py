"""Mandarin by misaki: numbers in characters, jieba's words, pypinyin's syllables. Needs the extra `kokoro-zh`."""

import logging
import re
import warnings
from bisect import bisect_right
from difflib import SequenceMatcher

import cn2an
import jieba
from misaki.zh import ZHG2P

from synth.engines.kokoro.reading import Reading, Sound, ask

CHARACTERS = re.compile(r"[\u4e00-\u9fff]+")
SILENT = re.compile(r"[\W_]+")


class ChineseSpeaker:
    def __init__(self) -> None:
        """Takes a second the first time: jieba's dictionary."""
        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()

    def say(self, clause: str) -> Reading:
        written = _in_characters(clause)
        origin = _origins(clause, written)
        sounds: list[Sound] = []
        unread = 0
        for word, start, end in ask(list, jieba.tokenize(written)):
            if CHARACTERS.fullmatch(word):
                said = ask(ZHG2P.word2ipa, word).replace("\u032f", "")  # no symbol of Kokoro's
                sounds.append(Sound(origin[start], max(origin[end], origin[start] + 1), said, space=True))
            elif not SILENT.fullmatch(word):
                unread += len(word)
        return Reading(_merged(sounds), unread)


def _in_characters(clause: str) -> str:
    """With its numbers as they are said."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that are too long
        written: str = ask(cn2an.transform, clause, "an2cn")
    return written


def _origins(text: str, written: str) -> list[int]:
    """Where each position of what is written stands in the text; inside of what was replaced, where that begins."""
    blocks = SequenceMatcher(None, text, written, autojunk=False).get_opcodes()
    starts = [block[3] for block in blocks]
    origins: list[int] = []
    for position in range(len(written) + 1):
        kind, first, last, there, _ = blocks[max(0, bisect_right(starts, position) - 1)]
        origins.append(min(first + position - there, last) if kind == "equal" else first)
    return [*origins[:-1], len(text)]


def _merged(sounds: list[Sound]) -> list[Sound]:
    """Words that stand for the same stretch of the text (a number is several) as one."""
    merged: list[Sound] = []
    for sound in sounds:
        if merged and sound.text_start < merged[-1].text_end:
            last = merged.pop()
            said = f"{last.phonemes} {sound.phonemes}"
            sound = Sound(last.text_start, max(last.text_end, sound.text_end), said, space=True)  # noqa: PLW2901
        merged.append(sound)
    return merged
