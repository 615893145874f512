"""What was accepted is answered for, also when the database stops before the answer."""

import asyncio
import json
import urllib.request

import pytest

from gateway.accounts.keys import KeyStore
from gateway.database.opening import open_database

pytestmark = pytest.mark.slow

TEXT = "A sentence that is some seconds long, so that its database has time to stop before its end. " * 20


async def test_a_reply_that_waits_is_no_outage_when_the_database_stops(gateway, until, postgres):
    url = await postgres.new_database("accepted")
    database = await open_database(url)
    _, secret = await KeyStore(database).create("me", "ttsbuddy")
    await database.dispose()
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def speak(server):
        body = json.dumps({"text": TEXT}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}/v1/agent-tts", body, headers)
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.load(reply)

    async with gateway("pace=1", database_url=url) as server:
        speaking = asyncio.create_task(asyncio.to_thread(speak, server))
        await until(lambda: server.metric("jobs_active") == 1, 20.0, "the job")
        await asyncio.to_thread(postgres.stop)
        status, said = await speaking
        await asyncio.to_thread(postgres.start)

        assert (status, said["status"]) == (202, "processing")
        assert said["job_id"] in said["status_url"]
