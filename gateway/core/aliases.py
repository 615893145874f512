"""What other vendors' clients call their voices, and what they get of ours. Facts only.

A client that was pointed here by its URL alone still asks for a voice of its vendor. Each wish names our voices that
come nearest, of whichever engine; where none of them is spoken, language and gender decide. Names that a client sends
when its user chose nothing mean the operator's default voice. Sources: the vendors' public voice lists and the clients'
own defaults.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core.named_voices import read_name


@dataclass(frozen=True, slots=True)
class Wish:
    """unchosen: the client's default, not its user's choice."""

    names: tuple[str, ...] = ()
    language: str = "en"
    gender: str = ""
    unchosen: bool = False


def _she(*names: str, unchosen: bool = False) -> Wish:
    return Wish(names, gender="female", unchosen=unchosen)


def _he(*names: str, unchosen: bool = False) -> Wish:
    return Wish(names, gender="male", unchosen=unchosen)


NOBODY = Wish(unchosen=True)

OPENAI = {
    "alloy": _she("af_alloy", "en-us+Annie"),
    "ash": _he("am_adam", "en-us+adam"),
    "ballad": _he("bm_lewis", "en-gb+Andy"),
    "cedar": _he("am_fenrir", "en-us+Michael"),
    "coral": _she("af_bella", "en-us+belinda"),
    "echo": _he("am_echo", "en-us+Andy"),
    "fable": _he("bm_fable", "en-gb+Michael"),
    "marin": _she("af_sarah", "en-us+Alicia"),
    "nova": _she("af_nova", "en-us+f3"),
    "onyx": _he("am_onyx", "en-us+m3"),
    "sage": _she("af_nicole", "en-us+steph"),
    "shimmer": _she("af_sky", "en-gb+Annie"),
    "verse": _he("am_puck", "en-gb+adam"),
}

ELEVENLABS = {
    "hpp4J3VqNfWAUOO0d1Us": _she("af_bella", unchosen=True),  # LiveKit's default
    "21m00Tcm4TlvDq8ikWAM": _she("af_sarah", "en-us+Annie"),  # Rachel, the one of most examples
    "EXAVITQu4vr4xnSDxMaL": _she("af_sarah", "en-us+Alicia"),
    "FGY2WhTYpPnrIDTdsKH5": _she("af_sky", "en-us+belinda"),
    "SAz9YHcvj6GT2YYXdXww": _she("af_river", "en-us+steph"),
    "cgSgspJ2msm6clMCkdW9": _she("af_jessica", "en-us+f3"),
    "XB0fDUnXU5powFXDhCwa": _she("bf_isabella", "en-gb+Annie"),
    "Xb7hH8MSUJpSbSDYk0k2": _she("bf_alice", "en-gb+Alicia"),
    "pFZP5JQG7iQjIQuC4Bku": _she("bf_lily", "en-gb+belinda"),
    "JBFqnCBsd6RMkjVDRZzb": _he("bm_george", "en-gb+Michael"),
    "onwK4e9ZLuTAKqWW03F9": _he("bm_daniel", "en-gb+Andy"),
    "pNInz6obpgDQGcFmaJgB": _he("am_adam", "en-us+adam"),
    "ErXwobaYiN019PkySvjV": _he("am_michael", "en-us+Michael"),
    "TX3LPaxmHKxFdv7VOQHJ": _he("am_liam", "en-us+Andy"),
    "cjVigY5qzO86Huf0OWal": _he("am_eric", "en-us+m3"),
    "nPczCjzI2devNBz1zQrb": _he("am_onyx", "en-us+Michael"),
    "CwhRBWXzGAHq8TQ4Fs17": _he("am_fenrir", "en-us+adam"),
    "IKne3meq5aSn9XLyUdCD": _he("bm_lewis", "en-gb+adam"),
    "bIHbv24MWmeRgasZH58o": _he("am_puck", "en-us+Andy"),
    "iP95p4xoKVk53GoZ742B": _he("am_echo", "en-us+Michael"),
    "pqHfZKP75CvOlQylNhV4": _he("am_santa", "en-us+m3"),
}

CARTESIA = {
    "f786b574-daa5-4673-aa0c-cbe3e8534c02": _she("af_heart", unchosen=True),  # LiveKit's default
    "694f9389-aac1-45b6-b726-9d9369183238": _she("af_sarah", "en-us+Annie"),  # of the SDK's examples
    "6ccbfb76-1fc6-48f7-b71d-91ac6298247b": _she("af_bella", "en-us+belinda"),
    "e07c00bc-4134-4eae-9ea4-1a55fb45746b": _she("af_nova", "en-us+Alicia"),
    "71a7ad14-091c-4e8e-a314-022ece01c121": _she("bf_emma", "en-gb+Annie"),  # of Pipecat's examples
    "a0e99841-438c-4a64-b679-ae501e7d6091": _he("am_michael", "en-us+Michael"),
    "228fca29-3a0a-435c-8728-5cb483251068": _he("am_fenrir", "en-us+Andy"),
}

UNNAMED = {
    "None": NOBODY,  # Pipecat writes a voice that is not set so
    "default": NOBODY,
}

VENDOR_VOICES: Mapping[str, Wish] = MappingProxyType({**OPENAI, **ELEVENLABS, **CARTESIA, **UNNAMED})

# Deepgram's voices are models: the language is the end of the name.
AURA = re.compile(r"(?:aura(?:-2)?|flux)-(?P<name>[a-z]{1,30})-(?P<language>[a-z]{2})")
AURA_MEN = re.compile(
    "alvaro|angus|apollo|aquila|arcas|aries|atlas|draco|helios|hermes|hyperion|janus|javier|jupiter|luciano|mars|"
    "neptune|nestor|odysseus|orion|orpheus|perseus|pluto|saturn|sirio|zeus"
)
# LiveKit's, Pipecat's, the vendor's own; then LiveKit's and Pipecat's of Flux.
AURA_UNCHOSEN = frozenset({"andromeda", "helena", "asteria", "thalia", "alexis", "heather"})


# Kokoro's names, which several hosted APIs have too: the first letter is the language, the second the gender.
KOKORO = re.compile(r"(?P<language>[abefhijpz])(?P<gender>[fm])_[a-z0-9]{1,40}")
KOKORO_LANGUAGES = {"a": "en", "b": "en", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt", "z": "zh"}
# AI TTS Microservice's: provider:{language}-{Family}-{Name}.
PROVIDED = re.compile(r"[a-z]+:(?P<language>[a-z]{2,3})-[A-Z]{2}-[A-Za-z0-9]+-(?P<name>[A-Za-z]+)")
TTSBUDDY_FAST = re.compile(r"st_(?P<gender>[fm])[0-9]")
GENDERS = {"f": "female", "m": "male"}


def wish_of(name: str) -> Wish | None:
    """What a vendor's name asks for; None: no vendor that we know has it."""
    return _aura(name) or _kokoro(name) or _provided(name) or _telling(name) or VENDOR_VOICES.get(name)


def _telling(name: str) -> Wish | None:
    told = read_name(name)
    if told is None:
        return None
    language, gender = told
    return Wish(language=language or "en", gender=gender, unchosen=not language and not gender)


def _kokoro(name: str) -> Wish | None:
    found = KOKORO.fullmatch(name)
    if found is not None:
        return Wish(language=KOKORO_LANGUAGES[found["language"]], gender=GENDERS[found["gender"]])
    fast = TTSBUDDY_FAST.fullmatch(name)
    return None if fast is None else Wish(gender=GENDERS[fast["gender"]])


def _provided(name: str) -> Wish | None:
    found = PROVIDED.fullmatch(name)
    if found is None:
        return None
    kokoro = tuple(f"{letters}_{found['name'].lower()}" for letters in ("af", "am", "bf", "bm"))
    return Wish(kokoro if found["language"] == "en" else (), language=found["language"])


def _aura(name: str) -> Wish | None:
    aura = AURA.fullmatch(name)
    if aura is None:
        return None
    gender = "male" if AURA_MEN.fullmatch(aura["name"]) else "female"
    return Wish(language=aura["language"], gender=gender, unchosen=aura["name"] in AURA_UNCHOSEN)
