"""Who comes without a key to a server that has keys, and is let in by address."""

import pytest

from gateway.accounts.plans import Plan
from gateway.accounts.strangers import Strangers

SAID = {"text": "Hello.", "voice": "ann", "encoding": "pcm_s16le", "sample_rate": 8000}


@pytest.fixture
async def site(open_site):
    plans = {"guests": Plan(requests="100/minute", max_text=500)}
    async with open_site(plans=plans, strangers=Strangers("guests", 15), proxies=["127.0.0.0/8"]) as site:
        await site.keys.create("somebody")
        yield site


async def speak(site, address, **headers):
    async with site.http.post("/v1/speech", json=SAID, headers={"X-Forwarded-For": address, **headers}) as response:
        return response.status, await response.json() if response.status != 200 else None


async def test_each_address_has_its_own_day(site):
    assert [(await speak(site, "198.51.100.1"))[0] for _ in range(3)] == [200, 200, 429]
    assert (await speak(site, "198.51.100.1"))[1]["error"]["reason"] == "quota_exceeded"
    assert (await speak(site, "198.51.100.2"))[0] == 200
    assert (await speak(site, "2001:db8::1"))[0] == 200
    assert (await speak(site, "2001:db8::2"))[0] == 200
    assert (await speak(site, "2001:db8::3"))[0] == 429  # the same household


async def test_what_belongs_to_an_account_is_not_shown(site):
    async with site.http.get("/v1/webhook") as response:
        assert (response.status, (await response.json())["error"]["reason"]) == (403, "forbidden")


async def test_a_wrong_key_is_no_stranger(site):
    status, told = await speak(site, "198.51.100.3", Authorization="Bearer vg_wrong")

    assert (status, told["error"]["reason"]) == (401, "unauthenticated")


async def test_a_text_on_a_socket_counts_as_well(site):
    async def say():
        async with site.http.ws_connect("/v1/stream?audio=single") as socket:
            await socket.send_json({"type": "open_context", "context_id": "a", "voice": "ann"})
            await socket.send_json({"type": "append_text", "context_id": "a", "text": "Fourteen said."})
            await socket.send_json({"type": "close_context", "context_id": "a"})
            return [message async for message in socket]

    assert await say()
    status, told = await speak(site, "127.0.0.1")
    assert (status, told["error"]["reason"]) == (429, "quota_exceeded")
