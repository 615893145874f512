"""Which codec makes which encoding. A new encoding is one line here and one in gateway/core/formats.py."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from gateway.audio.aac import AacEncoder
from gateway.audio.flac import FLAC
from gateway.audio.floats import float32
from gateway.audio.g711 import g711
from gateway.audio.mp3 import MP3
from gateway.audio.ogg_opus import OggOpusEncoder
from gateway.audio.opus import OPUS
from gateway.audio.packets import PacketEncoder
from gateway.audio.samples import SampleEncoder
from gateway.audio.wav import ALAW, FLOAT, MULAW, PCM, wav_header
from gateway.core.formats import AudioFormat

Codec = SampleEncoder | PacketEncoder | OggOpusEncoder | AacEncoder

CODECS: Mapping[str, Callable[[AudioFormat], Codec]] = MappingProxyType(
    {
        "ogg_opus": OggOpusEncoder,
        "opus": lambda output: PacketEncoder(OPUS, output),
        "mp3": lambda output: PacketEncoder(MP3, output),
        "aac": AacEncoder,
        "flac": lambda output: PacketEncoder(FLAC, output),
        "wav": lambda output: SampleEncoder(header=partial(wav_header, output.sample_rate, PCM)),
        "wav_f32le": lambda output: SampleEncoder(float32(), partial(wav_header, output.sample_rate, FLOAT)),
        "wav_mulaw": lambda output: SampleEncoder(g711("pcm_mulaw"), partial(wav_header, output.sample_rate, MULAW)),
        "wav_alaw": lambda output: SampleEncoder(g711("pcm_alaw"), partial(wav_header, output.sample_rate, ALAW)),
        "pcm_s16le": lambda _output: SampleEncoder(),
        "pcm_f32le": lambda _output: SampleEncoder(float32()),
        "mulaw": lambda _output: SampleEncoder(g711("pcm_mulaw")),
        "alaw": lambda _output: SampleEncoder(g711("pcm_alaw")),
    }
)
