"""A line to a server that breaks, or falls silent, after so many bytes to it: a bad network."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class Line:
    """Carries connections to a port of the loopback."""

    def __init__(self, port: int, *, breaks_after: int, is_silent: bool) -> None:
        """Listen on a free port.

        Args:
            port: of the server.
            breaks_after: bytes to the server that each connection still carries.
            is_silent: then nothing is said any more; else the connection is cut.
        """
        self._to = port
        self._room, self._is_silent = breaks_after, is_silent
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.broken = 0
        """Connections that broke."""
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cut everything."""
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                theirs = socket.create_connection(("127.0.0.1", self._to))
                self._open += [ours, theirs]
                for part in ((ours, theirs, self._room), (theirs, ours, None)):
                    threading.Thread(target=self._carry, args=part, daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, room: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                if room is not None:
                    data, room = data[:room], room - len(data)
                to.sendall(data)
                if room is not None and room < 0:
                    break
            else:
                to.shutdown(socket.SHUT_WR)
                return
            self.broken += 1
            if not self._is_silent:
                for one in (source, to):
                    one.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def running(port: int, *, breaks_after: int, is_silent: bool) -> Iterator[Line]:
    """Give a line for the length of the block."""
    line = Line(port, breaks_after=breaks_after, is_silent=is_silent)
    try:
        yield line
    finally:
        line.close()
