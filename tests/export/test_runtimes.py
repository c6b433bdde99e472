"""Every format is written, checked in its own runtime, and read by its own examples."""

import hashlib
import json
import runpy
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mnist_core.errors import ExportDiffers, PackageMissing
from mnist_core.export import formats, runtimes
from mnist_core.export.formats import FORMATS
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry

IMAGES = 60  # that each is checked on here


def require(name: str) -> None:
    """Skip where a format's packages are not installed."""
    for package in FORMATS[name].packages:
        pytest.importorskip(package, reason="requirements-export.txt is not installed")


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """Writes the bundled model in a format and unpacks it, once; gives the folder."""
    known: dict[str, Path] = {}

    def export(name: str) -> Path:
        require(name)
        if name not in known:
            folder = tmp_path_factory.mktemp("export")
            written = folder / "model.zip"
            runtimes.write(registry.find("pretrained"), written, name)
            with zipfile.ZipFile(written) as archive:
                archive.extractall(folder)
            known[name] = folder
        return known[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtimes, "IMAGES", IMAGES)
        yield export


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor("pretrained")


@pytest.mark.parametrize("name", FORMATS)
def test_the_model_answers_in_its_runtime_as_in_the_app(
    exports, predictor, made_up, name
):
    folder = exports(name)
    answer = runtimes.WRITERS[name][1](folder)
    images = (
        made_up.x_test[-20:, ..., None].astype(np.float32) / 255
    )  # others than those
    expected = predictor.probabilities(images)
    given = np.concatenate([answer(image[None]) for image in images])
    assert abs(given - expected).max() <= FORMATS[name].tolerance
    assert predictor.temperature > 1, "otherwise nothing was calibrated"


@pytest.mark.parametrize("name", FORMATS)
def test_a_card_travels_along_that_says_how_it_was_checked(exports, name):
    folder = exports(name)
    card = json.loads((folder / "card.json").read_text())
    assert card == registry.sign(card), "its hash is that of all it says"
    export = card.pop("export")
    original = json.loads((registry.PRETRAINED / registry.CARD).read_text())
    assert registry.sign(card) == original
    assert export["format"] == name
    assert export["images"] == IMAGES
    assert export["same_digits"] >= 0.99 * IMAGES
    assert 0 < export["milliseconds"] < 1000
    assert export["runtime"].startswith(FORMATS[name].runtime)
    contents = {file: (folder / file).read_bytes() for file in export["sha256"]}
    assert export["bytes"] == sum(map(len, contents.values()))
    assert export["sha256"] == {
        file: hashlib.sha256(content).hexdigest() for file, content in contents.items()
    }


def test_eight_bits_take_a_quarter_of_the_room(exports):
    sizes = [
        (exports(name) / "model.tflite").stat().st_size
        for name in ("litert", "litert-int8")
    ]
    assert 3.5 < sizes[0] / sizes[1] < 4.2


@pytest.mark.parametrize("name", FORMATS)
def test_the_example_reads_a_picture_without_this_project(
    exports, pictures, name, monkeypatch, capsys
):
    folder = exports(name)
    program = folder / "read_digit.py"
    assert "mnist_core" not in program.read_text()
    monkeypatch.chdir(folder)
    for digit, path in pictures.items():
        monkeypatch.setattr(sys, "argv", [str(program), str(path)])
        runpy.run_path(str(program), run_name="__main__")
        assert capsys.readouterr().out.split() == [str(digit)]


def test_a_model_that_answers_otherwise_is_not_handed_over(tmp_path, monkeypatch):
    """The oracle: weights that are not the app's, in the pair that needs no extra."""
    write, load = runtimes.WRITERS["json+h5"]

    def write_wrong(model, folder):
        model.set_weights([0.9 * each for each in model.get_weights()])
        write(model, folder)

    monkeypatch.setitem(runtimes.WRITERS, "json+h5", (write_wrong, load))
    monkeypatch.setattr(runtimes, "IMAGES", IMAGES)
    with pytest.raises(ExportDiffers) as raised:
        runtimes.write(registry.find("pretrained"), tmp_path / "x.zip", "json+h5")
    assert raised.value.largest_difference > 1e-4
    assert list(tmp_path.glob("*.zip")) == []


def test_what_is_missing_is_said_with_the_command_that_installs_it(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    with pytest.raises(PackageMissing) as raised:
        runtimes.write(registry.find("pretrained"), tmp_path / "x.zip", "onnx")
    assert raised.value.packages == ["onnx", "onnxruntime"]
    assert "pip install -r" in str(raised.value)
    requirements = Path(raised.value.command.split()[-1])
    assert "onnxruntime==" in requirements.read_text()
