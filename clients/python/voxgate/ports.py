"""Who listens on this machine."""

import http
import http.client
import socket
from typing import Literal

HOST = "127.0.0.1"
DEADLINE = 2.0  # seconds


def taken(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as caller:
        caller.settimeout(DEADLINE)
        return caller.connect_ex((HOST, port)) == 0


def ask_gateway(port: int) -> Literal["ready", "not ready", "nobody"]:
    """What a gateway says of itself; nobody: no gateway is there."""
    connection = http.client.HTTPConnection(HOST, port, timeout=DEADLINE)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return "nobody"
    finally:
        connection.close()
    if status == http.HTTPStatus.OK:
        return "ready"
    return "not ready" if status == http.HTTPStatus.SERVICE_UNAVAILABLE else "nobody"
