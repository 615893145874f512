"""Where a webhook may go: public machines alone, whatever a URL is made to look like.

A URL is checked when it is given, and its addresses again with each connection: a name may lead elsewhere by then. The
connection goes to the very address that was checked.
"""

import ipaddress
import socket
from collections.abc import Iterable

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from gateway.errors import InvalidSetting

MAX_URL = 2048  # characters
WELL_KNOWN = frozenset({80, 443})  # of the ports below 1024; the others are mail, shells, directories
FIRST_FREE_PORT = 1024
PRIVATE_NAMES = (".local", ".internal", ".localhost", "localhost")


class Addresses:
    def __init__(self, *, allow_private: bool = False) -> None:
        """allow_private: plain HTTP and private machines too, for a server whose users are its own people."""
        self._allow_private = allow_private

    def check(self, text: str) -> str:
        """The URL as it will be called. Raises InvalidSetting."""
        try:
            url = URL(text)
            port = url.port
        except ValueError as error:
            raise InvalidSetting("this is no URL") from error
        if len(str(url)) > MAX_URL or url.scheme not in ("http", "https") or not _can_be_looked_up(url.host or ""):
            raise InvalidSetting("a webhook's URL is https://host/path")
        if url.user or url.password:
            raise InvalidSetting("a webhook's URL has no user and no password")
        if not self._allow_private:
            self._check_public(url, port or 0)
        return str(url)

    def allows(self, address: str) -> bool:
        return self._allow_private or _is_public(address)

    def _check_public(self, url: URL, port: int) -> None:
        host = (url.host or "").rstrip(".").lower()
        if url.scheme != "https":
            raise InvalidSetting("a webhook's URL is https://host/path")
        if port not in WELL_KNOWN and port < FIRST_FREE_PORT:
            raise InvalidSetting(f"a webhook does not go to port {port}")
        if host.endswith(PRIVATE_NAMES) or (_is_number(host) and not (_is_address(host) and _is_public(host))):
            raise InvalidSetting("a webhook goes to a public machine")


class GuardedResolver(AbstractResolver):
    """Names to addresses that a webhook may go to."""

    def __init__(self, addresses: Addresses, resolver: AbstractResolver | None = None) -> None:
        self._addresses = addresses
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """OSError when any of them is private: a name that leads to both is a trick."""
        found = await self._resolver.resolve(host, port, family)
        if not _all(self._addresses.allows(each["host"]) for each in found):
            raise OSError(f"{host} leads to a private machine")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def _all(answers: Iterable[bool]) -> bool:
    """Of at least one."""
    found = list(answers)
    return bool(found) and all(found)


def _can_be_looked_up(host: str) -> bool:
    """What is none raises no OSError when it is looked up, but UnicodeError."""
    try:
        return bool(host.encode("idna"))
    except UnicodeError:
        return False


def _is_number(host: str) -> bool:
    """An address, also in the forms that only C's inet_aton reads: `127.1`, `2130706433`, `0x7f.1`."""
    last = host.rpartition(".")[2]
    return ":" in host or last.isdigit() or last.startswith("0x")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None and not inner.is_global:
            return False
        if found in NAT64 and not ipaddress.IPv4Address(int(found) & 0xFFFFFFFF).is_global:
            return False
        if found in LOCAL_NAT64 or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast


NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# RFC 8215: a network's own translators, to whatever it lets them reach. Python takes it, and the site-local fec0::/10
# that RFC 3879 gave up and machines still have, for global.
LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
