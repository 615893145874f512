import asyncio

import pytest

from gateway.accounts.plans import Plan, Scope

PLANS = {
    "slow": Plan(requests="2/hour", reads="1/hour"),
    "short": Plan(max_text=10),
    "small": Plan(monthly_characters=12),
    "single": Plan(concurrent=1),
}


@pytest.fixture
async def site(open_site):
    async with open_site(plans=PLANS) as site:
        yield site


async def as_(site, plan, scopes=()):
    _, secret = await site.keys.create("app", plan, scopes)
    return {"Authorization": f"Bearer {secret}"}


async def speak(site, headers, text="Hello.", voice="ann"):
    body = {"text": text, "voice": voice, "encoding": "pcm_s16le", "sample_rate": 8000}
    async with site.http.post("/v1/speech", json=body, headers=headers) as response:
        return response, await response.read()


async def test_every_reply_says_what_is_left_of_the_rate(site):
    headers = await as_(site, "slow")

    found = [(await speak(site, headers))[0] for _ in range(3)]

    assert [response.status for response in found] == [200, 200, 429]
    assert [response.headers["X-RateLimit-Remaining"] for response in found] == ["1", "0", "0"]
    assert {response.headers["X-RateLimit-Limit"] for response in found} == {"2"}
    assert {response.headers["X-RateLimit-Bucket"] for response in found} == {"requests"}
    assert 3500 < int(found[2].headers["Retry-After"]) <= 3600


async def test_reading_counts_in_a_bucket_of_its_own(site):
    headers = await as_(site, "slow")
    async with site.http.get("/v1/voices", headers=headers) as response:
        assert response.headers["X-RateLimit-Bucket"] == "reads"
    async with site.http.get("/v1/voices", headers=headers) as response:
        assert response.status == 429

    assert (await speak(site, headers))[0].status == 200


async def test_without_a_bound_nothing_is_said_of_rates(site):
    response, _ = await speak(site, await as_(site, "unlimited"))

    assert "X-RateLimit-Limit" not in response.headers


async def test_a_text_longer_than_the_plan_is_refused(site):
    headers = await as_(site, "short")

    assert (await speak(site, headers, "0123456789"))[0].status == 200
    assert (await speak(site, headers, "0123456789a"))[0].status == 413


async def test_a_months_characters_are_spent_and_no_more(site):
    headers = await as_(site, "small")

    statuses = [(await speak(site, headers, text))[0].status for text in ("Good day.", "Hello.", "Yes", "No.")]

    assert statuses == [200, 429, 200, 429]


async def test_what_a_stream_speaks_is_accounted(site):
    _, secret = await site.keys.create("app", "small")
    async with site.http.ws_connect("/v1/stream", headers={"Authorization": f"Bearer {secret}"}) as socket:
        output = {"encoding": "pcm_s16le", "sample_rate": 8000}
        await socket.send_json({"type": "open_context", "context_id": "a", "output": output})
        await socket.send_json({"type": "append_text", "context_id": "a", "text": "Hello there, you."})
        await socket.send_json({"type": "close_context", "context_id": "a"})
        async with asyncio.timeout(5):
            while (await socket.receive_json())["type"] != "context_done":
                pass
        await site.tally.write()

    (spent,) = await site.tally.ledger.all()
    assert spent.characters == 17
    assert spent.audio_ms > 0
    async with site.http.get("/v1/stream", headers={"Authorization": f"Bearer {secret}"}) as response:
        assert response.status == 429


async def test_so_many_requests_at_once(site):
    headers = await as_(site, "single")
    body = {"text": "Hello.", "voice": "stuck", "encoding": "pcm_s16le", "sample_rate": 8000}
    async with site.http.post("/v1/speech", json=body, headers=headers) as response:
        await response.content.readany()
        refused, said = await speak(site, headers)
        response.close()
        await site.synth.abandoned.length(1)

    assert refused.status == 429
    assert b"too_many_at_once" in said
    async with asyncio.timeout(5):
        while (await speak(site, headers))[0].status != 200:
            pass


async def test_a_key_is_for_what_its_scopes_say(site):
    headers = await as_(site, "unlimited", (Scope.VOICES,))
    async with site.http.get("/v1/voices", headers=headers) as response:
        assert response.status == 200

    response, said = await speak(site, headers)

    assert response.status == 403
    assert b"tts:generate" in said


async def test_a_plan_that_is_gone_is_no_plan_without_bounds(site):
    response, said = await speak(site, await as_(site, "vanished"))

    assert response.status == 403
    assert b"vanished" in said


async def test_what_was_reserved_and_never_spoken_is_given_back(site):
    headers = await as_(site, "small")

    response, _ = await speak(site, headers, "Good day.", voice="nobody")
    await site.tally.write()

    assert response.status == 404
    (spent,) = await site.tally.ledger.all()
    assert spent.characters == 0
    assert (await speak(site, headers, "Good morning"))[0].status == 200
