"""`voxgate speak-file`: a book into a file, by durable jobs.

Run again after whatever stopped it, the same command goes on: the text and its settings name the jobs.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from voxgate.book import LEAST, MOST, cut, name_of
from voxgate.errors import SpeechError
from voxgate.fetching import Fetching
from voxgate.jobs_api import Job, JobsApi, Wanted
from voxgate.options import FAILED, USAGE, Server, UsageError, complain, explain
from voxgate.patience import Patience
from voxgate.progress import Progress, open_progress
from voxgate.say import ENDINGS, PLAIN, Encoding, Voice
from voxgate.sinks import SinkError
from voxgate.text_source import text_source
from voxgate.unfinished import Unfinished
from voxgate.wanted import wanted_of

LOCAL = Server()
INTERRUPTED = 130
# Audio that is one file when it stands one behind the other: frames that say all themselves, samples without a header,
# and Ogg, whose chains RFC 3533 has for it.
JOINED = ("mp3", "aac", "ogg_opus", "pcm_s16le", "mulaw", "alaw")
FILE_HELP = "the text; - or none: standard input"
TRIES = 20  # runs whose jobs failed or were cancelled
TOO_LONG = ("text_too_long", "message_too_large")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Target:
    output: Annotated[Path, Parameter(alias="-o")]
    "the file; OUTPUT.part until it is whole"

    format: Encoding | None = None
    "guessed from the file's ending"

    sample_rate: int = 0
    "Hz; 0: the format's default"

    bit_rate: int = 0
    "bits a second; 0: the format's default"

    patience: float = 300.0
    "seconds to keep trying when the gateway or the network is away"

    quiet: Annotated[bool, Parameter(alias="-q", negative="")] = False
    "no progress"

    @property
    def encoding(self) -> str:
        """Raises UsageError for an ending that says nothing."""
        known = self.format or ENDINGS.get(self.output.suffix.lower())
        if known is None:
            raise UsageError(
                f"cannot tell the format from {self.output.name!r}; give --format, or one of: {' '.join(ENDINGS)}"
            )
        return known


def speak_file(
    file: Annotated[Path | None, Parameter(help=FILE_HELP, allow_leading_hyphen=True)] = None,
    /,
    *,
    target: Target,
    voice: Voice = PLAIN,
    server: Server = LOCAL,
) -> int:
    """Speak a long text into a file, whatever happens meanwhile.

    It is spoken by the gateway's jobs, which need nobody who waits, and fetched when it is done. Stopped by Ctrl-C, a
    network or a power cut, the same command goes on where it was. Exit status: 0 done, 1 failed, 2 asked in a wrong
    way, 130 Ctrl-C.
    """
    try:
        return asyncio.run(_speak(file, target, voice, server))
    except UsageError as error:
        return complain(str(error), USAGE)
    except SpeechError as error:
        return explain(error)
    except SinkError as error:
        return complain(str(error), FAILED)
    except KeyboardInterrupt:
        return complain("stopped; the gateway speaks on, and the same command fetches it", INTERRUPTED)


async def _speak(file: Path | None, target: Target, voice: Voice, server: Server) -> int:
    encoding = target.encoding
    text = "".join([piece async for piece in text_source(None, file)])
    if not text.strip():
        raise UsageError("there is nothing to say: the text is empty")
    wanted = wanted_of(text, voice, encoding, target.sample_rate, target.bit_rate)
    with open_progress(len(text), quiet=target.quiet) as progress, Unfinished(target.output) as unfinished:
        async with JobsApi(server) as api:
            await _Run(api, Patience(target.patience, progress.say), progress).carry_out(wanted, unfinished, target)
    return 0


@dataclass(slots=True)
class _Run:
    api: JobsApi
    patience: Patience
    progress: Progress

    async def carry_out(self, wanted: Wanted, unfinished: Unfinished, target: Target) -> None:
        name, noted = name_of(wanted), unfinished.noted()
        jobs = await self._again(noted.jobs) if noted and noted.name == name else ()
        if not jobs:
            jobs = await self._submitted(wanted)
        fetching = Fetching(self.api, self.patience, self.progress, jobs)
        size = await fetching.into(unfinished, name)
        told = f"{len(wanted.text):,} characters, {_duration(fetching.seconds)} of audio, {size:,} bytes"
        self.progress.say(f"{target.output}: {told}")

    async def _again(self, ids: Sequence[str]) -> list[Job]:
        """The jobs of the last run; none, if one of them cannot be had any more."""
        found = []
        for job_id in ids:
            try:
                job = await self.patience.keep(partial(self.api.show, job_id))
            except SpeechError as error:
                if error.code != "NOT_FOUND":
                    raise
                return []
            if _in_vain(job):
                return []
            found.append(job)
        return found

    async def _submitted(self, wanted: Wanted) -> list[Job]:
        """A job for the text, or several for its parts, as long as the gateway takes them."""
        most = MOST
        while True:
            parts = [_part(wanted, text) for text in cut(wanted.text, most)]
            _check_joined(parts)
            longest = max(parts, key=lambda part: len(part.text))
            try:
                await self._submit(longest)  # first: whether it is taken decides how the text is cut
                return [await self._submit(part) for part in parts]
            except SpeechError as error:
                if error.reason not in TOO_LONG or most <= LEAST or len(longest.text) <= LEAST:
                    raise
                most = min(most, len(longest.text)) // 2

    async def _submit(self, wanted: Wanted) -> Job:
        """The job that is there, or a new one, where those of earlier runs came to nothing."""
        key = name_of(wanted)
        for attempt in range(TRIES):
            job = await self.patience.keep(partial(self.api.submit, wanted, f"{key}-{attempt}"))
            if not _in_vain(job):
                return job
        raise SpeechError("ABORTED", "attempts_exhausted", f"{TRIES} jobs for this text have failed")


def _part(wanted: Wanted, text: str) -> Wanted:
    return msgspec.structs.replace(wanted, text=text)


def _in_vain(job: Job) -> bool:
    return job.ended and job.audio is None


def _check_joined(parts: Sequence[Wanted]) -> None:
    """Raises UsageError when their audio cannot stand in one file."""
    first, several = parts[0], len(parts) > 1
    if several and first.encoding not in JOINED:
        raise UsageError(
            f"the text is too long for one job, and {first.encoding} cannot be joined; take one of: {', '.join(JOINED)}"
        )
    if several and first.text_format == "ssml":
        raise UsageError("the text is too long for one job, and SSML cannot be cut; give it as several files")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{seconds:.1f} s"
