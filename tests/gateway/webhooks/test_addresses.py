import socket

import pytest
from aiohttp.abc import AbstractResolver

from gateway.errors import InvalidSetting
from gateway.webhooks.addresses import Addresses, GuardedResolver


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook",
        "https://example.com:8443/hook?a=b",
        "https://93.184.216.34/hook",
        "https://bücher.example/x",
    ],
)
def test_a_public_https_url_is_taken(url):
    assert Addresses().check(url).startswith("https://")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook",
        "http://example.com/hook",
        "ftp://example.com/hook",
        "file:///etc/passwd",
        "https:///hook",
        "https://user:secret@example.com/",
        "https://user@example.com/",
        "https://localhost/hook",
        "https://printer.local/hook",
        "https://metadata.google.internal/",
        "https://LOCALHOST./",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.0.1/",
        "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::7f00:1]/",
        "https://[64:ff9b:1:ffff::5db8:d822]/",
        "https://[fec0::1]/",
        "https://[feff::1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://224.0.0.1/",
        "https://100.64.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://a..b/",
        "https://" + "a" * 64 + ".com/",
        "https://example.com:22/",
        "https://example.com:99999/",
        "https://example.com/" + "a" * 3000,
        "https://example.com/" + "é" * 1000,  # 6 characters each when it is called
    ],
)
def test_everything_else_is_refused(url):
    with pytest.raises(InvalidSetting):
        Addresses().check(url)


def test_an_operator_may_let_webhooks_go_to_private_machines():
    assert Addresses(allow_private=True).check("http://127.0.0.1:9000/hook") == "http://127.0.0.1:9000/hook"
    with pytest.raises(InvalidSetting):
        Addresses(allow_private=True).check("file:///etc/passwd")


class Names(AbstractResolver):
    def __init__(self, *addresses):
        self._addresses = addresses

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [
            {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}
            for address in self._addresses
        ]

    async def close(self):
        pass


@pytest.mark.parametrize(
    "found",
    [
        ("127.0.0.1",),
        ("93.184.216.34", "10.0.0.1"),
        ("::1",),
        ("::ffff:169.254.169.254",),
        ("64:ff9b:1::a9fe:a9fe",),
        ("fe80::1%eth0",),
        (),
    ],
)
async def test_a_name_that_leads_to_a_private_machine_is_not_followed(found):
    with pytest.raises(OSError, match="private"):
        await GuardedResolver(Addresses(), Names(*found)).resolve("rebound.example", 443)


async def test_a_name_that_leads_to_public_machines_is_followed_to_just_those():
    resolver = GuardedResolver(Addresses(), Names("93.184.216.34", "2606:2800:220:1::1"))

    assert [each["host"] for each in await resolver.resolve("example.com", 443)] == [
        "93.184.216.34",
        "2606:2800:220:1::1",
    ]


@pytest.mark.parametrize("name", ["0x7f.1", "2130706433", "127.1"])
async def test_other_ways_to_write_an_address_lead_where_they_lead(name):
    """The system's resolver knows them all."""
    with pytest.raises(OSError, match=r"private|not known"):
        await GuardedResolver(Addresses()).resolve(name, 443)
