import json

import pytest


@pytest.fixture
async def headers(site):
    _, secret = await site.keys.create("app")
    return {"Authorization": f"Bearer {secret}"}


async def ask(site, method, path, headers, **body):
    async with site.http.request(method, path, headers=headers, json=body or None) as response:
        return response.status, json.loads(await response.read())


async def test_a_secret_is_shown_once(site, headers):
    status, made = await ask(site, "PUT", "/v1/webhook", headers, url="https://example.com/hook")
    assert status == 200
    assert made["secret"].startswith("whsec_")
    assert len(made["hmac_secret"]) == 64

    _, again = await ask(site, "PUT", "/v1/webhook", headers, url="https://example.com/other")
    _, shown = await ask(site, "GET", "/v1/webhook", headers)
    _, rotated = await ask(site, "PUT", "/v1/webhook", headers, url="https://example.com/other", rotate=True)

    assert "secret" not in again
    assert set(shown) == {"url", "created_at"}
    assert rotated["hmac_secret"] != made["hmac_secret"]


async def test_a_url_that_leads_inside_is_refused(site, headers):
    status, said = await ask(site, "PUT", "/v1/webhook", headers, url="https://127.0.0.1/")

    assert status == 400
    assert said["error"]["reason"] == "invalid_setting"


async def test_a_try_is_in_the_log(site, headers):
    assert (await ask(site, "POST", "/v1/webhook/test", headers))[0] == 404
    await ask(site, "PUT", "/v1/webhook", headers, url="https://example.com/hook")

    _, tried = await ask(site, "POST", "/v1/webhook/test", headers)
    _, log = await ask(site, "GET", "/v1/webhook/deliveries", headers)

    [delivery] = log["deliveries"]
    assert (delivery["id"], delivery["event"], delivery["state"]) == (tried["delivery_id"], "webhook.test", "pending")
    assert "body" not in delivery


async def test_another_key_sees_nothing_of_it(site, headers):
    await ask(site, "PUT", "/v1/webhook", headers, url="https://example.com/hook")
    _, secret = await site.keys.create("other")
    other = {"Authorization": f"Bearer {secret}"}

    assert (await ask(site, "GET", "/v1/webhook", other))[0] == 404
    assert (await ask(site, "DELETE", "/v1/webhook", other))[1] == {"removed": False}
    assert (await ask(site, "DELETE", "/v1/webhook", headers))[1] == {"removed": True}
