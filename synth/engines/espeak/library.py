"""libespeak-ng by ctypes: its functions, its callback and its lists. One per process; not re-entrant (it aborts)."""

import ctypes
import re
import threading
from collections.abc import Callable, Iterator
from ctypes import POINTER, c_char_p, c_int, c_short, c_size_t, c_ubyte, c_uint, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import espeakng_loader

from synth.engines import EngineError

# speak_lib.h
AUDIO_OUTPUT_SYNCHRONOUS = 2  # espeak_Synth calls back in the caller's thread; retrieval mode is no faster (measured)
POS_CHARACTER = 1
CHARS_UTF8 = 1
PHONEMES = 0x100  # [[...]] holds mnemonics of phonemes
IPA = 2
RATE = 1
PITCH = 3
EVENT_LIST_TERMINATED = 0
EVENT_WORD = 1
GENDERS = {1: "male", 2: "female", 3: "neutral"}

DICTIONARY = re.compile(r"^dictionary\s+(\w+)", re.MULTILINE)  # in a voice's file, if it borrows another's
PRINTABLE = re.compile(rb"[!-~]+")
BUFFER = 60  # ms, the smallest that it has (measured)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", c_char_p),
        ("languages", c_void_p),  # repeated: a priority byte, a name, NUL; a zero priority ends it
        ("identifier", c_char_p),
        ("gender", c_ubyte),
        ("age", c_ubyte),
        ("variant", c_ubyte),
        ("xx1", c_ubyte),
        ("score", c_int),
        ("spare", c_void_p),
    )


class _EventId(ctypes.Union):
    _fields_ = (("number", c_int), ("name", c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(c_int, c_void_p, c_int, POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Entry:
    """A voice or variant as espeak lists it; languages by priority, lowest number first choice."""

    name: str
    identifier: str
    gender: str
    languages: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class WordEvent:
    """position: code points from the start of the text, from 0; sample: where in the audio the word begins."""

    position: int
    sample: int


Listener = Callable[[bytes, list[WordEvent]], bool]


class Library:
    """To be used by one thread, after it was made."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.sample_rate: int = self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, BUFFER, data, 0)
        if self.sample_rate <= 0:
            raise EngineError("espeak-ng could not be initialized")
        self._library.espeak_ListVoices.restype = POINTER(POINTER(_Voice))
        self._library.espeak_TextToPhonemes.restype = c_char_p
        self._callback = _Callback(self._on_buffer)  # kept here, for C keeps no reference
        self._library.espeak_SetSynthCallback(self._callback)
        self._listener: Listener = _nobody
        self._error: BaseException | None = None
        self._owner: int | None = None
        self._reads_phonemes = False  # the flag outlives the call that sets it

    def voices(self) -> list[Entry]:
        """Those with a dictionary: without one (Faroese in this build) espeak is silent, or reads stray memory."""
        return [entry for entry in _entries(self._library.espeak_ListVoices(None)) if _has_dictionary(entry)]

    def variants(self) -> list[Entry]:
        """Ways of speaking that go with any language; an identifier is "!v/" and the name after the "+"."""
        languages = ctypes.create_string_buffer(b"variant")
        wanted = _Voice(languages=ctypes.cast(languages, c_void_p))
        return list(_entries(self._library.espeak_ListVoices(ctypes.byref(wanted))))

    def set_voice(self, identifier: str) -> None:
        self._check(self._library.espeak_SetVoiceByName(identifier.encode()), f"voice {identifier!r}")

    def set_rate(self, words_per_minute: int) -> None:
        """Below 80 it stays at 80."""
        self._check(self._library.espeak_SetParameter(RATE, words_per_minute, 0), "rate")

    def set_pitch(self, pitch: int) -> None:
        """From 0 to 100; 50 is the voice's own, and each 50 an octave."""
        self._check(self._library.espeak_SetParameter(PITCH, pitch, 0), "pitch")

    def mnemonics(self) -> list[str]:
        """Of the phonemes of every language, the plainest and shortest first."""
        return sorted(_mnemonics(), key=lambda name: (not name.isalpha(), len(name), not name.islower(), name))

    def transcribe(self, text: str, *, mnemonics: bool = True) -> str:
        """What the voice says of a word, or of mnemonics, in IPA."""
        self._claim()
        if not self._reads_phonemes:
            self.synthesize("", _nobody, phonemes=True)
        data = c_char_p((f"[[{text}]]" if mnemonics else text).encode())
        at, said = c_void_p.from_buffer(data), ""
        while at.value:
            said += self._library.espeak_TextToPhonemes(ctypes.byref(at), CHARS_UTF8, IPA).decode()
        return said

    def synthesize(self, text: str, listener: Listener, *, phonemes: bool = False) -> None:
        """Calls the listener with each buffer as it is made, until it answers False. Raises EngineError.

        phonemes: [[...]] in the text holds mnemonics; else it is text.
        """
        self._claim()
        self._listener = listener
        data = text.encode() + b"\0"
        flags = CHARS_UTF8 | (PHONEMES if phonemes else 0)
        self._reads_phonemes = phonemes
        code = self._library.espeak_Synth(data, c_size_t(len(data)), 0, POS_CHARACTER, 0, flags, None, None)
        self._listener = _nobody
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        self._check(code, "synthesis")

    def close(self) -> None:
        self._library.espeak_Terminate()

    def _claim(self) -> None:
        thread = threading.get_ident()
        if self._owner not in (None, thread):
            raise RuntimeError("espeak-ng must be called by one thread only; two at once abort the process")
        self._owner = thread

    def _check(self, code: int, what: str) -> None:
        if code != 0:
            raise EngineError(f"espeak-ng failed at {what} (code {code})")

    def _on_buffer(self, samples: int | None, count: int, events: Any) -> int:
        """For C: 0 = go on, 1 = stop."""
        try:
            pcm = ctypes.string_at(samples, count * ctypes.sizeof(c_short)) if samples else b""
            return 0 if self._listener(pcm, list(_words(events))) else 1
        except BaseException as error:  # noqa: BLE001 - ctypes would print it and go on; synthesize raises it
            self._error = error
            return 1


def _nobody(_pcm: bytes, _words: list[WordEvent]) -> bool:
    return False


def _words(events: Any) -> Iterator[WordEvent]:
    index = 0
    while (event := events[index]).type != EVENT_LIST_TERMINATED:
        if event.type == EVENT_WORD:
            yield WordEvent(event.text_position - 1, event.sample)
        index += 1


def _has_dictionary(entry: Entry) -> bool:
    data = Path(espeakng_loader.get_data_path())
    named = DICTIONARY.findall((data / "lang" / entry.identifier).read_text())
    names = named or [tag.partition("-")[0] for tag, _ in entry.languages]
    return any((data / f"{name}_dict").is_file() for name in names)


def _mnemonics() -> set[str]:
    """The file phontab (phoneme.h): the number of tables; each a count, 32 bytes with its name, and 16 bytes a phoneme,
    which begin with four of mnemonic.
    """
    data = (Path(espeakng_loader.get_data_path()) / "phontab").read_bytes()
    found, at = set(), 4
    for _ in range(data[0]):
        end = at + 36 + 16 * data[at]
        found |= {data[phoneme : phoneme + 4] for phoneme in range(at + 36, end, 16)}
        at = end
    return {name.decode() for padded in found if PRINTABLE.fullmatch(name := padded.rstrip(b"\0"))}


def _entries(listed: Any) -> Iterator[Entry]:
    index = 0
    while listed[index]:
        voice = listed[index].contents
        yield Entry(
            voice.name.decode(),
            voice.identifier.decode(),
            GENDERS.get(voice.gender, "unknown"),
            tuple(_languages(voice.languages)),
        )
        index += 1


def _languages(address: int) -> Iterator[tuple[str, int]]:
    while priority := c_ubyte.from_address(address).value:
        name = ctypes.string_at(address + 1)
        yield name.decode().lower(), priority
        address += 1 + len(name) + 1
