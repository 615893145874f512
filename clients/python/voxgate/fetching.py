"""From jobs to a file: waits for each in turn and fetches its audio behind that of the one before.

Everything goes on where it was: a job that was begun is waited for, a file that was begun is added to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from voxgate.errors import SpeechError
from voxgate.jobs_api import Job, JobsApi
from voxgate.patience import Patience
from voxgate.progress import Progress
from voxgate.unfinished import Note, Unfinished

# Seconds for which a look at a job waits: more the longer it takes, since looks count in the key's plan.
SHORTEST_LOOK, LONGEST_LOOK = 1.0, 10.0


@dataclass(slots=True)
class Fetching:
    """jobs: in the order of the text."""

    api: JobsApi
    patience: Patience
    progress: Progress
    jobs: Sequence[Job]
    seconds: float = 0.0
    _looks: int = field(default=0)

    async def into(self, file: Unfinished, name: str) -> int:
        """Bytes of audio. name: of what is spoken. Raises SpeechError, UsageError, SinkError."""
        here = file.begin(Note(name, tuple(job.id for job in self.jobs)))
        spoken = size = 0
        for waited in self.jobs:
            job = await self._ended(waited, spoken)
            assert job.audio is not None, "it is completed"
            start, spoken, size = size, spoken + job.characters, size + job.audio.bytes
            self.seconds += job.audio.seconds
            if here < size:
                await self._fetch(job, file, here - start, size)
                here = size
        if file.size() != size:  # another run writes into it too
            file.restart()
            raise SpeechError("ABORTED", "invalid_reply", "the file is not what was spoken; run it again")
        if len(self.jobs) > 1 and self.jobs[0].encoding == "mp3":
            file.forget_length()
        file.finish()
        return size

    async def _ended(self, job: Job, before: int) -> Job:
        """before: characters of the jobs before it."""
        while not job.ended:
            look = min(LONGEST_LOOK, SHORTEST_LOOK + self._looks / 10)
            self._looks += 1
            job = await self.patience.keep(partial(self.api.show, job.id, look))
            self.progress.spoken(before + job.spoken)
        if job.audio is not None:
            return job
        why = f"{job.error.code}: {job.error.message}" if job.error else f"the job was {job.state}"
        raise SpeechError("ABORTED", job.error.code if job.error else job.state, why)

    async def _fetch(self, job: Job, file: Unfinished, position: int, size: int) -> None:
        """position: in the job's own audio; size: of the file when this job is in it."""
        assert job.audio is not None, "it is completed"
        whole = job.audio.bytes

        async def go_on() -> None:
            nonlocal position
            async for audio in self.api.audio(job.id, position, whole):
                file.write(audio)
                position += len(audio)
                self.patience.hear()
                self.progress.fetched(size - whole + position, size)
            if position < whole:
                raise SpeechError("UNAVAILABLE", "connection_lost", "the audio broke off", retryable=True)

        await self.patience.keep(go_on)
