"""Visit a server by Streamlit's own messages, without a browser: many at a time.

with raw_session.connect("http://localhost:8501") as session:
    messages = session.run()              # as a page that has just been opened
    slider = widget_id(messages, "brush")
    session.run(WidgetState(id=slider, double_value=30.0))
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as connect_websocket

SECONDS = 60  # to wait for the server, or for a message, at the most
LARGEST = 200_000_000  # bytes of a message; the server has limits of its own


class RawSession:
    """One visitor's line to the server."""

    def __init__(self, line: ClientConnection, address: str) -> None:
        self.line = line
        self.address = address
        self.id = ""  # known when the first run has begun

    def send(self, **message: object) -> None:
        """Send a message that has this one field, such as `clear_cache=True`."""
        self.line.send(BackMsg(**message).SerializeToString())

    def rerun(self, *widgets: WidgetState, page: str = "", fragment: str = "") -> None:
        """Ask for a run of a page, or of a part of it, and wait for nothing.

        Args:
            widgets: what they are set to; the server forgets all others.
            page: as in the address, such as "train".
            fragment: the part's id.
        """
        state = {
            "widget_states": {"widgets": widgets},
            "page_name": page,
            "fragment_id": fragment,
            "context_info": {"url": f"{self.address}/{page}"},
        }
        self.send(rerun_script=state)

    def receive(self) -> ForwardMsg:
        """Return the next message.

        Raises:
            TimeoutError: there is none.
            ConnectionClosed: the server has closed the line.
        """
        data = self.line.recv(timeout=SECONDS, decode=False)
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "new_session":
            self.id = message.new_session.initialize.session_id
        return message

    def wait_for(self, kind: str) -> ForwardMsg:
        """Return the next message of this kind, such as "file_urls_response"."""
        while (message := self.receive()).WhichOneof("type") != kind:
            pass
        return message

    def finish(self) -> list[ForwardMsg]:
        """Return all messages up to the end of a run that no other follows at once."""
        messages = [self.receive()]
        while not _is_end(messages[-1]):
            messages.append(self.receive())
        return messages

    def run(
        self, *widgets: WidgetState, page: str = "", fragment: str = ""
    ) -> list[ForwardMsg]:
        """Ask for a run, and return its messages when it has ended."""
        self.rerun(*widgets, page=page, fragment=fragment)
        return self.finish()


@contextmanager
def connect(
    address: str, *, headers: Mapping[str, str] | None = None, resumes: str = ""
) -> Iterator[RawSession]:
    """Open a session at a server's address, `http://host:port`, and close it.

    Args:
        address: of the server.
        headers: more of them, or others; a browser's `Origin` is there anyway.
        resumes: the id of a session whose line broke; this is its next one.
    """
    host = urlsplit(address).netloc
    with connect_websocket(
        f"ws://{host}/_stcore/stream",
        additional_headers={"Origin": address} | dict(headers or {}),
        subprotocols=["streamlit", *(["no-token", resumes] if resumes else [])],
        compression=None,
        open_timeout=SECONDS,
        max_size=LARGEST,
        max_queue=None,  # a full one would hold up the end of it
        proxy=None,
    ) as line:
        yield RawSession(line, address)


def widget_id(messages: Iterable[ForwardMsg], key: str) -> str:
    """Return the id of the widget with this key, which `WidgetState` asks for."""
    elements = [each.delta.new_element for each in messages]
    kinds = [(each, each.WhichOneof("type")) for each in elements]
    ids = [getattr(getattr(each, kind), "id", "") for each, kind in kinds if kind]
    return next(each for each in ids if each.split("-", 2)[2:] == [key])


def _is_end(message: ForwardMsg) -> bool:
    if message.WhichOneof("type") != "script_finished":
        return False
    return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
