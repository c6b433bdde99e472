import json
import os
import shutil
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from mnist_core import data, recipes
from mnist_core.errors import ImportRefused
from mnist_core.models import keras2, networks

FOLDER = Path(__file__).parent / "keras2"
"""A pair that Keras 2 wrote, by `write.py` there, and what it answered."""

ARCHITECTURE, WEIGHTS = FOLDER / "model_digit.json", FOLDER / "model_digit.h5"
ANSWERS = FOLDER / "answers.json"
IMAGES = 20  # of the made-up test digits


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the pair, to alter."""
    return (
        Path(shutil.copy(ARCHITECTURE, tmp_path)),
        Path(shutil.copy(WEIGHTS, tmp_path)),
    )


def ask(model: keras.Model, made_up: data.Dataset) -> np.ndarray:
    return model.predict(data.scale(made_up.x_test[:IMAGES]), verbose=0)


def test_a_network_answers_as_it_did_in_keras_2(made_up):
    imported = keras2.load(ARCHITECTURE, WEIGHTS)
    answers = json.loads(ANSWERS.read_text())
    np.testing.assert_allclose(ask(imported.model, made_up), answers, atol=1e-5)
    assert imported.recipe.network == "quick"
    assert imported.recipe.command == "", "nobody knows how it was trained"
    assert imported.origin["keras"].startswith("2.")
    assert set(imported.origin["sha256"]) == {"model_digit.json", "model_digit.h5"}


def test_a_file_of_the_whole_model_will_do_for_weights(tmp_path, made_up):
    """Keras 3 still writes the form of Keras 2, with the optimizer's numbers in it."""
    model = networks.build(recipes.get("classic"))
    whole, architecture = tmp_path / "whole.h5", tmp_path / "model.json"
    model.save(whole)
    architecture.write_text(model.to_json())
    with h5py.File(whole) as file:
        assert "optimizer_weights" in file
    imported = keras2.load(architecture, whole)
    assert imported.recipe.network == "classic"
    np.testing.assert_array_equal(ask(imported.model, made_up), ask(model, made_up))


def test_an_architecture_from_before_keras_2_2_3_is_a_bare_list(pair, made_up):
    architecture = json.loads(pair[0].read_text())
    architecture["config"] = architecture["config"]["layers"]
    pair[0].write_text(json.dumps(architecture))
    answers = json.loads(ANSWERS.read_text())
    given = ask(keras2.load(*pair).model, made_up)
    np.testing.assert_allclose(given, answers, atol=1e-5)


def layer(name: str, **config: object) -> dict:
    return {"class_name": name, "config": config}


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [layer("Dense", units=10, activation="softmax")],
        [layer("Lambda", function=["4wEAAAAAAAAA", None, None])],
    ],
    ids=["none", "another", "code"],
)
def test_a_network_that_is_none_of_ours_is_refused(pair, layers):
    pair[0].write_text(
        json.dumps({"class_name": "Sequential", "config": {"layers": layers}})
    )
    with pytest.raises(ImportRefused, match="classic, quick, robust"):
        keras2.load(*pair)


@pytest.mark.parametrize(
    ("at", "key", "value"),
    [(1, "filters", 17), (1, "padding", "same"), (-1, "activation", "sigmoid")],
)
def test_a_layer_that_answers_otherwise_is_refused(pair, at, key, value):
    architecture = json.loads(pair[0].read_text())
    architecture["config"]["layers"][at]["config"][key] = value
    pair[0].write_text(json.dumps(architecture))
    with pytest.raises(ImportRefused, match="its layers are not those of"):
        keras2.load(*pair)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"class_name": "Model"}', "[" * 9000]
)
def test_what_is_no_architecture_is_refused(pair, text):
    pair[0].write_text(text)
    with pytest.raises(ImportRefused, match=r"model_digit\.json cannot be brought in"):
        keras2.load(*pair)


def test_weights_of_another_network_are_refused(pair):
    with h5py.File(pair[1], "r+") as file:
        kernel = file["dense/dense/kernel:0"]
        values = kernel[:, :100]
        del file["dense/dense/kernel:0"]
        file["dense/dense/kernel:0"] = values
    with pytest.raises(ImportRefused, match=r"model_digit\.h5 cannot be brought in"):
        keras2.load(*pair)


def test_weights_that_lie_in_another_file_are_not_read(pair, tmp_path):
    """HDF5 can name any file of the machine as the place of an array's numbers."""
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(4 * 10))
    with h5py.File(pair[1], "r+") as file:
        del file["dense_1/dense_1/bias:0"]
        file.create_dataset(
            "dense_1/dense_1/bias:0", (10,), "f4", external=[(str(secret), 0, 40)]
        )
    with pytest.raises(ImportRefused):
        keras2.load(*pair)


def test_weights_that_are_no_file_are_not_waited_for(pair):
    pair[1].unlink()
    os.mkfifo(pair[1])
    with pytest.raises(OSError, match="no regular file"):
        keras2.load(*pair)
