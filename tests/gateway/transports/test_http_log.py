import asyncio

import pytest
from aiohttp import web

from gateway.transports.http_log import http_log


async def fail(_request):
    raise ZeroDivisionError


async def answers(port, request):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(5):
        head = await reader.readline()
    writer.close()
    return head.decode().strip()


@pytest.fixture
async def port():
    app = web.Application()
    app.router.add_get("/", fail)
    runner = web.AppRunner(app, access_log=None, logger=http_log())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.mark.parametrize(
    "request_",
    [b"\x00\xff\n\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 10_000, b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"],
    ids=["garbage", "long", "negative"],
)
async def test_what_is_no_http_is_refused_without_a_word_in_the_log(port, request_, caplog):
    assert (await answers(port, request_)).endswith("400 Bad Request")
    assert caplog.records == []


async def test_a_bug_is_logged(port, caplog):
    assert (await answers(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")).endswith("500 Internal Server Error")
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]
