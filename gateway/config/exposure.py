"""A server without keys is for its own machine, unless the operator says otherwise."""

import ipaddress

from gateway.config.error import ConfigError
from gateway.config.settings import GatewayConfig


def check_exposure(config: GatewayConfig, *, any_keys: bool) -> None:
    """ConfigError when other machines could use the server without a key."""
    if config.allow_public_without_keys:
        return
    if config.wyoming_port is not None and _is_public(config.wyoming_host):
        raise ConfigError(
            f"wyoming_host {config.wyoming_host!r} can be reached from other machines, and Wyoming has no keys: "
            "whoever reaches it can use the server. Let it listen on 127.0.0.1, or let everybody in on purpose with "
            "VOXGATE_ALLOW_PUBLIC_WITHOUT_KEYS=true (HTTP and gRPC still ask for a key once there is one)."
        )
    if _is_public(config.host) and not any_keys:
        raise ConfigError(
            f"host {config.host!r} can be reached from other machines and there is no API key yet. Make one with "
            "`voxgate keys create NAME`, or listen on 127.0.0.1 (VOXGATE_HOST), or let everybody in on purpose with "
            "VOXGATE_ALLOW_PUBLIC_WITHOUT_KEYS=true."
        )


def _is_public(host: str) -> bool:
    """Whether other machines can reach it. A name that we cannot judge is taken for one that they can."""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
