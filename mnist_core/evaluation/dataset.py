"""Evaluate a stored model on a whole data set, once, in a process of its own.

    evaluations/<model>-<start of its card's hash>-<data set>/
        state.json        how far it is, or why it failed
        test.npy          the ten probabilities of each test image
        embeddings.npy    every training image in the network's own features

    from mnist_core.evaluation.dataset import DatasetEvaluation
    evaluation = DatasetEvaluation.of(registry.find("pretrained"), "mnist")
    evaluation.start()
    evaluation.progress()    # Progress(stage="test", share=0.3)
    evaluation.test()        # float32 (10000, 10)

Pages only read what the process writes. The same by hand:

    python -m mnist_core.evaluation.dataset pretrained mnist
"""

import argparse
import fcntl
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt

from mnist_core import data
from mnist_core.errors import MnistError, ModelDamaged, describe
from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from mnist_core.recipes import TEST_IMAGES, TRAINING_IMAGES, DataName
from mnist_core.storage import processes
from mnist_core.storage.paths import (
    data_dir,
    remove_folder,
    replacing,
    wrap_os_errors,
    write_json,
)
from mnist_core.storage.reading import Share, Text, check_regular, read_json

if TYPE_CHECKING:
    import keras

WORKER: Final = "mnist_core.evaluation.dataset"
DATA: Final[tuple[DataName, ...]] = ("mnist", "synthetic")
NICE: Final = 19  # pages and trainings come first
CHUNK: Final = 500  # images between two reports of the progress
DAMAGED: Final = "Its files are damaged."
INTERRUPTED: Final = "It was ended from outside before it was done."

Stage = Literal["waiting", "starting", "test", "training", "done", "failed"]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Progress:
    """How far an evaluation is."""

    stage: Stage  # waiting: for its turn, or to be started
    share: Share = 0.0  # done of this stage's images, 0 to 1
    reason: Text | None = None  # why it failed


@dataclass(frozen=True)
class DatasetEvaluation:
    """The folder of one evaluation; every method reads the disk."""

    folder: Path
    model: str
    data_name: DataName

    @classmethod
    def of(
        cls, stored: registry.StoredModel, data_name: DataName
    ) -> "DatasetEvaluation":
        """Return a stored model's evaluation on "mnist" or "synthetic", started or not.

        Raises:
            ModelDamaged: the model cannot be used.
        """
        if stored.problem:
            raise ModelDamaged(stored.name, stored.problem)
        name = f"{stored.name}-{stored.card['card_sha256'][:12]}-{data_name}"
        return cls(_evaluations() / name, stored.name, data_name)

    def progress(self) -> Progress:
        """Return what its process last reported; failed, too, if that was killed."""
        # The lock is read first: the process may finish between the two.
        is_alive = processes.is_locked(self.folder / "lock")
        reported = self._reported()
        ended = reported.stage in ("done", "failed")
        if is_alive or ended or not self.folder.exists():
            return reported
        return Progress("failed", reason=INTERRUPTED)

    def start(self) -> None:
        """Start the process, unless it is running or done; start it again if it failed.

        Evaluations of models that no longer exist are removed.

        Raises:
            HomeUnwritable: the disk is full, say.
        """
        if self._reported().stage == "done":
            return
        with wrap_os_errors(), self.locked() as lock:
            if lock and self._reported().stage != "done":
                _remove_old()
                self.update("waiting")
                self._start_process(lock)

    def test(self) -> npt.NDArray[np.float32] | None:
        """Return the probabilities of each test image, (m, 10), or None before that."""
        rows = TEST_IMAGES[self.data_name]
        return _read_array(self.folder / "test.npy", np.float32, rows)

    def embeddings(self) -> npt.NDArray[np.float16] | None:
        """Return each training image as the network's own features, once all are there.

        Returns:
            float16 (n, k), in rows of length 1: a dot product is a cosine. None before.
        """
        rows = TRAINING_IMAGES[self.data_name]
        return _read_array(self.folder / "embeddings.npy", np.float16, rows)

    def update(
        self, stage: Stage, share: float = 0.0, *, reason: str | None = None
    ) -> None:
        """Report how far it is; only its process calls this."""
        progress = Progress(stage, round(share, 3), reason)
        write_json(self.folder / "state.json", asdict(progress))

    @contextmanager
    def locked(self) -> Iterator[IO[str] | None]:
        """Give its lock, taken, or None if another process holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            yield lock if processes.try_lock(lock) else None

    def _start_process(self, lock: IO[str]) -> None:
        processes.start(
            WORKER,
            *(self.model, self.data_name),
            *("--locked", self.folder.name, "--server", str(os.getpid())),
            log=self.folder / "log.txt",
            locks=[lock],
            nice=NICE,
        )

    def _reported(self) -> Progress:
        try:
            reported = read_json(self.folder / "state.json", Progress)
        except (OSError, ValueError):
            return Progress("waiting")
        if reported.stage == "done" and (
            self.test() is None or self.embeddings() is None
        ):
            return Progress("failed", reason=DAMAGED)
        return reported


def evaluate(
    model: "keras.Model",
    x_test: Array,
    y_test: Array,
    *,
    callbacks: "list[keras.callbacks.Callback] | None" = None,
) -> dict[str, float]:
    """Return test_loss and test_accuracy of a compiled model.

    Args:
        x_test, y_test: what `data.prepare` gives, (n, 28, 28, 1) and (n, 10).
    """
    loss, accuracy = model.evaluate(
        x_test, y_test, batch_size=500, verbose=0, callbacks=callbacks
    )
    return {"test_loss": loss, "test_accuracy": accuracy}


def _evaluations() -> Path:
    return data_dir() / "evaluations"


def _remove_old() -> None:
    """Remove the evaluations of models that no longer exist."""
    usable = [stored for stored in registry.models() if not stored.problem]
    kept = {DatasetEvaluation.of(m, name).folder.name for m in usable for name in DATA}
    for folder in _evaluations().glob("[!.]*"):
        if folder.name not in kept and not processes.is_locked(folder / "lock"):
            with suppress(FileNotFoundError):  # another start() has just removed it
                remove_folder(folder)


def _read_array(path: Path, kind: type[np.generic], rows: int) -> Array | None:
    """Return an array of so many rows, or None where the file holds none."""
    with suppress(OSError, ValueError, EOFError):
        check_regular(path)
        array: Array = np.load(path, mmap_mode="r")
        if array.ndim == 2 and len(array) == rows and array.dtype == kind:
            return array
    return None


def _write_array(path: Path, array: Array) -> None:
    with replacing(path) as temporary:
        np.save(temporary, array)


def main() -> int:
    """Run the evaluation that the command line names, and return the exit status.

    Whatever ends it, its state says why in words.
    """
    parser = _parser()
    given = parser.parse_args()
    if given.locked:  # by `DatasetEvaluation.start`, which handed over the lock
        folder = _evaluations() / given.locked
        evaluation = DatasetEvaluation(folder, given.model, given.data)
        return _run(evaluation, is_wanted=lambda: os.getppid() == given.server)
    try:
        evaluation = DatasetEvaluation.of(registry.find(given.model), given.data)
        with wrap_os_errors(), evaluation.locked() as lock:
            if not lock:
                parser.error("it is under way already")
            return _run(evaluation, is_wanted=lambda: True)
    except MnistError as error:
        parser.error(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", help="the name of a stored model")
    parser.add_argument("data", choices=DATA)
    parser.add_argument("--locked", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--server", type=int, metavar="PID", help=argparse.SUPPRESS)
    return parser


def _run(evaluation: DatasetEvaluation, *, is_wanted: Callable[[], bool]) -> int:
    """Run an evaluation whose lock is held, for as long as it is wanted."""

    def report(stage: Stage, share: float = 0.0) -> None:
        if not is_wanted():
            raise SystemExit
        evaluation.update(stage, share)

    try:
        report("waiting")
        with (_evaluations() / ".turn").open("w") as turn:
            # Visitors may want many models at once: one is evaluated at a time.
            fcntl.flock(turn, fcntl.LOCK_EX)
            _work(evaluation, report)
    except Exception as error:
        traceback.print_exc()
        evaluation.update("failed", reason=describe(error, then="try again"))
        return 1
    return 0


def _work(
    evaluation: DatasetEvaluation, report: Callable[[Stage, float], None]
) -> None:
    report("starting", 0.0)
    for stale in evaluation.folder.glob(".*"):  # left by a process that was killed
        stale.unlink()
    stored = registry.find(evaluation.model)
    if DatasetEvaluation.of(stored, evaluation.data_name) != evaluation:
        raise ModelDamaged(evaluation.model, "another has taken its name")
    predictor = Predictor(evaluation.model)
    dataset = data.load(evaluation.data_name, download=False)
    test = _map_chunks(predictor.probabilities, dataset.x_test, partial(report, "test"))
    _write_array(evaluation.folder / "test.npy", test)
    embeddings = _map_chunks(
        Explainer(predictor).embeddings, dataset.x_train, partial(report, "training")
    )
    # By columns: a search for neighbours reads only those that are not 0.
    by_columns = np.asfortranarray(embeddings.astype(np.float16))
    _write_array(evaluation.folder / "embeddings.npy", by_columns)
    report("done", 1.0)


def _map_chunks(
    call: Callable[[npt.NDArray[np.float32]], Array],
    images: npt.NDArray[np.uint8],
    report: Callable[[float], None],
) -> Array:
    """Return the rows of `call` for images (n, 28, 28), a chunk on each processor."""

    def answer(start: int) -> Array:
        chunk = images[start : start + CHUNK].astype(np.float32)
        return call(chunk / np.float32(255))

    rows = []
    starts = range(0, len(images), CHUNK)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start, answers in zip(starts, pool.map(answer, starts), strict=True):
            report(start / len(images))
            rows.append(answers)
    return np.concatenate(rows)


if __name__ == "__main__":
    sys.exit(main())
