"""Whose address it is: behind proxies, and of a whole network where one client has it."""

import ipaddress
from collections.abc import Sequence

NETWORK_BITS = 64  # of IPv6: what a household or a server is given, and can choose from as it likes
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxies:
    """trusted: networks whose machines say for whom they ask."""

    def __init__(self, trusted: Sequence[str] = ()) -> None:
        self._trusted = tuple(ipaddress.ip_network(each) for each in trusted)

    def client(self, peer: str, forwarded: str) -> str:
        """forwarded: the value of X-Forwarded-For, to which each proxy adds at the end whom it heard. What stands
        before the first machine that is not ours could be anybody's invention.
        """
        if not self._trusted:
            return peer
        address = peer
        for claimed in reversed(forwarded.split(",")):
            if not self._trusts(address):
                return address
            if _parse(claimed.strip()) is None:
                return address
            address = claimed.strip()
        return address

    def _trusts(self, address: str) -> bool:
        parsed = _parse(address)
        return parsed is not None and any(
            parsed.version == network.version and parsed in network for network in self._trusted
        )


def household(address: str) -> str:
    """What is counted as one: an IPv4 address, a /64 of IPv6; what is no address stands for itself."""
    parsed = _parse(address)
    if parsed is None or isinstance(parsed, ipaddress.IPv4Address):
        return address if parsed is None else str(parsed)
    return str(ipaddress.ip_network((parsed, NETWORK_BITS), strict=False))


def _parse(address: str) -> Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed
