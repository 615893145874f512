"""Pages of other sites, as a browser asks for them."""

import pytest

from gateway.transports.cors import Cors

PAGE = "https://app.example.com"
ASKED = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
async def site(open_site):
    async with open_site(cors=[PAGE]) as site:
        await site.keys.create("somebody")
        yield site


async def test_a_browser_asks_without_a_key_and_learns_what_it_may_send(site):
    async with site.http.options("/v1/audio/speech", headers=ASKED) as response:
        assert (response.status, await response.read()) == (204, b"")
        allowed = response.headers

    assert allowed["Access-Control-Allow-Origin"] == PAGE
    assert allowed["Access-Control-Allow-Headers"] == "authorization"
    assert "POST" in allowed["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in allowed
    assert allowed["Vary"] == "Origin"


async def test_a_page_may_read_what_it_is_told_also_of_a_refusal_and_of_a_stream(site):
    _, secret = await site.keys.create("page")
    body = {"input": "Hello.", "voice": "ann"}
    for key, status in (("wrong", 401), (secret, 200)):
        headers = {"Origin": PAGE, "Authorization": f"Bearer {key}"}
        async with site.http.post("/v1/audio/speech", json=body, headers=headers) as response:
            assert response.status == status
            assert response.headers["Access-Control-Allow-Origin"] == PAGE
            assert "x-request-id" in response.headers["Access-Control-Expose-Headers"]


async def test_no_other_page_is_answered(site):
    for origin in ("https://evil.example.com", "null", f"{PAGE}.evil.com", "http://app.example.com"):
        async with site.http.options("/v1/audio/speech", headers={**ASKED, "Origin": origin}) as response:
            assert response.status == 405
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_without_the_setting_nothing_is_said(open_site):
    async with open_site() as site, site.http.get("/v1/voices", headers={"Origin": PAGE}) as response:
        assert not [name for name in response.headers if name.startswith("Access-Control")]


async def test_everybody_may_be_let_in_never_with_credentials(open_site):
    async with open_site(cors=["*"]) as site, site.http.get("/v1/voices", headers={"Origin": PAGE}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_whole_domain_may_be_let_in():
    cors = Cors(["https://*.example.com"])

    assert cors.allows("https://preview-7.example.com")
    assert not cors.allows("https://example.com.evil.com")
    assert not cors.allows("http://preview-7.example.com")
