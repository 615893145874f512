"""A network between a client and a server that can vanish without a word."""

import asyncio
import ctypes
import fcntl
import socket
import struct
import termios


class Tunnel:
    """A TCP proxy whose connections to the server can vanish: no packet of the server is answered any more."""

    def __init__(self, server_port):
        self._server_port = server_port
        self._writers = []
        self._uplinks = []
        self._carrying = set()

    async def carry(self, reader, writer):
        self._carrying.add(asyncio.current_task())
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._uplinks.append(up_writer)
        self._writers += [writer, up_writer]
        await asyncio.gather(_copy(reader, up_writer), _copy(up_reader, writer), return_exceptions=True)

    def settled(self):
        """Everything sent has been acknowledged: the clients' kernels have nothing to say again and again."""
        return all(_unacknowledged(writer.get_extra_info("socket")) == 0 for writer in self._uplinks)

    def vanish(self):
        for writer in self._uplinks:
            writer.transport.pause_reading()
            drop_everything(writer.get_extra_info("socket"))

    async def close(self):
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._carrying)


def _unacknowledged(connection):
    return struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))[0]


async def _copy(reader, writer):
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


def drop_everything(connection):
    """A packet filter that lets nothing in: to its peer, a connection whose cable was cut. Needs no rights (Linux)."""
    refuse = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # BPF: return 0
    so_attach_filter = 26
    connection.setsockopt(socket.SOL_SOCKET, so_attach_filter, struct.pack("HP", 1, ctypes.addressof(refuse)))
