"""Kill what writes at random moments; see that each leaves the old or the new.

    make kill                          200 moments
    make kill MOMENTS=20

Workers, and what saves, chooses and archives, are processes as the app has them, only
forked from one that has loaded TensorFlow: loading it would be most of what is hit.
"""

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import archive, manager
from mnist_core.runs.run import Run
from mnist_core.storage.paths import data_dir
from mnist_core.storage.reading import read_json
from reliability import writers
from reliability.report import Report
from tests.training.forked import forked_workers

RECIPE: Final = recipes.get(
    "quick", data="synthetic", images=500, validation=100, batch_size=20, epochs=3
)
LAST_STAGES: Final = ("testing", "measuring", "saving", "ended")
KILLS_OF_A_RUN: Final = 6  # then it may come to its end
COLUMNS: Final = ("while it is", "moments", "where they were", "left")
FORKS: Final = multiprocessing.get_context("forkserver")

Outcome = tuple[str, str]
"""Where a moment was, and what was left, each in a word or two."""


def kill(report: Report, *, moments: int) -> bool:
    """Kill so often, a quarter of the moments each; return whether nothing was lost."""
    seed = random.randrange(1_000_000)
    rng, table = random.Random(seed), report.table(*COLUMNS)
    share = -(-moments // 4)
    with forked_workers() as workers:
        loops: dict[str, Iterator[Outcome]] = {
            "training": _training(rng, workers),
            "saving": _saving(rng),
            "choosing": _choosing(rng),
            "archiving": _archiving(rng),
        }
        for name, loop in loops.items():
            report.say(f"killing while it is {name}, seed {seed} ...")
            places, left = zip(*(next(loop) for _ in range(share)), strict=True)
            table.add_row(name, str(share), _counted(places), _counted(left))
            loop.close()  # type: ignore[attr-defined]
    report.show(table)
    return True


def _counted(words: tuple[str, ...]) -> str:
    return ", ".join(f"{word}: {count}" for word, count in Counter(words).most_common())


@contextmanager
def _home() -> Iterator[Path]:
    """Make a home of its own for runs and models."""
    before = os.environ.get("MNIST_HOME", "")
    with tempfile.TemporaryDirectory() as home:
        os.environ["MNIST_HOME"] = home
        try:
            yield Path(home)
        finally:
            os.environ["MNIST_HOME"] = before


def _training(rng: random.Random, workers: SimpleNamespace) -> Iterator[Outcome]:
    """Kill a run's worker and resume the run, again and again, until it may finish."""
    with _home():
        for _ in range(2):  # before the first, TensorFlow is loaded
            began = time.monotonic()
            _finish(manager.start(RECIPE, name="ada"))
            longest = time.monotonic() - began
        while True:
            run, kept = manager.start(RECIPE, name="ada"), 0
            for _ in range(KILLS_OF_A_RUN):
                _wait_for_moment(run, rng, longest)
                workers.last.kill()
                run.wait()
                kept = _check_run(run, kept)
                state = run.read()
                yield state.stage, f"{state.status} after {kept} of {RECIPE.epochs}"
                if state.status == "finished":
                    break
                manager.resume(run)
            _finish(run)
            manager.delete(run)


def _wait_for_moment(run: Run, rng: random.Random, longest: float) -> None:
    """Wait for a moment of a training, as often late in it as early.

    Most of so short a one is spent before its first epoch ends.
    """
    moments: list[tuple[Callable[[], bool], float]] = [
        (lambda: True, longest),
        (lambda: bool(run.metrics().epochs), 0.5),
        (lambda: run.read().stage in LAST_STAGES, 0.5),
    ]
    reached, seconds = rng.choice(moments)
    while run.read().is_active and not reached():
        time.sleep(0.002)
    time.sleep(rng.uniform(0, seconds))


def _check_run(run: Run, kept: int) -> int:
    """See that a run can be read and has lost no epoch; return how many it has."""
    state, rows = run.read(), run.metrics().epochs
    assert state.status in ("interrupted", "finished"), state
    assert [row["epoch"] for row in rows] == list(range(1, len(rows) + 1)), rows
    saved = [int(path.name.split(".")[0][6:]) for path in run.folder.glob("*/epoch-*")]
    now = max(saved, default=RECIPE.epochs if state.status == "finished" else 0)
    assert now >= kept, f"{run.id} had {kept} epochs and has {now}"
    assert not manager.list_damaged()
    _check_models()
    return now


def _finish(run: Run) -> None:
    """See that a run comes to its end, with one whole model to show for it."""
    run.wait()
    state = run.read()
    assert state.status == "finished", (state, run.log())
    assert [each.name for each in registry.models()][1:] == ["pretrained"]
    _check_models()
    registry.delete(str(state.model))


def _check_models() -> None:
    problems = [each for each in registry.models() if each.problem]
    assert not problems, problems


def _saving(rng: random.Random) -> Iterator[Outcome]:
    while True:
        with _home():
            _kill_within(rng, writers.save_on_and_on, seconds=1.0)
            _check_models()
            hidden = list((data_dir() / "models").glob(".*"))
            yield "within" if hidden else "between two", "each model whole"


def _choosing(rng: random.Random) -> Iterator[Outcome]:
    while True:
        with _home():
            _add_models("ada", "bob")
            _kill_within(rng, writers.choose_on_and_on, seconds=0.2)
            chosen = read_json(data_dir() / registry.DEFAULT, registry.Default)["model"]
            assert registry.default().name == chosen
            assert chosen in ("ada", "bob")
            hidden = list(data_dir().glob(".new-*"))
            yield "within" if hidden else "between two", f"{chosen} chosen"


def _archiving(rng: random.Random) -> Iterator[Outcome]:
    while True:
        with _home():
            _add_models("ada", "bob")
            _add_runs(300)
            before = {path: _files(data_dir() / path) for path in _things()}
            _kill_within(rng, writers.archive_once, seconds=0.03, after=_is_archiving)
            stayed = set(_things())
            moved = _check_archived(before, stayed)
            archive.create()
            assert not _things()
            _check_archived(before, set())
            where = "before" if not moved else "after" if not stayed else "within"
            yield where, "each thing whole, in one place"


def _things() -> list[Path]:
    return archive.list_contents()


def _is_archiving() -> bool:
    """Tell whether the archive's folder is there, and the moving has begun."""
    return any(data_dir().glob("archive/2*"))


def _check_archived(before: dict[Path, dict[str, int]], stayed: set[Path]) -> set[Path]:
    """See that each thing is whole and in one place; return those in an archive."""
    moved: set[Path] = set()
    for path, files in before.items():
        places = [*data_dir().glob(f"archive/*/{path}")]
        places += [data_dir() / path] if path in stayed else []
        assert [_files(place) for place in places] == [files], (path, places)
        moved |= set() if path in stayed else {path}
    return moved


def _files(path: Path) -> dict[str, int]:
    """Return what is in a folder, or that a file is there: names and sizes."""
    inside = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return {str(each.relative_to(path)): each.stat().st_size for each in inside}


def _add_models(*names: str) -> None:
    for name in names:
        shutil.copytree(registry.PRETRAINED, data_dir() / "models" / name)
    registry.choose(names[0])


def _add_runs(count: int) -> None:
    for number in range(count):
        folder = data_dir() / "runs" / f"run-{number}"
        folder.mkdir(parents=True)
        for name in ("recipe.json", "state.json", "metrics.jsonl", "lock"):
            (folder / name).write_text("{}")


def _kill_within(
    rng: random.Random,
    write: Callable[[str, Any], None],
    *,
    seconds: float,
    after: Callable[[], bool] = lambda: True,
) -> None:
    """Start a process that writes, and kill it so long after it has begun."""
    begun = FORKS.Event()
    process = FORKS.Process(target=write, args=(str(data_dir()), begun), daemon=True)
    process.start()
    assert begun.wait(60), "it has not begun"
    while process.is_alive() and not after():
        pass  # what follows takes milliseconds
    time.sleep(rng.uniform(0, seconds))
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), "it failed before it was killed"
