"""Encodings as Google names them."""

import struct

from gateway.core.formats import AudioFormat
from gateway.errors import InvalidSetting, UnsupportedFormat
from protos import google_tts_pb2 as pb

RATE = 24_000  # what Google's voices have, and what it sends unless asked otherwise
MP3_BIT_RATE = 32_000  # bits per second
STREAMED = {pb.PCM: "pcm_s16le", pb.ALAW: "alaw", pb.MULAW: "mulaw", pb.OGG_OPUS: "ogg_opus"}
WHOLE = {**STREAMED, pb.LINEAR16: "pcm_s16le", pb.MP3: "mp3"}
# The codes of RFC 2361, and bytes of a sample.
WAV_FORMATS = {pb.LINEAR16: (1, 2), pb.ALAW: (6, 1), pb.MULAW: (7, 1)}


def streamed(audio: pb.StreamingAudioConfig, *, asked: bool) -> AudioFormat:
    """asked: whether the client says anything of it."""
    encoding = audio.audio_encoding if asked else pb.PCM
    if encoding not in STREAMED:
        raise UnsupportedFormat("a stream is PCM, ALAW, MULAW or OGG_OPUS")
    return AudioFormat(STREAMED[encoding], _rate(audio.sample_rate_hertz))


def whole(asked: pb.AudioConfig) -> AudioFormat:
    if asked.audio_encoding not in WHOLE:
        raise UnsupportedFormat("audio_encoding is LINEAR16, MP3, OGG_OPUS, MULAW, ALAW or PCM")
    bit_rate = MP3_BIT_RATE if asked.audio_encoding == pb.MP3 else 0
    return AudioFormat(WHOLE[asked.audio_encoding], _rate(asked.sample_rate_hertz), bit_rate)


def header(asked: pb.AudioConfig, size: int) -> bytes:
    """Of a WAV file, where Google sends one: RIFF, the format, then so many bytes of data."""
    if asked.audio_encoding not in WAV_FORMATS:
        return b""
    code, width = WAV_FORMATS[asked.audio_encoding]
    rate = _rate(asked.sample_rate_hertz)
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, code, 1, rate, rate * width, width, 8 * width)
    return struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + fmt + struct.pack("<4sI", b"data", size)


def _rate(asked: int) -> int:
    if asked < 0:
        raise InvalidSetting("sample_rate_hertz is negative")
    return asked or RATE
