"""Ask an app without a server, by the messages that a server would hand it.

start, body = asyncio.run(ask(app, "GET", "/api/models", peer="192.168.1.7"))
"""

from collections.abc import Iterable, Mapping
from itertools import chain, repeat

from starlette.types import ASGIApp, Message

GONE: Message = {"type": "http.disconnect"}


def piece(body: bytes, *, more: bool = False) -> Message:
    """Return a piece of a request's body."""
    return {"type": "http.request", "body": body, "more_body": more}


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    pieces: Iterable[Message] = (),
    *,
    query: bytes = b"",
    headers: Mapping[str, str] | None = None,
    peer: str = "127.0.0.1",
    scheme: str = "http",
    noted: list[Message] | None = None,
) -> list[Message]:
    """Send a body piece by piece, and then hang up; return what came back.

    Args:
        app: whom to ask.
        method: such as "GET".
        path: without what is asked for.
        pieces: of the body.
        query: what is asked for, after the question mark.
        headers: by their names, in which _ stands for -.
        peer: the address of who asks.
        scheme: "http" or "https".
        noted: where to note what comes back at once, also where it ends badly.
    """
    scope = {
        **{"type": "http", "method": method, "path": path, "scheme": scheme},
        **{"query_string": query, "client": (peer, 5)},
        "headers": [
            (name.replace("_", "-").encode(), value.encode("latin-1"))
            for name, value in (headers or {}).items()
        ],
    }
    sent = [] if noted is None else noted
    messages = chain(pieces, repeat(GONE))

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return next(messages)

    await app(scope, receive, send)
    return sent
