"""What the server has for browsers of each run."""

import fcntl
import json
import urllib.error
import urllib.request
from email.message import Message

import pytest

from mnist_core import recipes
from mnist_core.storage.paths import remove_folder
from tests.made_runs import write_run

pytestmark = pytest.mark.usefixtures("at_the_server")


def get(address: str, **headers: str) -> tuple[int, bytes, Message]:
    """Fetch an address: status, content and headers."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        request = urllib.request.Request(address, headers=headers)
        with direct.open(request, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


@pytest.fixture
def run(at_the_server):
    """A run that has ended."""
    run = write_run("ended", recipes.get("quick", data="synthetic", images=1000))
    row = {"epoch": 0.5, "seconds": 1.0, "step": 3, "loss": 0.5, "accuracy": 0.8}
    (run.folder / "metrics.jsonl").write_text(json.dumps(row) + "\n")
    yield run
    remove_folder(run.folder)


def test_an_ended_run_is_sent_once_until_there_is_something_new(server, run):
    status, content, headers = get(f"{server}/runs/{run.id}")
    assert status == 200
    assert json.loads(content)["lines"]["loss"] == [0.5]
    assert headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": headers["ETag"]}
    status, content, _ = get(f"{server}/runs/{run.id}", **known)
    assert (status, content) == (304, b"")
    run.update(status="stopped")
    status, content, _ = get(f"{server}/runs/{run.id}", **known)
    assert status == 200
    assert json.loads(content)["about"]["text"].startswith("Stopped")


def test_of_a_run_that_goes_on_what_is_new_is_sent(server, run):
    with (run.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run.update(status="running", stage="training")
        first = json.loads(get(f"{server}/runs/{run.id}")[1])
        row = {"epoch": 1, "seconds": 2.0, "step": 6, "loss": 0.4, "accuracy": 0.9}
        with (run.folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
        _, content, headers = get(f"{server}/runs/{run.id}?after={first['next']}")
        told = json.loads(content)
    assert (told["whole"], told["lines"]["loss"]) == (False, [0.4])
    assert headers["Cache-Control"] == "no-store"
    assert len(content) < 1000


@pytest.mark.parametrize(
    "path", ["nobody", "..%2Fruns%2Fended", ".lock", "ended%00", "%2e%2e", "ended/lock"]
)
def test_nothing_else_is_handed_out(server, run, path):
    status, content, headers = get(f"{server}/runs/{path}")
    assert b"0.5" not in content
    assert b"Traceback" not in content
    assert status in (400, 404) or b"<!DOCTYPE html>" in content, "the app's own page"
    assert headers["ETag"] is None or status == 200


def test_a_damaged_run_is_not_handed_out(server, run):
    (run.folder / "state.json").write_text("[")
    assert get(f"{server}/runs/{run.id}")[0] == 404
