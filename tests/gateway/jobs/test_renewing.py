import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from gateway.jobs.asking import Asking
from gateway.jobs.bells import Bells
from gateway.jobs.job import Heard
from gateway.jobs.renewing import Attempt, Renewing
from gateway.metrics import Metrics


class Taken:
    job = SimpleNamespace(id="a")


def attempt(parts: int) -> Any:
    taken: Any = Taken()
    wire: Any = SimpleNamespace(spoken=0, heard=Heard(parts))
    return Attempt(taken, wire=wire)


async def test_news_of_one_never_keep_others_from_being_renewed():
    talker, quiet = attempt(1), attempt(0)
    renewed = asyncio.Event()

    class Leases:
        async def renew(self, progress):
            await asyncio.sleep(0)
            if quiet.taken in progress:
                renewed.set()
            talker.wire.heard = Heard(talker.wire.heard.parts + 1)
            renewing.share()
            return set()

    attempts = {each.taken: each for each in (talker, quiet)}
    leases: Any = Leases()
    renewing = Renewing(leases, Bells(), Asking(Metrics()), attempts, every=0.05)
    renewing.share()
    running = asyncio.create_task(renewing.run())
    async with asyncio.timeout(5):
        await renewed.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
