"""Runs: a server under load, then the floor with the same number of streams, on the same machine."""

from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from multiprocessing import get_context

from loadtest import fleet, floor_client
from loadtest.fleet import WATCH_EVERY, Plan
from loadtest.floor import Schedule, floor
from loadtest.measure import Measures
from loadtest.processes import Meter, Server
from loadtest.report import Comparison, Load

FRAME = 0.02  # seconds


def schedule_of(measures: Measures, *, opus: bool) -> Schedule:
    """How the run's audio came: frames in a message, and messages as often as real time needs them."""
    if not measures.messages:
        return Schedule(opus)
    frames = max(1, round(measures.audio_seconds / measures.messages / FRAME))
    return Schedule(opus, frames, round(frames * FRAME, 3))


@dataclass(frozen=True, slots=True)
class Bench:
    """How to run. processes: of clients; floor_seconds: 0 for no floor; floor_frames: of 20 ms in each of its messages,
    0 for as many as the run's had.
    """

    processes: int = 1
    floor_seconds: float = 5.0
    floor_frames: int = 0

    def compare(self, name: str, plan: Plan, server_pid: int | None) -> Comparison:
        load = self._load(name, plan, server_pid)
        if not self.floor_seconds:
            return Comparison(load)
        schedule = schedule_of(load.measures, opus=plan.target.encoding != "pcm_s16le")
        if self.floor_frames:
            schedule = replace(schedule, frames=self.floor_frames, period=round(self.floor_frames * FRAME, 3))
        return Comparison(load, self._floor(f"floor of {name}", load.streams, schedule))

    def _load(self, name: str, plan: Plan, server_pid: int | None) -> Load:
        streams = plan.ws + plan.grpc
        if server_pid is None:
            found = fleet.run(plan, self.processes, lambda: None)
            return Load(name, streams, found.measures, found.faults)
        meter = Meter(server_pid)
        found = fleet.run(plan, self.processes, meter.look)
        return Load(name, streams, found.measures, found.faults, meter.cpu(), meter.rss)

    def _floor(self, name: str, streams: int, schedule: Schedule) -> Load:
        with floor(schedule) as server:
            meter = Meter(server.pid)
            measures = self._listen(server, streams, schedule.period, meter)
            return Load(name, streams, measures, cpu=meter.cpu(), rss=meter.rss)

    def _listen(self, server: Server, streams: int, message: float, meter: Meter) -> Measures:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            listening = pool.submit(floor_client.listen, server.url, streams, message, self.floor_seconds)
            while wait([listening], timeout=WATCH_EVERY).not_done:
                meter.look()
            return listening.result()
