"""Cuts that no reader would forgive, whatever they think of the rest.

Inside a number, link, e-mail address, word or grapheme; between a sentence and its closing quote, or after the opening
quote of the next one; a piece with nothing to say; a list marker by itself.
"""

import re
import unicodedata

LINK = r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?'’”)\]*_。，！？]"
EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
DOMAIN = r"(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|de|fr|es|it|pt|nl|se|pl|ru|jp|cn|in|cat)\b(?:/\S*\w)?"
NUMBER = r"\d(?:[.,:/'’]?\d)+"
WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)?"
WHOLE = re.compile(rf"{LINK}|{EMAIL}|{DOMAIN}|{NUMBER}|{WORD}")
NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
CLOSING = re.compile(r"[”’»」』)\]]|[\"'](?=\s|\Z)")
OPENING = re.compile(r"(?:\A|\s)[\"'“‘«„「『(\[]+\Z")
BARE_MARKER = re.compile(r"[\s*_]*(?:\d{1,3}|[a-zA-Z])[.)][\s*_]*\Z|\s*[•*-]\s*\Z")


def hard_errors(text: str, pieces: list[str]) -> list[str]:
    """What is wrong with the cuts between `pieces`, in words; pieces join to the text."""
    found, start = [], 0
    spans = [match.span() for match in WHOLE.finditer(text) if not NO_SPACES.search(match.group())]
    for piece in pieces:
        end = start + len(piece)
        if not _says(piece) and _says(text):
            found.append(f"nothing to say: {piece!r}")
        if end < len(text):
            found += [
                f"{what}: {text[max(0, end - 15) : end]!r} | {text[end : end + 15]!r}"
                for what in _wrong(text, start, end, spans)
            ]
        start = end
    return found


def _wrong(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> list[str]:
    wrong = [f"inside {text[first:last]!r}" for first, last in spans if first < end < last]
    if _sticks(text[end]) or text[end - 1] == "\u200d":
        wrong.append("inside a grapheme")
    if CLOSING.match(text, end):
        wrong.append("closing quote cut off")
    if OPENING.search(text, start, end) and not (text[end - 1] == '"' and text.count('"', 0, end) % 2 == 0):
        wrong.append("opening quote left behind")
    at_line_start = (
        not text[:start].strip(" ") or "\n" in text[start - 1 : end] or text[:start].rstrip(" ")[-1:] == "\n"
    )
    if at_line_start and BARE_MARKER.match(text[start:end]):
        wrong.append("bare list marker")
    return wrong


def _says(piece: str) -> bool:
    return any(character.isalnum() for character in piece)


def _sticks(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character == "\u200d" or "🏻" <= character <= "🏿"
