"""What a model says of a whole data set, worked out in a process of its own."""

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
    CUT_SHORT,
    WORKER,
    DatasetEvaluation,
    Progress,
    evaluation_of,
    main,
)
from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from mnist_core.storage import processes
from tests.conftest import until


@pytest.fixture
def of_ada(save):
    return evaluation_of(save("ada"), "synthetic")


@pytest.fixture
def few(monkeypatch, made_up):
    """A data set that is surveyed at once."""
    dataset = replace(
        made_up,
        x_train=made_up.x_train[:1200],
        x_test=made_up.x_test[:600],
    )
    monkeypatch.setattr(data, "load_synthetic", lambda: dataset)
    return dataset


@pytest.fixture
def sleepers(monkeypatch):
    """The processes that were begun; each holds its lock and does nothing."""
    begun, popen = [], subprocess.Popen

    def start(command, **options):
        if WORKER not in command:
            return popen(command, **options)
        sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
        begun.append(popen(sleep, **options))
        return begun[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    yield begun
    for process in begun:
        process.kill()


def make(of_model: DatasetEvaluation, monkeypatch, *more: str) -> int:
    """Make a survey in this process, as its own would."""
    arguments = [of_model.model, of_model.data_name, *more]
    monkeypatch.setattr(sys, "argv", ["survey", *arguments])
    return main()


def fail(of_model: DatasetEvaluation, monkeypatch) -> str:
    """Why its process fails, begun as a page does."""
    of_model.folder.mkdir(parents=True, exist_ok=True)
    server = str(os.getppid())
    locked = "--locked", of_model.folder.name, "--server", server
    assert make(of_model, monkeypatch, *locked) == 1
    progress = of_model.progress
    assert progress.stage == "failed"
    return progress.reason


def test_the_process_works_it_out_and_the_page_only_reads(of_ada, monkeypatch):
    monkeypatch.setattr(dataset, "NICE", 0)  # other tests run beside it
    assert of_ada.progress == Progress("waiting")
    assert of_ada.test() is None
    assert of_ada.embeddings() is None
    of_ada.start()
    until(lambda: of_ada.progress.stage in ("done", "failed"))
    assert of_ada.progress == Progress("done", 1.0)
    assert of_ada.test().shape == (2000, 10)
    assert of_ada.embeddings().shape == (10_000, 128)
    until(lambda: not processes.is_locked(of_ada.folder / "lock"))


def test_it_says_what_the_model_says(of_ada, few, monkeypatch):
    assert make(of_ada, monkeypatch) == 0
    assert of_ada.progress == Progress("done", 1.0)
    predictor = Predictor("ada")
    test, embeddings = of_ada.test(), of_ada.embeddings()
    assert (test.dtype, embeddings.dtype) == (np.float32, np.float16)
    images = few.x_test.astype(np.float32) / 255
    np.testing.assert_allclose(test, predictor.probabilities(images), atol=1e-5)
    embeddings = Explainer(predictor).embeddings(few.x_train.astype(np.float32) / 255)
    np.testing.assert_allclose(embeddings, embeddings, atol=1e-3)
    left = {path.name for path in of_ada.folder.iterdir()}
    assert left == {"lock", "state.json", "test.npy", "embeddings.npy"}


def test_the_test_images_come_first(of_ada, few, monkeypatch):
    told, note = [], DatasetEvaluation.update

    def update(self, stage, share=0.0, **more):
        there = self.test() is not None, self.embeddings() is not None
        told.append((stage, share, *there))
        note(self, stage, share, **more)

    monkeypatch.setattr(DatasetEvaluation, "update", update)
    make(of_ada, monkeypatch)
    assert [told[0][0], told[1][0]] == ["waiting", "starting"]
    assert told[2:] == [
        ("test", 0.0, False, False),
        ("test", 500 / 600, False, False),
        ("training", 0.0, True, False),
        ("training", 500 / 1200, True, False),
        ("training", 1000 / 1200, True, False),
        ("done", 1.0, True, True),
    ]


def test_many_who_begin_it_at_once_start_one_process(of_ada, sleepers):
    with ThreadPoolExecutor(8) as pool:
        for begun in [pool.submit(of_ada.begin) for _ in range(8)]:
            begun.result()
    assert len(sleepers) == 1
    assert of_ada.progress == Progress("waiting")


def test_one_that_was_killed_says_so_and_begins_again(of_ada, sleepers):
    of_ada.start()
    of_ada.update("training", 0.5)
    assert of_ada.progress == Progress("training", 0.5)
    os.kill(sleepers[0].pid, signal.SIGKILL)
    until(lambda: of_ada.progress.stage == "failed")
    assert of_ada.progress.reason == CUT_SHORT
    of_ada.start()
    assert len(sleepers) == 2
    assert of_ada.progress == Progress("waiting")


def test_what_is_done_is_not_begun_again(of_ada, few, sleepers, monkeypatch):
    make(of_ada, monkeypatch)
    of_ada.start()
    assert not sleepers


def test_the_process_stands_back_for_the_pages(of_ada, sleepers, monkeypatch):
    begun = []
    monkeypatch.setattr(processes, "start", lambda *a, **k: begun.append((a, k)))
    of_ada.start()
    (_, options), *others = begun
    assert options["nice"] > processes.NICE
    assert not others


@pytest.mark.parametrize("snapshots", [0, 1, 3])
def test_it_ends_with_the_server_that_began_it(of_ada, few, monkeypatch, looks):
    parents = itertools.chain([77] * looks, itertools.repeat(1))
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    of_ada.folder.mkdir(parents=True)
    (of_ada.folder / "lock").touch()
    with pytest.raises(SystemExit):
        make(of_ada, monkeypatch, "--locked", of_ada.folder.name, "--server", "77")
    assert of_ada.progress == Progress("failed", reason=CUT_SHORT)


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
        evaluation_of(registry.find("ada"), "synthetic")


def test_a_data_set_that_is_not_there_ends_it_with_the_reason(save, monkeypatch):
    over_mnist = evaluation_of(save("ada"), "mnist")
    assert "MNIST is not available" in fail(over_mnist, monkeypatch)


def test_a_full_disk_ends_it_with_the_reason(of_ada, few, monkeypatch):
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


def test_surveys_of_models_that_are_gone_are_removed(
    of_ada, few, sleepers, monkeypatch
):
    ada = registry.find("ada").folder
    for name in ("bea", "cleo", "dora"):
        shutil.copytree(ada, ada.with_name(name))
    make(of_ada, monkeypatch)
    of_bea, of_cleo, of_dora = (
        evaluation_of(registry.find(name), "mnist") for name in ("bea", "cleo", "dora")
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
            make(replace(of_ada, model=model), monkeypatch)
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_who_reads_a_survey_loads_no_tensorflow():
    check = "import sys; assert 'tensorflow' not in sys.modules"
    code = f"import mnist_core.evaluation.dataset; {check}"
    command = [sys.executable, "-W", "ignore", "-c", code]
    subprocess.run(command, check=True, cwd=processes.CHECKOUT)
