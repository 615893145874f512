"""`voxgate jobs`: what the gateway speaks into files."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column, Table

from voxgate.errors import SpeechError
from voxgate.fetching import Fetching
from voxgate.jobs_api import Job, JobsApi, State
from voxgate.options import FAILED, USAGE, Server, UsageError, complain, explain
from voxgate.patience import Patience
from voxgate.progress import open_progress
from voxgate.say import PLAIN, TEXT_HELP, Encoding, Voice
from voxgate.sinks import SinkError
from voxgate.text_source import text_source
from voxgate.unfinished import Unfinished
from voxgate.wanted import wanted_of

app = App(name="jobs", help="Texts that the gateway speaks into files, whoever waits.")
LOCAL = Server()
WIDTH = 140  # of the table of jobs: ids are copied, so nothing is cut, and a terminal may break the lines
PATIENCE = 300.0  # seconds that a gateway may be away while its audio is fetched
INTERRUPTED = 130
JobId = Annotated[str, Parameter(help="As shown by `list`.")]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="print the gateway's JSON")]


@app.command(name="list")
def list_jobs(
    *,
    state: State | None = None,
    limit: Annotated[int, Parameter(help="at most 200")] = 20,
    after: Annotated[str, Parameter(help="a job's id: those that are older")] = "",
    as_json: AsJson = False,
    server: Server = LOCAL,
) -> int:
    """List jobs, newest first."""

    async def run(api: JobsApi) -> None:
        page = await api.list(state=state, limit=limit, after=after)
        if as_json:
            _print_json(page)
            return
        console = Console(markup=False)
        console.width = max(WIDTH, console.width)
        console.print(_table(page.jobs))
        if page.next:
            Console(stderr=True, markup=False).print(f"There are more: voxgate jobs list --after {page.next}")

    return _run(server, run)


@app.command
def show(job_id: JobId, /, *, as_json: AsJson = False, server: Server = LOCAL) -> int:
    """Show one job."""

    async def run(api: JobsApi) -> None:
        job = await api.show(job_id)
        if as_json:
            _print_json(job)
            return
        table = Table(show_header=False, box=None)
        for name, value in _details(job):
            table.add_row(name, value)
        Console(markup=False).print(table)

    return _run(server, run)


@app.command
def text(job_id: JobId, /, *, server: Server = LOCAL) -> int:
    """Print the text of a job."""

    async def run(api: JobsApi) -> None:
        print(await api.text(job_id))  # noqa: T201 - the command's answer

    return _run(server, run)


@app.command
def submit(
    what: Annotated[str | None, Parameter(name="text", help=TEXT_HELP, allow_leading_hyphen=True)] = None,
    /,
    *,
    file: Annotated[Path | None, Parameter(help="read the text from this file", allow_leading_hyphen=True)] = None,
    format: Encoding = "mp3",  # noqa: A002 - as `say` calls it
    sample_rate: Annotated[int, Parameter(help="Hz; 0: the format's default")] = 0,
    bit_rate: Annotated[int, Parameter(help="bits a second; 0: the format's default")] = 0,
    idempotency_key: Annotated[str, Parameter(help="the same key and text are one job, however often")] = "",
    voice: Voice = PLAIN,
    server: Server = LOCAL,
) -> int:
    """Have a text spoken into a file of the gateway's; prints the job's id."""

    async def run(api: JobsApi) -> None:
        said = "".join([piece async for piece in text_source(what, file)])
        wanted = wanted_of(said, voice, format, sample_rate, bit_rate)
        print((await api.submit(wanted, idempotency_key)).id)  # noqa: T201 - alone on stdout, so that a script can take it

    return _run(server, run)


@app.command
def fetch(
    job_id: JobId,
    /,
    *,
    output: Annotated[Path, Parameter(alias="-o", help="the file; OUTPUT.part until it is whole")],
    quiet: Annotated[bool, Parameter(alias="-q", negative="", help="no progress")] = False,
    server: Server = LOCAL,
) -> int:
    """Wait for a job and fetch its audio. Stopped by whatever, the same command goes on where it was."""

    async def run(api: JobsApi) -> None:
        job = await api.show(job_id)
        with open_progress(job.characters, quiet=quiet) as progress, Unfinished(output) as unfinished:
            fetching = Fetching(api, Patience(PATIENCE, progress.say), progress, [job])
            size = await fetching.into(unfinished, f"job {job.id}")
            progress.say(f"{output}: {fetching.seconds:.1f} s of audio, {size:,} bytes")

    return _run(server, run)


@app.command
def cancel(*job_ids: JobId, server: Server = LOCAL) -> int:
    """End jobs that have not ended."""

    async def run(api: JobsApi) -> None:
        for job_id in job_ids:
            _say(f"{job_id} is {(await api.cancel(job_id)).state}.")

    return _run(server, run)


@app.command
def delete(*job_ids: JobId, server: Server = LOCAL) -> int:
    """Forget jobs with their texts and their audio; those that have not ended are cancelled."""

    async def run(api: JobsApi) -> None:
        for job_id in job_ids:
            await api.remove(job_id)
            _say(f"{job_id} is deleted.")

    return _run(server, run)


def _run(server: Server, run: Callable[[JobsApi], Awaitable[None]]) -> int:
    """The exit status: 0 done, 1 failed, 2 asked in a wrong way, 130 Ctrl-C."""

    async def connected() -> None:
        async with JobsApi(server) as api:
            await run(api)

    try:
        asyncio.run(connected())
    except UsageError as error:
        return complain(str(error), USAGE)
    except SpeechError as error:
        return explain(error)
    except SinkError as error:
        return complain(str(error), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _table(jobs: tuple[Job, ...]) -> Table:
    table = Table(
        Column("id", no_wrap=True, min_width=36),
        "state",
        "voice",
        "format",
        "characters",
        "spoken",
        "audio",
        "created",
    )
    for job in jobs:
        spoken = f"{100 * job.spoken // max(1, job.characters)} %"
        seconds = f"{job.audio.seconds:.1f} s" if job.audio else ""
        created = (job.created_at or "")[:19].replace("T", " ")
        table.add_row(job.id, job.state, job.voice or "", job.encoding, f"{job.characters:,}", spoken, seconds, created)
    return table


def _details(job: Job) -> list[tuple[str, str]]:
    told = msgspec.to_builtins(job)
    audio, error = told.pop("audio"), told.pop("error")
    lines = [(name, f"{value:,}" if isinstance(value, int) else str(value)) for name, value in told.items() if value]
    if audio:
        lines.append(("audio", f"{audio['seconds']:.1f} s, {audio['bytes']:,} bytes"))
    if error:
        lines.append(("error", f"{error['code']}: {error['message']}"))
    return lines


def _print_json(value: object) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())  # noqa: T201 - the command's answer


def _say(line: str) -> None:
    Console(stderr=True, markup=False).print(line)
