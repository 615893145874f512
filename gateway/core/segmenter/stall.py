"""Does a sentence look finished, when its writer pauses and nothing that follows can tell?

The writer may be calling a tool, and then the listener should hear the sentence; or a network may have stalled between
"3." and "14", and then nobody should. So what is doubtful waits for the next word, or for the end.
"""

import re

from gateway.core.segmenter.abbreviations import is_doubtful
from gateway.core.segmenter.candidate import Candidate
from gateway.core.segmenter.characters import CLOSERS, INNER_PAIRS
from gateway.core.segmenter.languages import Language, language_of

UNFINISHED = re.compile(r"(?:\.\s?\.|…)\s*\Z")  # more dots may follow, and then anything
LINK = re.compile(r"[/@=\\_#]|\w\.\w")


def looks_finished(candidate: Candidate, language: Language) -> bool:
    """For a mark that stands last, with its closing quotes: "It is done.", not "Dr.", "3.", "example.", "Well..."."""
    text, start = candidate.text, candidate.start
    if UNFINISHED.search(text, start) or candidate.before[-1:].isspace() or LINK.search(candidate.token):
        return False
    quotes = "„“" if "„" in text[start:] else "“”"  # German closes with what English opens with
    if any(text.count(pair[0], start) > text.count(pair[1], start) for pair in (quotes, *INNER_PAIRS)):
        return False
    word = candidate.word
    if candidate.mark != "." or (not word and candidate.before.endswith(tuple(CLOSERS))):
        return True
    return not is_doubtful(word, language_of(word, language))
