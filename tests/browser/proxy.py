"""A reverse proxy: it asks a server on somebody's behalf, and says so in headers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit


class _Handler(StreamRequestHandler):
    """Asks for one request, with the headers of nginx's and Caddy's manuals."""

    server: "_Proxy"
    rbufsize = 0  # what comes after the headers is not read with them

    def handle(self) -> None:
        with socket.create_connection(self.server.upstream) as line:
            line.sendall(self._head())
            back = threading.Thread(target=_copy, args=(line, self.connection))
            back.start()
            _copy(self.connection, line)
            back.join()

    def _head(self) -> bytes:
        lines = list(iter(self.rfile.readline, b"\r\n"))
        if not any(line.lower().startswith(b"upgrade:") for line in lines):
            # Each request then comes by a connection of its own, and gets the headers.
            lines = [x for x in lines if not x.lower().startswith(b"connection:")]
            lines.append(b"Connection: close\r\n")
        address = self.client_address[0].encode()
        lines += [b"X-Forwarded-For: %s\r\n" % address, b"X-Forwarded-Proto: http\r\n"]
        return b"".join([*lines, b"\r\n"])


class _Proxy(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, upstream: tuple[str, int]) -> None:
        self.upstream = upstream
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def before(address: str) -> Iterator[str]:
    """Run a proxy before the server at this address; give the proxy's own."""
    port = urlsplit(address).port
    assert port
    with _Proxy(("127.0.0.1", port)) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://localhost:{proxy.server_address[1]}"
        proxy.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Pass everything on until one of the two hangs up, and hang up as well."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for line in (source, target):
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
