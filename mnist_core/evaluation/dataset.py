"""A survey is what a saved model says about a whole data set, worked out once.

    surveys/<model>-<start of its card's hash>-<data set>/
        state.json      how far it is, or why it failed
        test.npy        the ten probabilities of each test image
        embeddings.npy    every training image in the network's own embeddings

    from mnist_core.models import registry; from mnist_core.evaluation import dataset
    survey = survey.of(store.find("pretrained"), "mnist")
    survey.start()
    survey.progress          # Progress(stage="test", share=0.3)
    survey.test()            # float32 (10000, 10)

It is made in a process of its own; pages only read. The same by hand:

    python -m mnist_core.evaluation.dataset pretrained mnist
"""

import argparse
import fcntl
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal
from uuid import uuid4

import numpy as np

from mnist_core import data
from mnist_core.errors import MnistError, ModelDamaged, describe
from mnist_core.models import keras_startup, registry
from mnist_core.storage import processes
from mnist_core.storage.paths import (
    data_dir,
    read_json,
    remove_folder,
    wrap_os_errors,
    write_json,
)

if TYPE_CHECKING:
    import keras

WORKER: Final = "mnist_core.evaluation.dataset"
DATA: Final = ("mnist", "synthetic")
NICE: Final = 19  # pages and trainings come first
CHUNK: Final = 500  # images between two looks at how far it is
CUT_SHORT: Final = "It was ended from outside before it was done."

Stage = Literal["waiting", "starting", "test", "training", "done", "failed"]


@dataclass(frozen=True)
class Progress:
    """How far a survey is."""

    stage: Stage  # waiting: for its turn, or for somebody who begins it
    share: float = 0.0  # done of this stage's images, 0 to 1
    reason: str | None = None  # why it failed


@dataclass(frozen=True)
class DatasetEvaluation:
    """The folder of one survey; every look reads the disk."""

    folder: Path
    model: str
    data_name: str

    @property
    def progress(self) -> Progress:
        """What its process last said; failed, too, where somebody killed that."""
        alive = processes.is_locked(
            self.folder / "lock"
        )  # first: it may end in between
        said = self._said()
        if alive or said.stage in ("done", "failed") or not self.folder.exists():
            return said
        return Progress("failed", reason=CUT_SHORT)

    def start(self) -> None:
        """Start the process, unless it is under way or done; again where it failed.

        Surveys of models that exist no more are removed.

        Raises:
            HomeUnwritable: the disk is full, say.
        """
        if self._said().stage == "done":
            return
        with wrap_os_errors(), self.locked() as lock:
            if lock and self._said().stage != "done":
                _remove_old()
                self.update("waiting")
                processes.start(
                    WORKER,
                    *(self.model, self.data_name),
                    *("--locked", self.folder.name, "--server", str(os.getpid())),
                    log=self.folder / "log.txt",
                    locks=[lock],
                    nice=NICE,
                )

    def test(self) -> np.ndarray | None:
        """What the model says of each test image, float32 (m, 10); None before that."""
        return _read_array(self.folder / "test.npy")

    def embeddings(self) -> np.ndarray | None:
        """Each training image in the network's own embeddings; None before all are there.

        float16 (n, k), in rows of length 1: a dot product is a cosine.
        """
        return _read_array(self.folder / "embeddings.npy")

    def update(
        self, stage: Stage, share: float = 0.0, *, reason: str | None = None
    ) -> None:
        """Say how far it is; for its process."""
        progress = Progress(stage, round(share, 3), reason)
        write_json(self.folder / "state.json", asdict(progress))

    @contextmanager
    def locked(self) -> Iterator[IO[str] | None]:
        """Its lock, taken; None where somebody has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            yield lock if processes.try_lock(lock) else None

    def _said(self) -> Progress:
        try:
            return Progress(**read_json(self.folder / "state.json"))
        except (OSError, ValueError, TypeError):
            return Progress("waiting")


def evaluate(
    model: "keras.Model",
    x_test: np.ndarray,
    y_test: np.ndarray,
    *,
    callbacks: list["keras.callbacks.Callback"] | None = None,
) -> dict[str, float]:
    """Test loss and test accuracy on prepared images (n, 28, 28, 1) and labels."""
    loss, accuracy = model.evaluate(
        x_test, y_test, batch_size=500, verbose=0, callbacks=callbacks
    )
    return {"test_loss": loss, "test_accuracy": accuracy}


def evaluation_of(saved: registry.StoredModel, data_name: str) -> DatasetEvaluation:
    """The survey of a saved model over "mnist" or "synthetic", begun or not.

    Raises:
        ModelDamaged: the model cannot be used.
    """
    if saved.problem:
        raise ModelDamaged(saved.name, saved.problem)
    name = f"{saved.name}-{saved.card['card_sha256'][:12]}-{data_name}"
    return DatasetEvaluation(_evaluations() / name, saved.name, data_name)


def _evaluations() -> Path:
    return data_dir() / "evaluations"


def _remove_old() -> None:
    """Remove the surveys of models that exist no more."""
    models = [saved for saved in registry.models() if not saved.problem]
    kept = {evaluation_of(saved, name).folder.name for saved in models for name in DATA}
    for folder in _evaluations().glob("[!.]*"):
        if folder.name not in kept and not processes.is_locked(folder / "lock"):
            with suppress(FileNotFoundError):  # somebody else begins another just now
                remove_folder(folder)


def _read_array(path: Path) -> np.ndarray | None:
    try:
        return np.load(path, mmap_mode="r")
    except FileNotFoundError:
        return None


def _write_array(path: Path, array: np.ndarray) -> None:
    beside = path.with_name(f".{uuid4().hex}-{path.name}")
    try:
        np.save(beside, array)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def main() -> int:
    """Entry of the process: make the survey. Returns the exit status.

    Whatever ends it, its state says why in words.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="the name of a saved model")
    parser.add_argument("data", choices=DATA)
    parser.add_argument("--locked", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--server", type=int, metavar="PID", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.locked:  # by `begin`, which handed over the lock
        survey = DatasetEvaluation(
            _evaluations() / given.locked, given.model, given.data
        )
        return _make(survey, is_wanted=lambda: os.getppid() == given.server)
    try:
        survey = evaluation_of(registry.find(given.model), given.data)
        with wrap_os_errors(), survey.locked() as lock:
            if not lock:
                parser.error("it is under way already")
            return _make(survey, is_wanted=lambda: True)
    except MnistError as error:
        parser.error(str(error))


def _make(survey: DatasetEvaluation, *, is_wanted: Callable[[], bool]) -> int:
    """Make a survey whose lock is held, as long as it is wanted."""

    def note(stage: Stage, share: float = 0.0) -> None:
        if not is_wanted():
            raise SystemExit
        survey.update(stage, share)

    try:
        note("waiting")
        with (_evaluations() / ".turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # visitors may want many models at once
            _work(survey, note)
    except Exception as error:
        traceback.print_exc()
        survey.update("failed", reason=describe(error, then="try again"))
        return 1
    return 0


def _work(survey: DatasetEvaluation, note: Callable[[Stage, float], None]) -> None:
    note("starting", 0.0)
    for left in survey.folder.glob(".*"):  # by one that was killed
        left.unlink()
    if evaluation_of(registry.find(survey.model), survey.data_name) != survey:
        raise ModelDamaged(survey.model, "another has taken its name")
    with keras_startup.fast_import():
        from mnist_core.inference.explain import Explainer  # noqa: PLC0415 - loads TensorFlow
        from mnist_core.inference.predictor import Predictor  # noqa: PLC0415 - as that

    predictor, dataset = Predictor(survey.model), _dataset(survey.data_name)
    test = _ask(predictor.probabilities, dataset.x_test, partial(note, "test"))
    _write_array(survey.folder / "test.npy", test)
    embeddings = Explainer(predictor).embeddings
    embeddings = _ask(embeddings, dataset.x_train, partial(note, "training"))
    # By columns: whoever looks for neighbours reads only those that are not 0.
    by_columns = np.asfortranarray(embeddings.astype(np.float16))
    _write_array(survey.folder / "embeddings.npy", by_columns)
    note("done", 1.0)


def _dataset(name: str) -> data.Dataset:
    return data.find_mnist() if name == "mnist" else data.load_synthetic()


def _ask(
    about: Callable[[np.ndarray], np.ndarray],
    images: np.ndarray,
    note: Callable[[float], None],
) -> np.ndarray:
    """What a network says about each image, uint8 (n, 28, 28), a chunk at a time."""
    rows = []
    for start in range(0, len(images), CHUNK):
        note(start / len(images))
        rows.append(about(images[start : start + CHUNK] / np.float32(255)))
    return np.concatenate(rows)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # as `mnist_core.training.worker` does: the lock is free at once
