"""What takes jobs in, and what speaks them.

With an encoder of their own, so that no live audio waits for theirs, and with their own picture of the engines, since
they hear a segment when it is whole.
"""

import time

from gateway.accounts.tally import Tally
from gateway.audio.pool import EncoderPool
from gateway.jobs.bells import Bells
from gateway.jobs.jobs import Jobs
from gateway.jobs.leases import Leases
from gateway.jobs.patience import PatientSynth
from gateway.jobs.records import Records
from gateway.jobs.workshop import Workshop
from gateway.library.store import AudioStore
from gateway.news import announce
from gateway.runner import Runner
from gateway.server.ground import Ground

JOBS_NICE = 10  # of the thread that encodes jobs: what live streams need goes first
STORE_DEADLINE = 60.0  # seconds that a store may take for a piece of a job's audio before the job is tried again


def open_jobs(ground: Ground, store: AudioStore, live: Runner, tally: Tally) -> tuple[Jobs, Workshop]:
    config, writing, metrics, bells = ground.config, ground.writing, ground.metrics, Bells()
    records, leases = Records(writing, time.time, announce), Leases(writing, time.time, announce)
    encoders = EncoderPool(1, JOBS_NICE)
    ground.stack.callback(encoders.close)
    speaking = Runner(PatientSynth(live.synth), encoders, metrics, config.limits, STORE_DEADLINE, live=False)

    def spend(owner: str, seconds: float) -> None:
        """The text was accounted for when the job was taken in."""
        if owner:
            tally.add(owner, 0, seconds)

    workshop = Workshop(leases, records, store, speaking, bells, metrics, config.jobs_at_once, spend)
    return Jobs(records, store, bells, live.synth, config.limits, metrics, config.audio_link_life), workshop
