"""What takes jobs in, and what speaks them.

With an encoder of their own, so that no live audio waits for theirs, and with their own picture of the engines, since
they hear a segment when it is whole.
"""

import time
from dataclasses import replace

from gateway.audio.pool import EncoderPool
from gateway.jobs.bells import Bells
from gateway.jobs.jobs import Jobs
from gateway.jobs.leases import Leases
from gateway.jobs.patience import PatientSynth
from gateway.jobs.records import Records
from gateway.jobs.workshop import Workshop
from gateway.library.store import AudioStore
from gateway.runner import Runner
from gateway.server.endings import at_the_end
from gateway.server.ground import Ground

JOBS_NICE = 10  # of the thread that encodes jobs: what live streams need goes first
STORE_DEADLINE = 60.0  # seconds that a store may take for a piece of a job's audio before the job is tried again


def open_jobs(ground: Ground, store: AudioStore, live: Runner) -> tuple[Jobs, Workshop]:
    config, writing, metrics, bells = ground.config, ground.writing, ground.metrics, Bells()
    ended = at_the_end(ground)
    records, leases = Records(writing, time.time, ended), Leases(writing, time.time, ended)
    encoders = EncoderPool(1, JOBS_NICE)
    ground.stack.callback(encoders.close)
    speaking = Runner(PatientSynth(live.synth), encoders, metrics, config.limits, STORE_DEADLINE, live=False)
    urgent = replace(speaking, synth=PatientSynth(live.synth, urgent=True), encoders=live.encoders)
    workshop = Workshop(leases, store, speaking, bells, metrics, config.jobs_at_once, urgent)
    return Jobs(records, store, bells, live.synth, config.limits, metrics, config.audio_link_life), workshop
