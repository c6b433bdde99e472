import os
import shutil

import numpy as np
import pytest

from mnist_core import data, recipes
from mnist_core.models import networks
from mnist_core.training import checkpoint

RECIPE = recipes.get("quick", data="synthetic", images=100, batch_size=20)


@pytest.fixture(scope="module")
def learned(made_up):
    """A network that was trained for an epoch, and its images."""
    images = data.prepare(made_up.x_train[:100], made_up.y_train[:100])
    return fit(networks.build(RECIPE), images), images


def fit(model, images):
    model.fit(*images, batch_size=20, shuffle=False, verbose=0)
    return model


def same(model, other) -> bool:
    pairs = zip(model.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_a_model_comes_back_with_its_optimizer(learned, tmp_path):
    model, _ = learned
    checkpoint.save(model, tmp_path / "c", epochs=3)
    again = networks.build(RECIPE)
    assert checkpoint.restore(again, tmp_path / "c") == 3
    assert checkpoint.epochs(tmp_path / "c") == 3
    assert same(again, model)
    assert int(again.optimizer.iterations) == 5
    for mine, theirs in zip(
        again.optimizer.variables, model.optimizer.variables, strict=True
    ):
        assert np.array_equal(mine, theirs)


def test_only_the_last_one_is_kept_and_nothing_beside_it(learned, tmp_path):
    for epochs in (1, 2, 10):
        checkpoint.save(learned[0], tmp_path, epochs=epochs)
    assert [path.name for path in tmp_path.iterdir()] == ["epoch-10.weights.h5"]


def test_what_is_saved_is_on_the_disk_before_it_gets_its_name(
    learned, tmp_path, monkeypatch
):
    named, real = [], os.fsync

    def fsync(file) -> None:
        named.append((tmp_path / "epoch-1.weights.h5").exists())
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    checkpoint.save(learned[0], tmp_path, epochs=1)
    assert named == [False]


def test_where_there_is_none_the_model_stays_as_it_is(tmp_path):
    model, other = networks.build(RECIPE), networks.build(RECIPE)
    assert checkpoint.restore(model, tmp_path / "none") == 0
    assert checkpoint.epochs(tmp_path / "none") == 0
    assert same(model, other)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.99])
def test_one_that_is_cut_short_is_none(learned, tmp_path, share):
    checkpoint.save(learned[0], tmp_path, epochs=2)
    path = tmp_path / "epoch-2.weights.h5"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    model, other = networks.build(RECIPE), networks.build(RECIPE)
    assert checkpoint.restore(model, tmp_path) == 0
    assert same(model, other)
    assert int(model.optimizer.iterations) == 0


def test_one_of_another_network_is_none(learned, tmp_path):
    checkpoint.save(learned[0], tmp_path, epochs=2)
    classic = recipes.get("classic", data="synthetic")
    model, other = networks.build(classic), networks.build(classic)
    assert checkpoint.restore(model, tmp_path) == 0
    assert same(model, other)


def test_of_two_the_later_that_can_be_read_is_taken(learned, tmp_path):
    checkpoint.save(learned[0], tmp_path, epochs=9)
    (tmp_path / "epoch-10.weights.h5").write_bytes(b"no more")
    (tmp_path / "epoch-of-another-kind").touch()
    assert checkpoint.restore(networks.build(RECIPE), tmp_path) == 9


def test_of_two_that_can_be_read_the_later_is_taken(learned, tmp_path):
    checkpoint.save(learned[0], tmp_path, epochs=10)
    shutil.copy(tmp_path / "epoch-10.weights.h5", tmp_path / "epoch-9.weights.h5")
    assert checkpoint.restore(networks.build(RECIPE), tmp_path) == 10


def test_a_save_that_fails_leaves_the_one_before(learned, tmp_path, monkeypatch):
    checkpoint.save(learned[0], tmp_path, epochs=1)

    def fails(path):
        path.write_bytes(b"half")
        raise OSError("full")

    model = networks.build(RECIPE)
    monkeypatch.setattr(model, "save_weights", fails)
    with pytest.raises(OSError, match="full"):
        checkpoint.save(model, tmp_path, epochs=2)
    assert [path.name for path in tmp_path.iterdir()] == ["epoch-1.weights.h5"]


@pytest.mark.parametrize(
    ("stopped", "loss", "kept"), [(False, 0.5, 1), (True, 0.5, 0), (False, np.nan, 0)]
)
def test_it_is_saved_after_whole_epochs_with_a_number_for_a_loss(
    learned, tmp_path, stopped, loss, kept
):
    model, _ = learned
    callback = checkpoint.Checkpoint(tmp_path)
    callback.set_model(model)
    model.stop_training = stopped
    callback.on_epoch_end(0, {"loss": loss})
    assert checkpoint.epochs(tmp_path) == kept
