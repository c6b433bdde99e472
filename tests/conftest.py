"""Every test gets an empty home of its own, no MNIST and no network to get it from."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from mnist_core import data, recipes
from mnist_core.data import glyphs, mnist_download, pen_drawings
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.models import registry
from mnist_core.models.registry import StoredModel
from mnist_core.runs import manager
from mnist_core.runs.run import Run
from mnist_core.storage import processes

# Whatever loads TensorFlow is imported where it is used: a test of a QR code should not
# wait five seconds for it.

REAL_MNIST = os.environ.get("MNIST_NPZ")
REAL_STROKES = os.environ.get("MNIST_STROKES")
NOWHERE = "http://127.0.0.1:9"  # the discard port: refused at once

# The same examples each time, however long each takes.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")

# Files whose tests run in one process, because they share what takes long to start: a
# Chromium with a server, or a process that has loaded TensorFlow.
TOGETHER = {
    "browser": ("browser/",),
    "workers": ("training/test_never_lose", "training/test_fit", "training/test_disk"),
}
# After these, the files that take longest, so that nobody waits for them at the end.
FIRST = (
    *("cli/test_parser", "evaluation/test_dataset", "pages/test_train"),
    *("training/test_callbacks", "shared/test_explanations", "models/test_registry"),
    *("data/test_mnist", "train/test_recipe_form", "preprocessing/test_photo"),
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Have each group of tests run in one process."""
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid.partition("::")[0])

    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the tests first that take longest."""
    items.sort(key=lambda item: _rank(str(item.path)))


def _group(path: str) -> str:
    """Return what the tests of a file run together with: as a rule, with each other."""
    for name, files in TOGETHER.items():
        if any(file in path for file in files):
            return name
    return path


def _rank(path: str) -> int:
    group = _group(path)
    if group in TOGETHER:
        return list(TOGETHER).index(group)
    found = (len(TOGETHER) + n for n, name in enumerate(FIRST) if name in path)
    return next(found, len(TOGETHER) + len(FIRST))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("MNIST_HOME", str(folder))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    monkeypatch.delenv("MNIST_STROKES", raising=False)
    monkeypatch.delenv("MNIST_READ_ONLY", raising=False)
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, NOWHERE)
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    return folder


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch) -> data.Dataset:
    """The real MNIST, where MNIST_NPZ names it."""
    if not REAL_MNIST:
        pytest.skip("set MNIST_NPZ to an mnist.npz file to run this test")
    monkeypatch.setenv("MNIST_NPZ", REAL_MNIST)
    return data.find_mnist()


@pytest.fixture
def people() -> list[PenDrawing]:
    """Real people's pen drawings, where MNIST_STROKES names a file of them."""
    if not REAL_STROKES:
        pytest.skip("set MNIST_STROKES to a file of pen drawings to run this test")
    return pen_drawings.read(REAL_STROKES)


@pytest.fixture
def no_download(monkeypatch) -> None:
    """A download of MNIST that fails at once: Keras takes seconds to find out."""
    _download_by(monkeypatch, "raise SystemExit('no network')")


@pytest.fixture
def endless_download(monkeypatch) -> None:
    """A download of MNIST of which nothing ever comes."""
    _download_by(monkeypatch, "import signal; signal.pause()")


def _download_by(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have a process that runs this code take the place of Keras's download."""

    def start(_folder):
        command = [sys.executable, "-c", code]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    monkeypatch.setattr(mnist_download, "_start", start)


@contextmanager
def channels_first() -> Iterator[None]:
    """Have Keras want the channels of images first."""
    from keras import config

    config.set_image_data_format("channels_first")
    try:
        yield
    finally:
        config.set_image_data_format("channels_last")


@pytest.fixture(scope="session")
def made_up() -> data.Dataset:
    return data.load_synthetic()


@pytest.fixture(scope="session")
def trained(made_up: data.Dataset):
    """A network that reads made-up digits well, its recipe and its history."""
    from mnist_core.models import networks

    recipe = recipes.get("quick", data="synthetic", epochs=1, batch_size=64)
    model = networks.build(recipe)
    x_train, y_train = data.prepare(made_up.x_train, made_up.y_train)
    test = data.prepare(made_up.x_test, made_up.y_test)
    fitted = model.fit(
        x_train, y_train, batch_size=64, epochs=1, validation_data=test, verbose=0
    )
    return model, recipe, fitted.history


@pytest.fixture(scope="session")
def stored_once(tmp_path_factory, trained, made_up: data.Dataset) -> Path:
    """The folder of the trained network, saved as the app saves it."""
    from mnist_core.evaluation.dataset import evaluate

    model, recipe, history = trained
    scores = evaluate(model, *data.prepare(made_up.x_test, made_up.y_test))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_HOME", str(tmp_path_factory.mktemp("stored")))
        options = {"recipe": recipe, "dataset": made_up, "history": history}
        return registry.save(model, "once", fit_seconds=1.0, **options, **scores).folder


@pytest.fixture
def save(stored_once: Path, home: Path) -> Callable[..., StoredModel]:
    """Puts a copy of the trained network among the models, each newer than the last."""
    seconds = itertools.count()

    def save_as(name: str, *, fit_seconds: float = 1.0) -> StoredModel:
        folder = home / "models" / name
        shutil.copytree(stored_once, folder)
        path = folder / registry.CARD
        card = json.loads(path.read_text())
        card |= {"fit_seconds": fit_seconds}
        card["created"] = f"2026-11-20T12:00:{next(seconds):02}+00:00"
        path.write_text(json.dumps(registry.sign(card)))
        return registry.find(name)

    return save_as


@pytest.fixture(scope="session")
def drawings() -> list[PenDrawing]:
    """A hundred pen drawings: ten people wrote each digit once."""
    rng = np.random.default_rng(1)
    return [
        PenDrawing(digit, writer, [np.rint(s * 50) for s in glyphs.digit(digit, rng)])
        for writer in range(1, 11)
        for digit in range(10)
    ]


@pytest.fixture
def pen_file(tmp_path: Path, drawings: list[PenDrawing]) -> Path:
    """The pen drawings as a file of JSON lines."""
    path = tmp_path / "pens.jsonl"
    lines = [
        {
            "digit": d.digit,
            "writer": d.writer,
            "strokes": [s.tolist() for s in d.strokes],
        }
        for d in drawings
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def enlarge() -> Callable[[np.ndarray, int], np.ndarray]:
    """Repeats every pixel: a drawing of an image."""
    return lambda image, times: np.kron(image, np.ones((times, times), image.dtype))


@pytest.fixture
def call(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Calls the command line in this process: exit status, output, error stream."""

    from mnist_core import __main__

    def main(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mnist_core", *map(str, arguments)])
        capsys.readouterr()
        try:
            status = __main__.main()
        except SystemExit as ended:  # by argparse: it has helped, or understood nothing
            status = ended.code
        return status, *capsys.readouterr()

    return main


@pytest.fixture
def worker(monkeypatch, tmp_path: Path):
    """A worker that does nothing until `order` gives it code to run, and then ends."""
    script = tmp_path / "patient.py"
    script.write_text(
        "import pathlib, sys\n"
        "sys.path.insert(0, '.')\n"
        "print('waiting for orders', flush=True)\n"
        "exec(pathlib.Path(sys.argv[1], 'orders').read_text())\n"
    )
    real_popen = subprocess.Popen

    def popen(command, **options):
        if manager.WORKER not in command:
            return real_popen(command, **options)
        with suppress(FileExistsError):  # it is resumed
            os.mkfifo(f"{command[-1]}/orders")
        return real_popen([sys.executable, str(script), command[-1]], **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    started: list[Run] = []
    yield started
    for run in started:
        end(run)


@pytest.fixture
def small_workers(monkeypatch):
    """Workers that only live, which takes no time to start; `kill` ends one."""
    living: dict[str, subprocess.Popen] = {}
    popen = subprocess.Popen

    def start(command, **options):
        if manager.WORKER not in command:
            return popen(command, **options)
        living[command[-1]] = popen(["sleep", "3600"], **options)
        return living[command[-1]]

    def kill(run: Run) -> None:
        living[str(run.folder)].kill()
        run.wait()

    monkeypatch.setattr(subprocess, "Popen", start)
    yield kill
    for process in living.values():
        process.kill()
        process.wait()


def rows(output: str) -> list[dict]:
    """What a command said with --json: an object a line."""
    return [json.loads(line) for line in output.splitlines()]


def order(run: Run, code: str) -> None:
    """Let a patient worker run some code; return when it has ended."""
    set_off(run, code)
    run.wait()


def train_here(run: Run) -> None:
    """Do the work of a patient worker in this process, which has loaded TensorFlow."""
    from mnist_core.training import control, fit

    order(run, "")
    fit.train(run, control.Control(run))


def set_off(run: Run, code: str) -> None:
    """Let a patient worker run some code."""
    (run.folder / "orders").write_text(code)


def end(run: Run) -> None:
    """End the worker of a run, if there is one: it may still wait for orders."""

    def is_gone() -> bool:
        with suppress(OSError):  # nobody waits
            os.close(os.open(run.folder / "orders", os.O_WRONLY | os.O_NONBLOCK))
        try:
            return not processes.is_locked(run.folder / "lock")
        except FileNotFoundError:
            return True

    if not is_gone():
        run.request("discard")
        until(is_gone)


def until(condition: Callable[[], object], *, seconds: int = 60) -> None:
    """Return when the condition holds; fail where that takes longer."""
    tick = threading.Event()
    for _ in range(20 * seconds):
        if condition():
            return
        tick.wait(0.05)
    pytest.fail(f"it did not happen within {seconds} s")


STAND_INS = """
import json, sys, time, types
sys.modules["keras"] = types.ModuleType("keras")
sys.modules["keras"].callbacks = types.SimpleNamespace(Callback=object)
fit = sys.modules["mnist_core.training.fit"] = types.ModuleType("training")
"""
"""Stand-ins for what loads TensorFlow, which takes seconds; `fit` is empty still."""

LIGHT_FIT = (
    STAND_INS
    + """
def train(run, control):
    run.update(stage="training")
    for step in range(1, 30000):
        time.sleep(0.01)
        control.count_batch()
        control.check()
        place = {"epoch": step / 10000, "step": step, "seconds": control.clock.seconds}
        with (run.folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps({**place, "loss": 1.0, "accuracy": 0.5}) + "\\n")
        if run.is_requested("stop"):
            return run.update(status="stopped", model="pretrained", test_accuracy=0.5)

fit.train = train
"""
)
"""A training that learns nothing: it only goes on, and says how far it is."""

LIGHT = (
    LIGHT_FIT
    + """
from mnist_core.training import worker
worker.main()
"""
)
"""Orders to be the worker as it is, but for the training."""


def lighten(folder: Path, code: str) -> dict[str, str]:
    """Have the workers of processes that get these variables run some code first."""
    # Every Python runs a file of this name before anything else.
    site = f"import sys\nif {manager.WORKER!r} in sys.orig_argv:\n    exec({code!r})\n"
    (folder / "sitecustomize.py").write_text(site)
    return {"PYTHONPATH": str(folder)}
