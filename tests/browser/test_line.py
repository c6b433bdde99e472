"""A whole class presses Start: each gets their training, in turn, whoever is left."""

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from streamlit.proto.WidgetStates_pb2 import WidgetState

from mnist_core.runs import manager, queue
from tests import raw_session
from tests.browser.server import start
from tests.conftest import STAND_INS, lighten, until
from tests.raw_session import RawSession, widget_id

VISITORS = 30
PLACE = re.compile(rb"You are \*\*number (\d+) in line")

TRAIN = (
    STAND_INS
    + """
def train(run, control):
    go_on = run.folder.parents[1] / "go_on"
    while not go_on.exists() and time.time() < run.read().started + 300:
        time.sleep(0.05)
    run.update(status="finished")

fit.train = train
"""
)


def find_start(session: RawSession) -> WidgetState:
    """Open the Train page; return its button for who has not trained, pressed."""
    page = session.run(page="train")
    return WidgetState(id=widget_id(page, "start_first"), trigger_value=True)


def press(session: RawSession, button: WidgetState) -> int | None:
    """Press Start; return the place in line, if any."""
    answer = b"".join(
        each.SerializeToString() for each in session.run(button, page="train")
    )
    found = PLACE.search(answer)
    return int(found[1]) if found else None


def test_a_class_that_starts_at_once_is_served_in_turn_though_the_server_is_killed(
    home, tmp_path, monkeypatch
):
    for name, value in lighten(tmp_path, TRAIN).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KERAS_HOME", os.devnull)  # no process tries to download MNIST
    with start() as (address, server), ExitStack() as opened:
        connected = [raw_session.connect(address) for _ in range(VISITORS)]
        sessions = [opened.enter_context(each) for each in connected]
        with ThreadPoolExecutor(VISITORS) as pool:
            # Who comes when runs go on already is offered to watch them first.
            buttons = list(pool.map(find_start, sessions))
            places = list(pool.map(press, sessions, buttons))
        told = [place for place in places if place]
        assert max(told) >= VISITORS // 2, "each is told its place"
        line = queue.in_turn(manager.read_runs())
        assert len(line) == VISITORS - 1
        assert len({run.read().starter for run in line}) == VISITORS - 1
        os.kill(server, signal.SIGKILL)
    (home / "go_on").touch()  # now that nobody is there, not even the server
    runs = manager.list_runs()
    until(lambda: all(run.read().status == "finished" for run in runs), seconds=120)
    begun = {run: run.read().begun for run in runs}
    assert len(begun) == VISITORS
    assert sorted(line, key=begun.get) == line
