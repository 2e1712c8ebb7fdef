"""TLS in front of a PostgreSQL without it, like the wheel's: answers PostgreSQL's SSLRequest, then forwards.

https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL: a client that wants TLS first
sends eight bytes, is answered ``S``, and shakes hands. A client that does not is refused, as with `hostssl`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_FIELDS = (b"SFATAL", b"VFATAL", b"C28000", b"Mthis server takes only TLS", b"")
_REFUSAL = b"\0".join(_FIELDS) + b"\0"
REFUSED = b"E" + struct.pack("!i", 4 + len(_REFUSAL)) + _REFUSAL
"""ErrorResponse invalid_authorization_specification, which PostgreSQL sends if no line of pg_hba matches."""
PIECE = 65_536


@contextlib.contextmanager
def running(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """Yield a port that speaks TLS for a server on another port of the loopback interface."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # the listener was closed
            threading.Thread(target=_one, args=(client, context, port), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _one(client: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """Serve one connection. A client that hangs up or rejects the certificate just ends it."""
    with contextlib.suppress(OSError), client:
        if client.recv(len(SSL_REQUEST), socket.MSG_WAITALL) != SSL_REQUEST:
            client.sendall(REFUSED)
            return
        client.sendall(b"S")
        with (
            context.wrap_socket(client, server_side=True) as inside,
            socket.create_connection(("127.0.0.1", port)) as server,
        ):
            back = threading.Thread(target=_pump, args=(server, inside), daemon=True)
            back.start()
            _pump(inside, server)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
