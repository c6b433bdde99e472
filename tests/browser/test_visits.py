"""What visits do to a server, told by the messages that browsers send."""

import json
import re
import urllib.request
from http import HTTPStatus

import pytest
from PIL import Image
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from pages.components.shared.canvas_state import HEIGHT, WIDTH
from pages.components.shared.data_url import encode_picture
from tests import raw_session
from tests.browser.conftest import serving
from tests.conftest import until
from tests.raw_session import widget_id

MEGABYTE = 1_000_000
WHOLE, BEGINS, GOES_ON = b"\x82", b"\x02", b"\x80"  # messages, as RFC 6455 has them


def head(kind: bytes, megabytes: int) -> bytes:
    """Return how a part of a message begins, with its size and an empty mask."""
    return kind + b"\xff" + (megabytes * MEGABYTE).to_bytes(8) + bytes(4)


@pytest.mark.parametrize(("ulimit", "visits"), [("-Sn 256", 100), ("-n 256", 60)])
def test_visits_do_not_use_up_the_files_that_may_be_open(tmp_path, ulimit, visits):
    """Each takes three, until 128 of them are kept; with 256, 81 were served."""
    with serving(tmp_path, ulimit=ulimit) as server:
        for _ in range(visits):
            with raw_session.connect(server) as session:
                session.rerun()
        with raw_session.connect(server) as session:
            assert widget_id(session.run(), "brush")


def tab(messages: list[ForwardMsg]) -> WidgetState:
    """Return what a browser says that keeps an id for this tab."""
    ids = json.dumps({"ids": {"visitor": "me", "state": "my tab"}})
    return WidgetState(id=widget_id(messages, "browser_ids"), json_value=ids)


def stroke(messages: list[ForwardMsg]) -> WidgetState:
    """Return what the canvas says after a stroke."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    picture.paste("white", (300, 100, 330, 300))
    objects = [{"type": "path", "path": [["M", 315, 100], ["L", 315, 300]]}]
    drawing = {"raw": {"objects": objects}, "data": encode_picture(picture)}
    value = json.dumps({"drawing": drawing})
    return WidgetState(id=widget_id(messages, "canvas-0"), json_value=value)


def test_a_drawing_is_there_again_after_a_restart(tmp_path):
    with serving(tmp_path) as server, raw_session.connect(server) as session:
        page = session.run()
        session.rerun(tab(page), stroke(page))
        until(lambda: list(tmp_path.glob("visitors/*.json")))
    path = b'["L", 315, 300]'
    with serving(tmp_path) as server, raw_session.connect(server) as session:
        page = session.run()
        assert not any(path in each.SerializeToString() for each in page)
        session.rerun(tab(page))
        while path not in session.receive().SerializeToString():
            pass  # until there is nothing more to come: then it fails


@pytest.mark.parametrize(
    "sent",
    [
        head(WHOLE, 7),
        head(WHOLE, 100),
        head(BEGINS, 4) + bytes(4 * MEGABYTE) + head(GOES_ON, 4),
    ],
    ids=["7 MB", "100 MB", "8 MB in parts"],
)
def test_a_message_too_large_is_not_even_read(server, sent):
    with raw_session.connect(server) as other, raw_session.connect(server) as session:
        session.line.socket.sendall(sent)
        with pytest.raises(ConnectionClosed) as closed:
            session.receive()
        assert closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG
        assert widget_id(other.run(), "brush")


def put_file(server: str, session_id: str, file_id: str) -> int:
    """Upload a megabyte as a browser does; return the status of the answer."""
    with urllib.request.urlopen(f"{server}/_stcore/health") as answer:
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    part = 'Content-Disposition: form-data; name="file"; filename="photo.png"'
    body = f"--edge\r\n{part}\r\n\r\n{'.' * MEGABYTE}\r\n--edge--\r\n"
    request = urllib.request.Request(
        f"{server}/_stcore/upload_file/{session_id}/{file_id}",
        data=body.encode(),
        method="PUT",
        headers={
            "Content-Type": "multipart/form-data; boundary=edge",
            "Cookie": cookie,
            "X-Xsrftoken": cookie.partition("=")[2],
        },
    )
    with urllib.request.urlopen(request) as answer:
        return answer.status


def metrics(server: str) -> str:
    """Return what the server tells of itself on its own machine."""
    with urllib.request.urlopen(f"{server}/_stcore/metrics") as answer:
        return answer.read().decode()


def uploaded_bytes(server: str) -> int:
    """Return how much of what was uploaded is kept; it is counted every 5 seconds."""
    found = re.findall(r'"UploadedFileManager".*} (\d+)', metrics(server))
    return sum(map(int, found))


def test_of_many_uploads_only_what_a_widget_asked_for_is_kept(server):
    before = uploaded_bytes(server)  # small pictures, of tests that were before
    with raw_session.connect(server) as session:
        session.run()
        for number in range(30):
            status = put_file(server, session.id, f"mine-{number}")
            assert status == HTTPStatus.NO_CONTENT
        session.send(file_urls_request={"request_id": "1", "file_names": ["photo.png"]})
        answer = session.wait_for("file_urls_response").file_urls_response
        place = answer.file_urls[0].file_id
        put_file(server, session.id, place)
        until(lambda: round((uploaded_bytes(server) - before) / MEGABYTE) == 1)


def models_packed(server: str) -> int:
    """Return how often a model was not in the cache, and was packed for a browser."""
    found = re.search(r'_packed".*result="miss"} (\d+)', metrics(server))
    return int(found[1])


def test_who_sits_elsewhere_cannot_have_everybody_s_caches_cleared(server):
    elsewhere = {"X-Forwarded-For": "192.168.1.20"}
    with raw_session.connect(server, headers=elsewhere) as session:
        session.run()
        before = models_packed(server)
        session.send(clear_cache=True)
        session.run()
        assert models_packed(server) == before


def test_a_line_that_is_resumed_begins_with_the_next_run(server):
    for _ in range(5):  # what is left of the run that is cut short differs
        with raw_session.connect(server) as session:
            session.run()
            session.rerun()
            session.wait_for("delta")
        with raw_session.connect(server, resumes=session.id) as resumed:
            kinds = [each.WhichOneof("type") for each in resumed.run()]
        assert resumed.id == session.id
        assert "delta" not in kinds[: kinds.index("new_session")]
