"""Runs that wait: in which order they begin, and that each does, whoever ends."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mnist_core import recipes
from mnist_core.errors import QueueFull, RunActive, RunNotWaiting
from mnist_core.runs import manager, queue
from mnist_core.runs.run import TICKET, Run, RunState
from mnist_core.storage import processes
from tests.conftest import LIGHT, order, set_off, until

RECIPE = recipes.get("quick", data="synthetic", images=1000, epochs=4)


def put_in_line(worker, **options) -> Run:
    run = manager.start(RECIPE, wait=True, **options)
    worker.append(run)
    return run


def statuses(*runs: Run) -> list[str]:
    return [run.read().status for run in runs]


def waiting() -> list[Run]:
    return queue.in_turn(manager.read_runs())


@pytest.fixture
def quick_workers(monkeypatch, tmp_path):
    """Workers as they are, but for the training, which is over at once.

    Those that they start are such workers, too. Each writes into a file who it is, and
    how far it stands back for others.
    """
    script, began = tmp_path / "quick_worker.py", tmp_path / "began"
    script.write_text(
        "import os, pathlib, subprocess, sys\n"
        "sys.path.insert(0, '.')\n"
        "class Popen(subprocess.Popen):\n"
        "    def __init__(self, command, **options):\n"
        f"        if {manager.WORKER!r} in command:\n"
        "            command = [*command[:4], __file__, command[-1]]\n"
        "        super().__init__(command, **options)\n"
        "subprocess.Popen = Popen\n"
        f"with open({str(began)!r}, 'a') as file:\n"
        "    print(pathlib.Path(sys.argv[1]).name, os.nice(0), file=file)\n"
        + LIGHT.replace("range(1, 30000)", "range(1, 3)").replace(
            "fit.train = train",
            "fit.train = lambda *each: train(*each) or "
            "each[0].update(status='finished')",
        )
    )
    real_popen = subprocess.Popen

    def popen(command, **options):
        if manager.WORKER in command:
            command = [*command[:4], str(script), command[-1]]
        return real_popen(command, **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    return began


LINES = some.lists(
    some.tuples(some.sampled_from("abcd"), some.booleans(), some.booleans()),
    max_size=12,
)


def states_of(line, now: int) -> dict[Run, RunState]:
    """Runs by their starters; each waits, moved back perhaps, or has begun."""
    states = {}
    for time, (starter, waits, moved) in enumerate(line):
        ticket = {"since": time, "moved": moved} if waits else None
        states[Run(queue.data_dir() / f"{time:02}")] = RunState(
            recipe=RECIPE,
            status="waiting" if waits else "finished",
            stage="starting",
            started=time,
            begun=None if waits else time % now,
            name="a",
            starter=starter,
            ticket=ticket,
        )
    return states


@given(LINES)
def test_nobody_has_two_turns_while_somebody_waits_for_one(line):
    states = states_of(line, now=20)
    starters = [states[run].starter for run in queue.in_turn(states)]
    assert len(starters) == sum(state.ticket is not None for state in states.values())
    for place, starter in enumerate(starters):
        later = starters[place + 1 :]
        if starter in later:
            between = later[: later.index(starter)]
            assert set(later) - {starter} <= set(between)


@given(LINES)
def test_what_was_said_of_the_line_holds_when_it_moves_on(line):
    states = states_of(line, now=20)
    said = queue.in_turn(states)
    for now, run in enumerate(said, start=100):
        assert queue.in_turn(states) == said[now - 100 :]
        known = vars(states[run]) | {"ticket": None, "begun": now, "status": "running"}
        states[run] = RunState(**known)


def test_a_run_waits_while_another_goes_on(worker):
    first, second = put_in_line(worker), put_in_line(worker, starter="ada")
    assert statuses(first, second) == ["running", "waiting"]
    assert manager.active() == first
    assert waiting() == [second]
    manager.start_next()
    assert statuses(first, second) == ["running", "waiting"], "there is no room"
    order(first, "")
    assert statuses(first, second) == ["interrupted", "waiting"]
    manager.start_next()
    assert statuses(second) == ["running"]
    assert second.read().starter == "ada"
    assert waiting() == []


def test_who_will_not_wait_takes_nobody_s_turn(worker):
    first, second = put_in_line(worker), put_in_line(worker)
    order(first, "")
    with pytest.raises(RunActive):
        manager.start(RECIPE)
    with pytest.raises(RunActive):
        manager.resume(first)
    assert waiting() == [second]


def test_as_many_go_on_as_the_setting_says(worker, monkeypatch):
    monkeypatch.setenv("MNIST_RUNS", "2")
    runs = [put_in_line(worker) for _ in range(3)]
    assert statuses(*runs) == ["running", "running", "waiting"]
    order(runs[1], "")
    manager.start_next()
    assert statuses(*runs) == ["running", "interrupted", "running"]


@pytest.mark.parametrize("setting", ["", "0", "-1", "many", "1.5"])
def test_a_setting_that_is_no_number_is_one(monkeypatch, setting):
    monkeypatch.setenv("MNIST_RUNS", setting)
    assert queue.slots() == 1


def test_on_a_cluster_as_many_go_on_as_it_has_room_for(home, monkeypatch):
    (home / "runs").mkdir(parents=True)
    queue.note_cluster_slots(3)
    assert queue.slots() == 1, "this machine trains"
    monkeypatch.setenv(queue.CLUSTER, "auto")
    assert queue.slots() == 3
    queue.note_cluster_slots(0)
    assert queue.slots() == 1, "one waits for a machine"
    monkeypatch.setenv("MNIST_RUNS", "2")
    assert queue.slots() == 2


def test_a_visitor_has_ten_in_line_and_the_command_line_any_number(small_workers):
    runs = [manager.start(RECIPE, wait=True, starter="ada") for _ in range(11)]
    with pytest.raises(QueueFull) as caught:
        manager.start(RECIPE, wait=True, starter="ada")
    assert caught.value.most == 10
    assert len(manager.list_runs()) == 11, "nothing is left of the one too many"
    manager.start(RECIPE, wait=True, starter="bob")
    for _ in range(11):
        manager.start(RECIPE, wait=True)
    queue.take_out(runs[5])
    manager.start(RECIPE, wait=True, starter="ada")


def test_a_run_is_moved_back_and_taken_out(worker):
    first = put_in_line(worker)
    a, b, c = (put_in_line(worker, starter=name) for name in "abc")
    assert waiting() == [a, b, c]
    queue.move_back(a)
    assert waiting() == [b, c, a]
    queue.take_out(b)
    assert waiting() == [c, a]
    assert not b.folder.exists(), "it never began"
    order(first, "")
    manager.start_next()
    for change in (queue.move_back, queue.take_out):
        with pytest.raises(RunNotWaiting):
            change(c)


def test_a_run_that_is_resumed_waits_and_loses_nothing_when_it_is_taken_out(worker):
    old, first = put_in_line(worker), put_in_line(worker)
    order(old, "")
    manager.start_next()
    (old.folder / "metrics.jsonl").write_text("{}\n")
    manager.resume(old, wait=True)
    assert statuses(old, first) == ["waiting", "running"]
    manager.resume(old, wait=True)
    queue.take_out(old)
    assert statuses(old) == ["interrupted"]
    assert (old.folder / "metrics.jsonl").exists()
    manager.resume(old, wait=True)
    order(first, "")
    manager.start_next()
    assert statuses(old) == ["running"]


def test_a_run_in_line_can_be_deleted(worker):
    first, second = put_in_line(worker), put_in_line(worker)
    manager.delete(second)
    order(first, "")
    manager.start_next()
    assert manager.list_runs() == [first]


def test_the_worker_that_ends_starts_the_next_whoever_has_gone(quick_workers):
    """Nobody else looks after them: no page, no server, no command."""
    runs = [manager.start(RECIPE, wait=True) for _ in range(3)]
    until(lambda: statuses(*runs) == ["finished"] * 3)
    niceness = max(os.nice(0), processes.NICE)
    said = [f"{run.id} {niceness}" for run in runs]
    assert quick_workers.read_text().splitlines() == said


def test_a_run_whose_starter_was_killed_just_then_begins_once(worker, monkeypatch):
    monkeypatch.setattr(queue, "leave", lambda run: None)
    run = put_in_line(worker)
    assert (run.folder / TICKET).exists()
    assert statuses(run) == ["running"]
    set_off(run, LIGHT)
    until(lambda: not (run.folder / TICKET).exists())
    run.request("stop")
    run.wait()
    assert statuses(run) == ["stopped"]


def test_a_run_whose_starter_was_killed_before_still_waits(worker, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(manager, "_start_worker", killed)
        manager.start(RECIPE, wait=True)
    (run,) = waiting()
    manager.start_next()
    worker.append(run)
    assert statuses(run) == ["running"]


def test_a_run_that_cannot_begin_holds_up_no_other(worker, monkeypatch):
    first, bad, good = (put_in_line(worker) for _ in range(3))
    order(first, "")
    (bad.folder / "reserve").mkdir()
    with pytest.raises(manager.HomeUnwritable):
        manager.start_next()
    assert statuses(bad, good) == ["waiting", "running"]


def test_many_who_look_at_once_start_one(worker):
    runs = [put_in_line(worker) for _ in range(3)]
    order(runs[0], "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    code = "from mnist_core.runs import manager; manager.start_next()"
    others = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    looks = [threading.Thread(target=manager.start_next) for _ in range(5)]
    for look in looks:
        look.start()
    for each in looks:
        each.join()
    assert [each.wait() for each in others] == [0, 0]
    assert statuses(*runs) == ["interrupted", "running", "waiting"]


def test_thirty_who_start_at_once_all_have_their_turn(small_workers):
    """Two of them twice; each worker is killed, and somebody comes by."""
    starters = [f"visitor {number}" for number in range(30)]

    def start(starter: str) -> None:
        for _ in range(2 if starter in starters[:2] else 1):
            manager.start(RECIPE, wait=True, starter=starter)

    with ThreadPoolExecutor(len(starters)) as visits:
        list(visits.map(start, starters))
    said, began = waiting(), [manager.active()]
    assert len(said) == 31
    for _ in said:
        small_workers(began[-1])
        manager.start_next()
        began.append(manager.active())
    assert began[1:] == said
    whose = [run.read().starter for run in began]
    assert sorted(whose[:30]) == sorted(starters), "each before anybody's second"
    assert len({run.read().number for run in began}) == 32
