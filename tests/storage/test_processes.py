import fcntl
import os
import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from mnist_core import recipes
from mnist_core.runs import manager
from mnist_core.storage import processes
from tests.conftest import order

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "lock").touch()
    return tmp_path / "lock"


def test_a_lock_is_one_s_until_its_file_is_closed(path):
    with path.open("w") as mine, path.open("w") as theirs:
        assert not processes.is_locked(path)
        assert processes.try_lock(mine)
        assert processes.is_locked(path)
        assert not processes.try_lock(theirs)
    assert not processes.is_locked(path)


def test_a_look_at_the_lock_keeps_nobody_from_taking_it(path):
    with path.open() as look, path.open("w") as mine:
        fcntl.flock(look, fcntl.LOCK_SH)
        threading.Timer(0.02, fcntl.flock, (look, fcntl.LOCK_UN)).start()
        assert processes.try_lock(mine)


def test_waiting_ends_with_the_lock_or_without_one(path):
    with path.open("w") as mine:
        assert processes.try_lock(mine)
        waiting = threading.Thread(target=processes.wait, args=(path,))
        waiting.start()
        assert waiting.is_alive()
    waiting.join(10)
    assert not waiting.is_alive()
    path.unlink()
    processes.wait(path)


def test_whoever_comes_later_hears_of_those_who_are_here(tmp_path):
    path = tmp_path / "home" / ".server"
    with ExitStack() as second:
        with processes.present_at(path) as alone:
            assert alone
            assert not second.enter_context(processes.present_at(path))
        with processes.present_at(path) as alone:
            assert not alone, "the first has gone, the second is still here"
    with processes.present_at(path) as alone:
        assert alone


def test_where_no_lock_can_be_nobody_is_in_the_way():
    with processes.present_at(Path("/dev/null/home/.server")) as alone:
        assert alone


def test_a_worker_finds_the_home_from_where_it_works(worker, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_HOME", "elsewhere")
    run = manager.start(RECIPE)
    worker.append(run)
    order(
        run, "import os; print(os.environ['MNIST_HOME'], os.getsid(0) == os.getpid())"
    )
    assert f"{tmp_path}/elsewhere True" in run.log()


def test_a_worker_holds_the_lock_of_its_run(worker):
    run = manager.start(RECIPE)
    worker.append(run)
    assert processes.is_locked(run.folder / "lock")
    assert manager.is_any_active()
    order(run, "")
    assert not processes.is_locked(run.folder / "lock")
    assert not manager.is_any_active()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_first_signal_is_noted_and_a_second_one_acts_as_ever(number):
    noted = []
    before = signal.signal(number, lambda *_: noted.append(number))
    try:
        with processes.SignalListener() as signals:
            assert not signals.received
            os.kill(os.getpid(), number)
            assert signals.received
            assert not noted
            os.kill(os.getpid(), number)
            assert noted == [number]
        with processes.SignalListener():
            pass
        os.kill(os.getpid(), number)
        assert noted == [number, number]
    finally:
        signal.signal(number, before)
