import numpy as np
import pytest
from PIL import Image

from mnist_core import pictures


class Reader:
    """A predictor that is sure of how many pixels of the image are inked."""

    def probabilities(self, images):
        rows = np.zeros((len(images), 10), np.float32)
        for row, image in zip(rows, images, strict=True):
            row[int(image.mean() * 10)] = 1
        return rows


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    square = np.zeros((50, 50), np.uint8)
    square[10:40, 10:40] = 255
    for name in ("b/2.png", "a.png", "b.png", ".hidden.png", ".git/3.png"):
        Image.fromarray(square).save(tmp_path / name)
    return tmp_path


def test_files_are_sorted_once_each_and_none_is_hidden(folder):
    found = pictures.files([folder / "b.png", folder, folder / "none.png"])
    names = ["a.png", "b.png", "b/2.png", "none.png"]
    assert found == [str(folder / name) for name in names]


def test_every_file_gets_its_own_answer(folder):
    Image.new("L", (30, 30)).save(folder / "empty.png")
    (folder / "text.png").write_text("no picture")
    names = ["text.png", "a.png", "empty.png", "b.png"]
    rows = list(pictures.answers(Reader(), [str(folder / name) for name in names]))
    assert [row["path"] for row in rows] == [str(folder / name) for name in names]
    text, square, empty, same = rows
    assert text == {"path": text["path"], "error": "this is no picture"}
    assert empty["digit"] is empty["confidence"] is empty["probabilities"] is None
    # A filled square fills 20x20 of 28x28 pixels: 51 % ink.
    assert (square["digit"], square["confidence"]) == (5, 1.0)
    assert len(square["probabilities"]) == 10
    assert {**same, "path": None} == {**square, "path": None}


def test_no_files_get_no_answers():
    assert list(pictures.answers(Reader(), [])) == []
