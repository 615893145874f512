import json

import pytest

from gateway.core.formats import AudioFormat
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.jobs.job import JobError, JobRequest, StoredAudio
from gateway.jobs.leases import Leases
from gateway.jobs.records import Records
from gateway.news import announce
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import Outbox

NOW = 1_800_000_000.0
AUDIO = StoredAudio("jobs/a/1/audio.mp3", 1000, 1.5)


class Owner:
    def __init__(self, writing):
        self.records = Records(writing, lambda: NOW, announce)
        self.leases = Leases(writing, lambda: NOW, announce)
        self.endpoints = Endpoints(writing, Addresses(allow_private=True))
        self.outbox = Outbox(writing)

    async def taken(self, delivery="jobs", **extra):
        request = JobRequest("ann", output=AudioFormat("mp3"), delivery=delivery, extra=extra)
        await self.records.submit("me", request, "Hello.")
        [taken] = await self.leases.take(1)
        return taken

    async def told(self):
        return [(each.event, each.url, json.loads(each.body)) for each in await self.outbox.log("me")]


@pytest.fixture
async def owner(sqlite_url):
    database = await open_database(sqlite_url)
    yield Owner(Writing(database))
    await database.dispose()


async def test_the_end_of_a_job_is_told_once(owner):
    await owner.endpoints.set("me", "http://127.0.0.1/hook")
    taken = await owner.taken(metadata={"order": 7})
    assert await owner.told() == []
    for _ in range(3):
        await owner.leases.complete(taken, AUDIO)
    await owner.records.cancel("me", taken.job.id)

    [(event, url, body)] = await owner.told()
    assert (event, url) == ("job.completed", "http://127.0.0.1/hook")
    assert body == {
        "event": "job.completed",
        "created_at": "2027-01-15T08:00:00+00:00",
        "data": {
            "job_id": taken.job.id,
            "status": "completed",
            "chars_charged": 6,
            "audio_endpoint": f"/v1/jobs/{taken.job.id}/audio",
            "metadata": {"order": 7},
        },
    }


async def test_a_failure_is_told_with_its_reason_and_to_the_jobs_own_url(owner):
    await owner.endpoints.set("me", "http://127.0.0.1/hook")
    taken = await owner.taken(webhook_url="http://127.0.0.1/other")
    await owner.leases.fail(taken, JobError("storage_failed", "the disk is full"))

    [(event, url, body)] = await owner.told()
    assert (event, url) == ("job.failed", "http://127.0.0.1/other")
    assert body["data"]["error"] == {"code": "storage_failed", "message": "the disk is full"}


async def test_who_has_no_webhook_or_cancels_is_told_nothing(owner):
    taken = await owner.taken()
    await owner.leases.complete(taken, AUDIO)
    await owner.endpoints.set("me", "http://127.0.0.1/hook")
    taken = await owner.taken()
    await owner.records.cancel("me", taken.job.id)

    assert await owner.told() == []


async def test_a_vendors_client_is_told_its_own_path_and_what_was_charged(owner):
    await owner.endpoints.set("me", "http://127.0.0.1/hook")
    taken = await owner.taken("aitts", characters=4)
    await owner.leases.complete(taken, AUDIO)

    [(_, _, body)] = await owner.told()
    assert body["data"]["audio_endpoint"] == f"/api/v1/tts/{taken.job.id}/audio"
    assert body["data"]["chars_charged"] == 4


async def test_a_task_with_a_webhook_of_its_own_is_told_in_its_vendors_form(owner):
    extra = {"webhook_url": "http://127.0.0.1/task", "origin": "http://here", "credits": 1.5}
    taken = await owner.taken("ttsai", **extra)
    await owner.leases.fail(taken, JobError("invalid_text", "no"))

    [(event, url, body)] = await owner.told()
    assert (event, url) == ("task.failed", "http://127.0.0.1/task")
    assert (body["status"], body["error"], body["credits_used"]) == ("failed", "no", 2)
