import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from loadtest.jobs.plan import Plan
from loadtest.jobs.run import _Run

HEARD = 17  # a number that is cancelled after something of it is heard


class Silent:
    """A client of a gateway that gives no audio of any job. listened: it was asked for some."""

    def __init__(self) -> None:
        self.cancelled: list[str] = []
        self.listened = asyncio.Event()

    async def listen(self, _job_id: str) -> Any:
        self.listened.set()
        for nothing in ():
            yield nothing

    async def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)


@pytest.mark.parametrize("seen", ["its end", "no end"])
async def test_a_job_that_ends_unheard_does_not_keep_the_run(seen: str) -> None:
    place: Any = SimpleNamespace()
    run, client = _Run(Plan(), place), Silent()
    assert run._plan.is_heard(HEARD)
    typed: Any = client
    cancelling = asyncio.create_task(run._cancel(typed, HEARD, "a"))
    await client.listened.wait()
    assert not cancelling.done()
    if seen == "its end":
        run._ledger.see(dict.fromkeys(("finished_at", "attempts", "audio", "error")) | {"id": "a", "state": "failed"})
    else:
        run._over.set()
    async with asyncio.timeout(2):
        await cancelling

    assert client.cancelled == ["a"]
