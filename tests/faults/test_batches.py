"""A batch whose gateway is killed in the middle: every text ends once, and one webhook tells of all."""

import asyncio
import json
import urllib.request
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from loadtest.signature import pcm

pytestmark = pytest.mark.slow

TEXT = "A first sentence that is some seconds long. And a second one is on its way."


@asynccontextmanager
async def receiver():
    """Somebody's server: what it has heard, and its URL."""
    heard = []

    async def hear(request):
        heard.append((request.headers["webhook-id"], await request.json()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield heard, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def submit(server, path, body):
    data, named = json.dumps(body).encode(), {"Idempotency-Key": "once"}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data, named)
    with await asyncio.to_thread(urllib.request.urlopen, request) as reply:
        return json.load(reply)


async def fetched(url):
    with await asyncio.to_thread(urllib.request.urlopen, url) as reply:
        return reply.read()


def batch(server, batch_id):
    status, body = server.get(f"/v1/tts/batch/result/?batch_id={batch_id}")
    return json.loads(body) if status == 200 else {"status": status, "completed": 0}


async def test_a_batch_survives_kills_and_is_told_of_once(gateway, until):
    texts = [{"text": f"{TEXT} Number {number}.", "voice": "tone", "format": "wav"} for number in range(12)]
    async with receiver() as (heard, hook):
        async with gateway("pace=0.05", expect=-9, webhooks_allow_private=True) as server:
            made = await submit(server, "/v1/tts/batch/", {"texts": texts, "webhook_url": hook})
            assert (made["total"], made["completed"], made["status"]) == (12, 0, "processing")
            await until(lambda: batch(server, made["batch_id"])["completed"] >= 2, 30.0, "two texts")
            server.process.kill()
        async with gateway("pace=0.05", expect=-9, webhooks_allow_private=True) as server:
            again = await submit(server, "/v1/tts/batch/", {"texts": texts, "webhook_url": hook})
            assert again["batch_id"] == made["batch_id"]
            await until(lambda: batch(server, made["batch_id"])["completed"] >= 6, 40.0, "half of the texts")
            server.process.kill()
        async with gateway("pace=0", webhooks_allow_private=True) as server:
            await until(lambda: batch(server, made["batch_id"])["status"] == "completed", 40.0, "the batch's end")
            await until(lambda: heard, 10.0, "the webhook")
            done = batch(server, made["batch_id"])
            assert (done["completed"], done["failed"]) == (12, 0)
            for sent, each in zip(texts, done["results"], strict=True):
                url = each["result_url"].replace(each["result_url"].split("/")[2], f"127.0.0.1:{server.port}")
                assert pcm(sent["text"]) in await fetched(url)  # whole, behind the header

    names = {name for name, _ in heard}
    assert len(names) == 1  # a repetition after a kill would have the same
    told = heard[0][1]
    assert (told["event"], told["task_id"], told["total"], told["completed"]) == (
        "task.completed",
        made["batch_id"],
        12,
        12,
    )


async def test_a_task_tells_the_webhook_that_it_came_with(gateway, until):
    async with receiver() as (heard, hook), gateway("pace=0", webhooks_allow_private=True) as server:
        made = await submit(server, "/v1/tts/", {"text": TEXT, "voice": "tone", "format": "wav", "webhook_url": hook})
        await until(lambda: heard, 20.0, "the webhook")
        told = heard[0][1]

        assert (told["event"], told["task_id"], told["status"]) == ("task.completed", made["uuid"], "success")
        assert pcm(TEXT) in await fetched(told["result_url"])


async def test_fifty_texts_are_one_batch_and_fifty_one_are_none(gateway):
    async with gateway("pace=0") as server:
        made = await submit(server, "/v1/tts/batch/", {"texts": [{"text": "Hi.", "voice": "tone"}] * 50})
        with pytest.raises(urllib.error.HTTPError) as refused:
            await submit(server, "/v1/tts/batch/", {"texts": [{"text": "Hi.", "voice": "tone"}] * 51})
        with pytest.raises(urllib.error.HTTPError) as unknown:
            await submit(server, "/v1/tts/batch/", {"texts": [{"text": "Hi."}, {"text": " "}]})

        assert made["total"] == 50
        assert json.load(refused.value)["error"]["code"] == "bad_request"
        assert json.load(unknown.value)["error"]["message"].startswith("texts[1]")
