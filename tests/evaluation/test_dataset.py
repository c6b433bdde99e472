"""An evaluation is made by a process of its own; pages only read it."""

import errno
import itertools
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import data
from mnist_core.errors import HomeUnwritable, ModelDamaged
from mnist_core.evaluation import dataset
from mnist_core.evaluation.dataset import (
    INTERRUPTED,
    WORKER,
    DatasetEvaluation,
    Progress,
    main,
)
from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from mnist_core.storage import processes
from tests.conftest import until


@pytest.fixture
def of_ada(save):
    return DatasetEvaluation.of(save("ada"), "synthetic")


@pytest.fixture
def small_dataset(monkeypatch, made_up):
    """Synthetic digits, few enough to be evaluated at once."""
    small = replace(
        made_up, x_train=made_up.x_train[:1200], x_test=made_up.x_test[:600]
    )
    monkeypatch.setattr(data, "load", lambda name, *, download: small)
    monkeypatch.setattr(dataset, "TRAINING_IMAGES", {"synthetic": 1200})
    monkeypatch.setattr(dataset, "TEST_IMAGES", {"synthetic": 600})
    return small


@pytest.fixture
def sleepers(monkeypatch):
    """The processes that were started; each holds its lock and does nothing."""
    started, popen = [], subprocess.Popen

    def start(command, **options):
        if WORKER not in command:
            return popen(command, **options)
        sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
        started.append(popen(sleep, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    yield started
    for process in started:
        process.kill()


def run(evaluation: DatasetEvaluation, monkeypatch, *options: str) -> int:
    """Run an evaluation in this process, as its own would."""
    arguments = [evaluation.model, evaluation.data_name, *options]
    monkeypatch.setattr(sys, "argv", ["evaluation", *arguments])
    return main()


def fail(evaluation: DatasetEvaluation, monkeypatch) -> str:
    """Return why its process fails, started as by a page."""
    evaluation.folder.mkdir(parents=True, exist_ok=True)
    server = str(os.getppid())
    locked = "--locked", evaluation.folder.name, "--server", server
    assert run(evaluation, monkeypatch, *locked) == 1
    progress = evaluation.progress()
    assert progress.stage == "failed"
    return progress.reason


def test_the_process_writes_and_the_page_only_reads(of_ada, monkeypatch):
    monkeypatch.setattr(dataset, "NICE", 0)  # other tests run beside it
    assert of_ada.progress() == Progress("waiting")
    assert of_ada.test() is None
    assert of_ada.embeddings() is None
    of_ada.start()
    until(lambda: of_ada.progress().stage in ("done", "failed"))
    assert of_ada.progress() == Progress("done", 1.0)
    assert of_ada.test().shape == (2000, 10)
    assert of_ada.embeddings().shape == (10_000, 128)
    until(lambda: not processes.is_locked(of_ada.folder / "lock"))


def test_it_says_what_the_model_says(of_ada, small_dataset, monkeypatch):
    assert run(of_ada, monkeypatch) == 0
    assert of_ada.progress() == Progress("done", 1.0)
    predictor = Predictor("ada")
    test, kept = of_ada.test(), of_ada.embeddings()
    assert (test.dtype, kept.dtype) == (np.float32, np.float16)
    images = small_dataset.x_test.astype(np.float32) / 255
    np.testing.assert_allclose(test, predictor.probabilities(images), atol=1e-5)
    embeddings = Explainer(predictor).embeddings(
        small_dataset.x_train.astype(np.float32) / 255
    )
    np.testing.assert_allclose(kept, embeddings, atol=1e-3)
    left = {path.name for path in of_ada.folder.iterdir()}
    assert left == {"lock", "state.json", "test.npy", "embeddings.npy"}


def test_the_test_images_come_first(of_ada, small_dataset, monkeypatch):
    reported, write = [], DatasetEvaluation.update

    def update(self, stage, share=0.0, **more):
        there = self.test() is not None, self.embeddings() is not None
        reported.append((stage, share, *there))
        write(self, stage, share, **more)

    monkeypatch.setattr(DatasetEvaluation, "update", update)
    run(of_ada, monkeypatch)
    assert [reported[0][0], reported[1][0]] == ["waiting", "starting"]
    assert reported[2:] == [
        ("test", 0.0, False, False),
        ("test", 500 / 600, False, False),
        ("training", 0.0, True, False),
        ("training", 500 / 1200, True, False),
        ("training", 1000 / 1200, True, False),
        ("done", 1.0, True, True),
    ]


def test_of_many_who_start_it_at_once_one_starts_a_process(of_ada, sleepers):
    with ThreadPoolExecutor(8) as pool:
        for call in [pool.submit(of_ada.start) for _ in range(8)]:
            call.result()
    assert len(sleepers) == 1
    assert of_ada.progress() == Progress("waiting")


def test_one_that_was_killed_says_so_and_starts_again(of_ada, sleepers):
    of_ada.start()
    of_ada.update("training", 0.5)
    assert of_ada.progress() == Progress("training", 0.5)
    os.kill(sleepers[0].pid, signal.SIGKILL)
    until(lambda: of_ada.progress().stage == "failed")
    assert of_ada.progress().reason == INTERRUPTED
    of_ada.start()
    assert len(sleepers) == 2
    assert of_ada.progress() == Progress("waiting")


def test_what_is_done_is_not_started_again(
    of_ada, small_dataset, sleepers, monkeypatch
):
    run(of_ada, monkeypatch)
    of_ada.start()
    assert not sleepers


def test_the_process_stands_back_for_the_pages(of_ada, sleepers, monkeypatch):
    started = []
    monkeypatch.setattr(processes, "start", lambda *a, **k: started.append((a, k)))
    of_ada.start()
    (_, options), *others = started
    assert options["nice"] > processes.NICE
    assert not others


@pytest.mark.parametrize("checks", [0, 1, 3])
def test_it_ends_with_the_server_that_started_it(
    of_ada, small_dataset, monkeypatch, checks
):
    parents = itertools.chain([77] * checks, itertools.repeat(1))
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    of_ada.folder.mkdir(parents=True)
    (of_ada.folder / "lock").touch()
    with pytest.raises(SystemExit):
        run(of_ada, monkeypatch, "--locked", of_ada.folder.name, "--server", "77")
    assert of_ada.progress() == Progress("failed", reason=INTERRUPTED)


def test_a_model_that_was_deleted_ends_it_with_the_reason(of_ada, monkeypatch):
    registry.delete("ada")
    assert "There is no model named 'ada'" in fail(of_ada, monkeypatch)


def test_another_model_of_the_same_name_ends_it(of_ada, save, monkeypatch):
    registry.delete("ada")
    save("ada", fit_seconds=2.0)
    assert "another has taken its name" in fail(of_ada, monkeypatch)


def test_a_damaged_model_ends_it_with_the_reason(of_ada, monkeypatch):
    (registry.find("ada").folder / registry.WEIGHTS).write_bytes(b"cut")
    reason = fail(of_ada, monkeypatch)
    assert reason.startswith("The model 'ada' is damaged")
    with pytest.raises(ModelDamaged):
        DatasetEvaluation.of(registry.find("ada"), "synthetic")


def test_a_data_set_that_is_not_there_ends_it_with_the_reason(save, monkeypatch):
    over_mnist = DatasetEvaluation.of(save("ada"), "mnist")
    assert "MNIST is not available" in fail(over_mnist, monkeypatch)


def test_a_full_disk_ends_it_with_the_reason(of_ada, small_dataset, monkeypatch):
    def write(path, _):
        path.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", write)
    reason = fail(of_ada, monkeypatch)
    assert reason == "The disk is full. Free some space, and try again."
    assert of_ada.test() is None
    assert not list(of_ada.folder.glob(".*")), "the half is removed"


def test_a_home_that_cannot_be_written_to_is_told_at_once(of_ada, home):
    (home / "evaluations").write_text("in the way")
    with pytest.raises(HomeUnwritable):
        of_ada.start()


def test_evaluations_of_deleted_models_are_removed(
    of_ada, small_dataset, sleepers, monkeypatch
):
    ada = registry.find("ada").folder
    for name in ("bea", "cleo", "dora"):
        shutil.copytree(ada, ada.with_name(name))
    run(of_ada, monkeypatch)
    of_bea, of_cleo, of_dora = (
        DatasetEvaluation.of(registry.find(name), "mnist")
        for name in ("bea", "cleo", "dora")
    )
    of_bea.start()
    of_cleo.start()
    sleepers[-1].kill()
    registry.delete("ada")
    registry.delete("bea")
    of_dora.start()
    assert not of_ada.folder.exists()
    assert of_bea.folder.exists(), "its process still writes into it"
    assert of_cleo.folder.exists(), "its model is still there"


def test_by_hand_it_says_what_is_wrong(of_ada, sleepers, monkeypatch, capsys):
    of_ada.start()
    for model, said in (("ada", "under way already"), ("bea", "no model named 'bea'")):
        with pytest.raises(SystemExit) as ended:
            run(replace(of_ada, model=model), monkeypatch)
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_an_evaluation_loads_no_tensorflow():
    check = "import sys; assert 'tensorflow' not in sys.modules"
    code = f"import mnist_core.evaluation.dataset; {check}"
    command = [sys.executable, "-W", "ignore", "-c", code]
    subprocess.run(command, check=True, cwd=processes.CHECKOUT)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-5]),
        lambda path: path.write_bytes(b"no array"),
        lambda path: np.save(path, np.zeros((7, 10), np.float32)),
        lambda path: np.save(path, np.array([{}], object), allow_pickle=True),
        lambda path: path.unlink(),
    ],
)
@pytest.mark.parametrize("name", ["test.npy", "embeddings.npy"])
def test_an_evaluation_whose_files_were_damaged_has_failed(save, name, harm):
    evaluation = DatasetEvaluation.of(save("ada"), "synthetic")
    evaluation.folder.mkdir(parents=True)
    np.save(evaluation.folder / "test.npy", np.zeros((2_000, 10), np.float32))
    np.save(evaluation.folder / "embeddings.npy", np.zeros((10_000, 4), np.float16))
    evaluation.update("done", 1.0)
    assert evaluation.progress().stage == "done"
    harm(evaluation.folder / name)
    assert evaluation.progress().stage == "failed"
