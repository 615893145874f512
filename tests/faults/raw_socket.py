"""A client without manners: frames by hand, well-formed or not."""

import socket
import struct
from contextlib import suppress

import msgspec

from tests.faults.speaking import NATIVE_PATH


class RawSocket:
    """A client that keeps to nothing."""

    def __init__(self, port, receive_buffer=0):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20.0)
        self.socket.connect(("127.0.0.1", port))

    def upgrade(self):
        self.socket.sendall(
            f"GET {NATIVE_PATH} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        reply = b""
        while not reply.endswith(b"\r\n\r\n"):
            reply += self.socket.recv(1)
        assert b" 101 " in reply
        return self

    def send(self, data):
        self.socket.sendall(data)

    def send_json(self, **fields):
        self.send(frame(1, msgspec.json.encode(fields)))

    def read_to_end(self):
        """The bytes that came until the server hung up or said that it closes; a reset ends them too."""
        received = b""
        with suppress(ConnectionError):
            while not _says_close(received) and (data := self.socket.recv(65_536)):
                received += data
        return received

    def reset(self):
        """RST, at once."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()


def _says_close(received):
    """Whether these frames of a server end with a close frame."""
    while len(received) >= 2:
        size, start = received[1], 2
        if size > 125:
            start += 2 if size == 126 else 8
            size = int.from_bytes(received[2:start], "big")
        if received[0] & 0xF == 8:
            return len(received) >= start + size
        received = received[start + size :]
    return False


def frame(opcode, payload, announced=None):
    """A masked frame, mask zero; announced: the length that it claims to have."""
    size = len(payload) if announced is None else announced
    if size < 126:
        head = bytes([0x80 | opcode, 0x80 | size])
    elif size < 65_536:
        head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + bytes(4) + payload
