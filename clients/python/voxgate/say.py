"""`voxgate say`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from cyclopts import Parameter

import voxgate
from voxgate.context import Context
from voxgate.display import Progress, WordPrinter, WordStyle, word_stream
from voxgate.errors import SpeechError
from voxgate.events import Audio, Event, FlushDone, Warned, Words
from voxgate.options import FAILED, USAGE, Server, UsageError, complain, explain
from voxgate.players import RATE, find_player
from voxgate.pronunciations import read_pronunciations
from voxgate.sinks import FileSink, PlayerSink, Sink, SinkError, StdoutSink
from voxgate.text_source import Pace, text_source

Encoding = Literal[
    "ogg_opus",
    "opus",
    "mp3",
    "aac",
    "flac",
    "wav",
    "wav_f32le",
    "wav_mulaw",
    "wav_alaw",
    "pcm_s16le",
    "pcm_f32le",
    "mulaw",
    "alaw",
]
STDOUT = Path("-")
DEFAULT: Encoding = "ogg_opus"

ENDINGS: Mapping[str, Encoding] = MappingProxyType(
    {
        ".ogg": "ogg_opus",
        ".opus": "ogg_opus",  # RFC 7845 section 9: a file of that name is Ogg
        ".mp3": "mp3",
        ".aac": "aac",
        ".wav": "wav",
        ".flac": "flac",
        ".pcm": "pcm_s16le",
        ".raw": "pcm_s16le",
        ".ulaw": "mulaw",
        ".alaw": "alaw",
    }
)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Voice:
    voice: str = ""
    "a name from `voxgate voices`; empty: the language's first"

    language: str = ""
    "BCP 47, as de or en-gb"

    speed: float | None = None
    "0.25 to 4"

    pitch: float | None = None
    "0.5 to 2"

    latency: Literal["low", "balanced", "quality"] = "balanced"
    "how early text from a pipe is spoken: whole sentences (quality), clauses (balanced), soon even a few words (low)"

    text_format: Literal["plain", "markdown", "ssml"] = "plain"
    "how the text is marked up"

    pronounce: Annotated[tuple[str, ...], Parameter(negative="")] = ()
    "PHRASE=ALIAS or PHRASE=/IPA/, or @FILE with such lines; may be given again"


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Target:
    output: Annotated[Path | None, Parameter(alias="-o", allow_leading_hyphen=True)] = None
    "a file, or - for stdout; without it a player on this machine plays"

    format: Encoding | None = None
    "guessed from the file's ending; ogg_opus for stdout"

    sample_rate: int = 0
    "Hz; 0: the format's default"

    words: WordStyle | None = None
    "print word times: on stdout, or on stderr when the audio goes to stdout"

    realtime: Annotated[bool, Parameter(negative="")] = False
    "make the audio at the pace of a listener: for a pipe into a player"

    quiet: Annotated[bool, Parameter(alias="-q", negative="")] = False
    "no progress"

    @property
    def encoding(self) -> Encoding:
        """Raises UsageError for an ending that says nothing."""
        if self.format or self.output in (None, STDOUT):
            return self.format or DEFAULT
        assert self.output
        known = ENDINGS.get(self.output.suffix.lower())
        if known is None:
            raise UsageError(
                f"cannot tell the format from {self.output.name!r}; give --format, or one of: {' '.join(ENDINGS)}"
            )
        return known


PLAIN = Voice()
ALOUD = Target()
LOCAL = Server()
TEXT_HELP = "what to say; - reads standard input, as does no text at all when there is a pipe"


def say(
    text: Annotated[str | None, Parameter(help=TEXT_HELP, allow_leading_hyphen=True)] = None,
    /,
    *,
    file: Annotated[Path | None, Parameter(help="read the text from this file", allow_leading_hyphen=True)] = None,
    voice: Voice = PLAIN,
    target: Target = ALOUD,
    server: Server = LOCAL,
) -> int:
    """Speak a text, a file or a pipe: to a file, to stdout or aloud.

    Text from a pipe is spoken while the pipe is still being written: `llm | voxgate say`. Exit status: 0 spoken,
    1 failed, 2 asked in a wrong way, 130 Ctrl-C; what was written before a failure stays.
    """
    try:
        words = text_source(text, file)
        sink, encoding, rate = _open_sink(target)
        asyncio.run(_Say(voice, target, server, encoding, rate).run(words, sink))
    except UsageError as error:
        return complain(str(error), USAGE)
    except SpeechError as error:
        return explain(error)
    except SinkError as error:
        return complain(str(error), FAILED)
    return 0


def _connection(server: Server) -> voxgate.Session:
    try:
        return voxgate.connect(server.url, api_key=server.api_key, reconnect=voxgate.Reconnect(attempts=2))
    except ValueError as error:
        raise UsageError(f"--url: {error}") from error


def _open_sink(target: Target) -> tuple[Sink, str, int]:
    """The sink, the encoding that it wants, and the sample rate in Hz (0: the encoding's default)."""
    if target.output is None:
        player = find_player(target.format)
        rate = target.sample_rate or RATE
        return PlayerSink(player.command(rate)), target.format or player.encodings[0], rate
    if target.output != STDOUT:
        return FileSink(target.output), target.encoding, target.sample_rate
    if sys.stdout.isatty():
        raise UsageError("not writing audio to a terminal; give -o FILE, or leave -o out to hear it")
    return StdoutSink(), target.encoding, target.sample_rate


class _Say:
    """One run. Raises UsageError for pronunciations that cannot be read, SpeechError for a text without a sound too."""

    def __init__(self, voice: Voice, target: Target, server: Server, encoding: str, rate: int) -> None:
        self._voice = voice
        self._target = target
        self._server = server
        self._encoding = encoding
        self._rate = rate
        self._pronunciations = tuple(read_pronunciations(voice.pronounce))
        self._words = WordPrinter(target.words, word_stream(audio_on_stdout=target.output == STDOUT))
        self._progress = Progress(quiet=target.quiet)
        self._pace = Pace()
        self._audible = False

    async def run(self, text: AsyncIterator[str], sink: Sink) -> None:
        connection = _connection(self._server)
        async with aclosing(sink):
            with self._progress:
                async with connection as session, self._context(session) as context:
                    await self._speak(context, text, sink)
                await sink.finish()
            self._progress.done(str(self._target.output or ""))

    def _context(self, session: voxgate.Session) -> Context:
        download = self._target.output is not None and not self._target.realtime
        return session.context(
            voice=self._voice.voice,
            language=self._voice.language,
            speed=self._voice.speed,
            pitch=self._voice.pitch,
            encoding=self._encoding,
            sample_rate=self._rate,
            text_format=self._voice.text_format,
            words=self._target.words is not None,
            max_lead=0 if download else None,
            latency=self._voice.latency,
            pronunciations=self._pronunciations,
        )

    async def _speak(self, context: Context, text: AsyncIterator[str], sink: Sink) -> None:
        async for event in context.speak(self._noted(self._pace.keep(text, context.flush)), close=True):
            if isinstance(event, Audio):
                await sink.write(event.audio)
                self._progress.heard(len(event.audio), context.seconds)
                self._audible = True
            else:
                self._tell(event)
        if not self._audible:  # there is no file, and a script must not go on as if there were
            raise SpeechError("INVALID_ARGUMENT", "invalid_setting", "the text has nothing to speak")

    def _tell(self, event: Event) -> None:
        match event:
            case Words(words=words):
                self._words.show(words)
            case FlushDone():
                self._pace.spoken()
            case Warned(message=message):
                self._progress.warn(message)

    async def _noted(self, text: AsyncIterator[str]) -> AsyncIterator[str]:
        async for piece in text:
            self._words.append(piece)
            yield piece
