"""`/openapi.json` and `/docs`, as a browser asks for them."""

import re

import aiohttp
import pytest
from aiohttp import web

from gateway.transports.contract import ContractTransport


@pytest.fixture
async def http():
    app = web.Application()
    ContractTransport("9.9").add_routes(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
        yield session
    await runner.cleanup()


async def test_the_description_is_served_and_not_sent_twice(http):
    async with http.get("/openapi.json") as reply:
        described, tag = await reply.json(), reply.headers["ETag"]
    async with http.get("/openapi.json", headers={"If-None-Match": tag}) as again:
        assert (again.status, await again.read()) == (304, b"")

    assert (described["openapi"], described["info"]["version"]) == ("3.1.0", "9.9")
    assert set(described["paths"]) == {"/openapi.json", "/docs", "/docs/app.js", "/docs/style.css"}


async def test_the_page_fetches_nothing_elsewhere_and_says_so(http):
    async with http.get("/docs") as reply:
        page = await reply.text()
        assert reply.content_type == "text/html"
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert "unsafe" not in reply.headers["Content-Security-Policy"]

    for link in re.findall(r'(?:src|href)="([^"]+)"', page):
        async with http.get(link) as part:
            text = await part.text()
            assert part.status == 200
            if link != "/openapi.json":
                assert "://" not in text
    assert not re.search(r"<script>|style=|\son\w+=", page)
