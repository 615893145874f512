"""Parts of speech by rule, where no tagger is installed. Pure.

misaki asks for them where the spelling does not say how a word is said: "a" as a letter or an article, "US" or "us",
"to record" or "the record". The rules look at the word before and the word after, and say nothing when they do not
know, which makes misaki take its default. The names are the Penn Treebank's.
"""

from collections.abc import Sequence

PUNCTUATION = {
    **dict.fromkeys(".!?。！？", "."),
    **dict.fromkeys(",，、", ","),
    **dict.fromkeys(":;—–…-：；", ":"),
    **dict.fromkeys("([{（", "-LRB-"),
    **dict.fromkeys(")]}）", "-RRB-"),
    **dict.fromkeys("“‘«", "``"),
    **dict.fromkeys("”»", "''"),
    **dict.fromkeys("$£€", "$"),
    "#": "#",
}
HYPHENS = frozenset("-\u2010\u2011")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ARTICLES = _set("a an the")
DETERMINERS = ARTICLES | _set("my your his her its our their whose this these those each every some any no another")
PREPOSITIONS = _set(
    "of in on at by for with from into onto about after before between through during without within under over "
    "against among upon per via than as"
)
MODALS = _set(
    "will would can could shall should may might must do does did let let's don't doesn't didn't won't wouldn't can't "
    "cannot couldn't shouldn't i'll you'll he'll she'll we'll they'll it'll please"
)
PLURAL_SUBJECTS = _set("i you we they who")
SINGULAR_SUBJECTS = _set("he she it")
BE = _set("am is are was were be been being isn't aren't wasn't weren't i'm you're we're they're")
HAVE = _set("have has had having haven't hasn't hadn't i've you've we've they've")
OBJECTS = DETERMINERS | _set("it me us them him")
BEHIND_NOUNS = PREPOSITIONS | BE | MODALS | HAVE | _set("and or to that which who")
ADVERBS = _set("not never also always just really only now still even already")
LONGEST_INITIALISM = 5  # "US", "UNESCO" is a word


def tag(words: Sequence[str], glued: Sequence[bool]) -> list[str]:
    """Of a text's words and punctuation marks, in order. glued: whether no white space is before and after it."""
    shouted = _shouted(words)
    opened = False
    tags: list[str] = []
    for index, word in enumerate(words):
        before = _nearest(words, range(index - 1, -1, -1))
        after = words[index + 1].lower() if index + 1 < len(words) else ""
        if word in HYPHENS and glued[index]:
            tags.append("HYPH")
        elif word == '"':
            opened = not opened
            tags.append("``" if opened else "''")
        else:
            tags.append(_tag(word, before, after, first=not before, shouted=shouted))
    return tags


def _tag(word: str, before: str, after: str, *, first: bool, shouted: bool) -> str:
    if mark := PUNCTUATION.get(word[0]) if len(set(word)) == 1 else None:
        return mark
    if any(character.isdigit() for character in word):
        return "CD"
    lower = word.lower()
    if word.isupper() and 1 < len(word) <= LONGEST_INITIALISM and not shouted:
        return "NNP"
    if closed := _closed(word, lower, after):
        return closed
    if word[0].isupper() and not first and not shouted:
        return "NNP"
    return _open(lower, before, after, first=first)


def _closed(word: str, lower: str, after: str) -> str:
    if lower == "a":
        return "DT" if after[:1].isalnum() or after[:1] in "\"'“‘(" else "NN"
    if lower in ARTICLES:
        return "DT"
    if word == "I":
        return "PRP"
    if lower == "to":
        return "TO"
    if lower in PREPOSITIONS or lower in ("vs", "vs."):
        return "IN"
    if lower == "used":
        return "VBD"
    if lower == "that" and after and after not in OBJECTS and after not in PLURAL_SUBJECTS | SINGULAR_SUBJECTS:
        return "DT"
    return ""


def _open(lower: str, before: str, after: str, *, first: bool) -> str:
    """Noun, verb or participle by the word before it; empty: who knows."""
    if before in HAVE:
        return "VBN"
    if before in MODALS or before == "to" or before in PLURAL_SUBJECTS:
        return "VB" if before not in PLURAL_SUBJECTS else "VBP"
    if before in SINGULAR_SUBJECTS and lower.endswith("s"):
        return "VBZ"
    if before in BE:
        return "VBN" if lower.endswith("ed") or lower == "read" else "JJ"
    if before in DETERMINERS:
        adjective = lower.endswith("ate") or lower == "close"
        return "JJ" if adjective and after.isalpha() and after not in BEHIND_NOUNS else "NN"
    if before in PREPOSITIONS:
        return "NN"
    if first and after in OBJECTS:
        return "VB"
    return ""


def _nearest(words: Sequence[str], backwards: range) -> str:
    """The word before, adverbs left out; empty at the start of a sentence or behind punctuation."""
    for index in backwards:
        word = words[index].lower()
        if word in PUNCTUATION or word == '"':
            return ""
        if word not in ADVERBS:
            return word
    return ""


def _shouted(words: Sequence[str]) -> bool:
    """Capitals throughout say nothing about the single word."""
    letters = "".join(words)
    return letters.isupper() and len(words) > 2
