"""`python -m loadtest`: puts a server under load, checks every sample, compares with the floor.

Exit status 1 when any stream was wrong.
"""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console

from loadtest import converse as converse_with
from loadtest import dialects as dialects_beside_native
from loadtest import first_audio as first_audio_of
from loadtest import idle as idle_connections
from loadtest import latencies, load_charts
from loadtest.bad_input import place as bad_input_to
from loadtest.bad_input.run import wrong
from loadtest.bad_input.table import table
from loadtest.bench import Bench
from loadtest.converse import Habits
from loadtest.fleet import Plan
from loadtest.jobs import beside
from loadtest.jobs.plan import Plan as JobsPlan
from loadtest.jobs.run import run as run_jobs
from loadtest.jobs.run import run_on_postgres as run_jobs_on_postgres
from loadtest.plot import draw
from loadtest.processes import ServerError, voxgate
from loadtest.report import Comparison, show
from loadtest.scheduling import page
from loadtest.scheduling import study as scheduling_study
from loadtest.script import STYLES
from loadtest.stream import ANSWER_TIMEOUT
from loadtest.wire import LostError, Target

app = App(name="loadtest", help=__doc__)

# A little faster than a listener hears: at exactly real time every chunk is late by what its way takes.
REAL_TIME = ("--engine=tone", "--engine-options=pace=0.9")
Script = Literal["llm", "whole", "barge-in"]
Encoding = Literal["pcm_s16le", "ogg_opus", "opus"]
Audio = Literal["binary", "base64"]


@app.command(name="bad-input")
def bad_input(*, slowest: float = 0.05) -> None:
    """Sends every route of a gateway what no client would, and shows what comes back, how soon and at which cost.

    Args:
        slowest: seconds in which the answer must be there

    """
    rows = bad_input_to.try_all()
    Console().print(table(rows))
    found = wrong(rows, slowest)
    Console().print("\n".join(found) or "every answer is 4xx and in time")
    sys.exit(bool(found))


@app.command
def run(
    *,
    url: str = "",
    grpc: str = "",
    ws: int = 0,
    grpc_streams: int = 0,
    encoding: Encoding = "ogg_opus",
    audio: Audio = "binary",
    seconds: float = 60.0,
    script: Script = "llm",
    open_loop: float = 0.0,
    contexts: int = 1,
    server_pid: int | None = None,
    processes: int = 1,
    floor_seconds: Annotated[float, Parameter(name="--floor")] = 0.0,
    api_key: str = "",
    seed: int = 1,
) -> None:
    """Loads a server that runs with the tone engine.

    Args:
        url: of the WebSocket, ws://127.0.0.1:8080
        grpc: of gRPC, 127.0.0.1:50051
        ws: WebSocket streams
        grpc_streams: gRPC streams
        encoding: what the streams ask for
        audio: how a WebSocket brings it
        seconds: turns are begun for so long; those under way are finished
        script: how clients speak: llm (20 tokens a second), whole (the text at once), barge-in
        open_loop: arrivals per second that wait for nobody, instead of the closed loop
        contexts: streams that share one WebSocket
        server_pid: of the server, if it runs here: its CPU and memory are read
        processes: of clients
        floor_seconds: also measure the floor for so long
        api_key: for a server that has keys
        seed: another one gives other texts and phases

    """
    target = Target(url, grpc, encoding, audio, api_key)
    plan = Plan(target, ws, grpc_streams, seconds, STYLES[script], contexts, open_loop, seed=seed)
    _finish([Bench(processes, floor_seconds).compare(f"{script} {encoding}", plan, server_pid)])


@app.command
def bench(*, floor_frames: int = 0) -> None:
    """The short comparison, under a minute: WebSocket and gRPC, Opus and PCM, a gateway of its own, the floor.

    Args:
        floor_frames: of 20 ms in each message of the floor; 0 for as many as the gateway's messages had

    """
    short = Bench(floor_seconds=3.0, floor_frames=floor_frames)
    _finish([_at_real_time("ogg_opus", 24, 6, 6.0, short), _at_real_time("pcm_s16le", 48, 12, 6.0, short)])


@app.command
def full(*, floor_frames: int = 0) -> None:
    """The long comparison, about five minutes: 60 + 15 Opus streams, then 300 + 50 PCM streams, a minute each.

    Args:
        floor_frames: of 20 ms in each message of the floor; 0 for as many as the gateway's messages had

    """
    long = Bench(floor_seconds=20.0, floor_frames=floor_frames)
    _finish([_at_real_time("ogg_opus", 60, 15, 60.0, long), _at_real_time("pcm_s16le", 300, 50, 60.0, long)])


@app.command
def barge_in(*, count: int = 1000, ws: int = 40, grpc_streams: int = 10, encoding: Encoding = "pcm_s16le") -> None:
    """So many barge-ins at random phases; nothing of a cleared text may follow its answer."""
    with voxgate(*REAL_TIME) as server:
        target = Target(server.url, server.grpc, encoding)
        # Each stream barges in about every two seconds; the count ends it, not the time.
        seconds = ANSWER_TIMEOUT + 10 * count / (ws + grpc_streams)
        plan = Plan(target, ws, grpc_streams, seconds, STYLES["barge-in"], contexts=2, clears=count)
        _finish([Bench(floor_seconds=0).compare(f"barge-in {encoding}", plan, server.pid)])


@app.command
def idle(*, connections: int = 1000) -> None:
    """What an idle WebSocket costs the gateway."""
    with voxgate("--engine=tone") as server:
        found = idle_connections.measure(server.url, server.pid, connections)
    text = f"{found.connections} idle connections: {found.bytes_each / 1024:.1f} KiB each"
    Console().print(f"{text} ({found.before / 2**20:.1f} -> {found.after / 2**20:.1f} MiB)")


@app.command
def first_audio(*, turns: int = 20) -> None:
    """How soon the embedded engine is heard, with text at 20 tokens a second."""
    with voxgate("--engine=espeak") as server:
        Console().print(str(first_audio_of.measure(server, turns)), soft_wrap=True)


@app.command
def converse(
    *options: Annotated[str, Parameter(allow_leading_hyphen=True)],
    clients: str = "1,2,4,8",
    rates: str = "",
    seconds: float = 40.0,
    pace: float = 0.0,
    latency: str = "",
    listens: bool = False,
    stalled: int = 0,
    leavers: int = 0,
    plot: Path | None = None,
) -> None:
    """A real engine behind the whole gateway: how soon and how evenly so many clients hear turns of 5 to 60 words.

    Args:
        options: of the server, after --: -- --engine=kokoro --engine-options=weights=/path/model.pth
        clients: at once; one run for each number; "" for none
        rates: turns that come in a second, each of a client of its own; one run for each
        seconds: turns are begun for so long
        pace: tokens a second; 0 for the whole text at once
        latency: low, balanced or quality
        listens: a turn waits until the last one has been played, as a person would
        stalled: clients more who ask for a long text and never read
        leavers: clients more who hang up at the first sound, again and again
        plot: an SVG file to write

    """
    habits = Habits(pace, latency, listens, stalled, leavers)
    loads = [(int(number), 0.0) for number in filter(None, clients.split(","))]
    loads += [(0, float(rate)) for rate in filter(None, rates.split(","))]
    results = []
    with voxgate(*options) as server:
        converse_with.measure(server, 1, 0.1, Habits())  # what a server loads for its first turn is not its price
        for number, rate in loads:
            found = converse_with.measure(server, number, seconds, habits, rate=rate)
            Console(stderr=True).print(str(found), soft_wrap=True)
            sys.stdout.write(json.dumps(found.summary()) + "\n")
            sys.stdout.flush()
            results.append(found.summary())
    if plot is not None:
        plot.write_text(draw(load_charts.charts(results)), encoding="utf-8")


@app.command
def jobs(
    *,
    jobs: int = 1000,
    kills: int = 100,
    gateways: int = 2,
    at_once: int = 4,
    pace: float = 0.1,
    postgres: bool = False,
    seed: int = 1,
) -> None:
    """Submits jobs to gateways that are killed again and again; every one that was accepted must end once, and whole.

    Args:
        jobs: to submit
        kills: `kill -9`, at random moments, of any of the gateways
        gateways: that share database and folder
        at_once: jobs that each speaks side by side
        pace: seconds of the engine's time per second of audio
        postgres: a PostgreSQL of its own instead of SQLite
        seed: another one gives other texts and moments

    """
    plan = JobsPlan(jobs, kills, gateways, at_once, pace, seed=seed)
    found = run_jobs_on_postgres(plan) if postgres else run_jobs(plan)
    sys.stdout.write(json.dumps(found.summary()) + "\n")
    if found.ledger.faults:
        sys.exit(1)


@app.command
def beside_jobs(
    *, streams: int = 50, jobs: int = 1000, at_once: int = 8, seconds: float = 30.0, pace: float = 0.9
) -> None:
    """The gaps that live streams hear beside a backlog of jobs, and without; exit status 1 for any fault.

    Args:
        streams: WebSocket streams of Opus, text at 20 tokens a second
        jobs: submitted before the second half
        at_once: jobs that the gateway speaks side by side
        seconds: turns are begun for so long, in each half
        pace: seconds of the engine's time per second of audio

    """
    os.environ["VOXGATE_JOBS_AT_ONCE"] = str(at_once)
    with voxgate("--engine=tone", f"--engine-options=pace={pace}") as server:
        plan = Plan(Target(server.url, "", "ogg_opus"), streams, 0, seconds)
        found = beside.compare(server, plan, jobs)
    comparisons = [Comparison(found.alone), Comparison(found.beside)]
    show(Console(stderr=True, width=None if sys.stderr.isatty() else 120), comparisons)
    sys.stdout.write(json.dumps(found.summary()) + "\n")
    if any(each.load.faults for each in comparisons):
        sys.exit(1)


@app.command
def scheduling(*, write: Annotated[Path | None, Parameter(name="--write")] = None, scale: float = 1.0) -> None:
    """Who would be served when: the worker's batcher under thousands of simulated listeners (docs/scheduling.md).

    Args:
        write: the folder of scheduling.md, which then gets the tables and the plot
        scale: of the simulated time, for a quick look

    """
    results = []
    for result in scheduling_study.run(scale):
        results.append(result)
        line = {"table": result.table, "how": result.how, "listeners": result.scene.listeners}
        sys.stdout.write(json.dumps(line | result.outcome.summary()) + "\n")
    if write is not None:
        page.write(results, write)


@app.command
def latency(
    *,
    real_time_factors: tuple[float, ...] = (0.02, 0.25),
    turns: int = 24,
    streams: bool = False,
    plot: Path | None = None,
) -> None:
    """How soon a voice bot's answers are heard with each `latency`, at 20 tokens a second, and whether they have gaps.

    Args:
        real_time_factors: of the engine, seconds of work per second of audio
        turns: for each of them and each latency
        streams: the engine gives audio while it makes it; otherwise a segment is heard when all of it is made
        plot: an SVG file to write

    """
    found = list(latencies.compare(real_time_factors, turns, streams=streams))
    sys.stdout.write(latencies.table(found) + "\n")
    if plot is not None:
        plot.write_text(latencies.plot(found), encoding="utf-8")


@app.command
def dialects(*, streams: int = 8, seconds: float = 1.5, rounds: int = 12, only: str = "") -> None:
    """What each vendor's protocol costs the gateway beside our own; about five minutes.

    Args:
        streams: at once
        seconds: for which turns are begun, for each protocol in each round
        rounds: in which each takes turns with its twin
        only: one protocol, by its name in the table

    """
    with voxgate("--engine=tone", max_lead="3600") as server:  # it would hold back who has one context for all
        pairs = dialects_beside_native.compare(server, streams, seconds, rounds, only)
    sys.stdout.write(dialects_beside_native.table(pairs) + "\n")


def _at_real_time(encoding: Encoding, ws: int, grpc_streams: int, seconds: float, how: Bench) -> Comparison:
    with voxgate(*REAL_TIME) as server:
        plan = Plan(Target(server.url, server.grpc, encoding), ws, grpc_streams, seconds)
        return how.compare(encoding, plan, server.pid)


def _finish(comparisons: list[Comparison]) -> None:
    """A table on standard error, one line of JSON on standard output."""
    show(Console(stderr=True, width=None if sys.stderr.isatty() else 120), comparisons)
    sys.stdout.write(json.dumps([each.summary() for each in comparisons]) + "\n")
    if any(each.load.faults for each in comparisons):
        sys.exit(1)


if __name__ == "__main__":
    try:
        app()
    except (ServerError, LostError) as error:
        sys.exit(f"loadtest: {error}")
