"""What visits do to a server, told by the messages that browsers send."""

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from tests import raw_session

pytestmark = pytest.mark.usefixtures("at_the_server")

WHOLE, BEGINS, GOES_ON = b"\x82", b"\x02", b"\x80"  # messages, as RFC 6455 has them


def head(kind: bytes, megabytes: int) -> bytes:
    """Return how a part of a message begins, with its size and an empty mask."""
    return kind + b"\xff" + (megabytes * 1_000_000).to_bytes(8) + bytes(4)


@pytest.mark.parametrize(
    "sent",
    [
        head(WHOLE, 7),
        head(WHOLE, 100),
        head(BEGINS, 4) + bytes(4_000_000) + head(GOES_ON, 4),
    ],
    ids=["7 MB", "100 MB", "8 MB in parts"],
)
def test_a_message_too_large_is_not_even_read(server, sent):
    with raw_session.connect(server) as other, raw_session.connect(server) as session:
        session.line.socket.sendall(sent)
        with pytest.raises(ConnectionClosed) as closed:
            session.receive()
        assert closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG
        assert raw_session.widget_id(other.run(), "brush")
