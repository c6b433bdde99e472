import numpy as np
import pytest
from PIL import Image

from mnist_core.inference import files
from mnist_core.inference.predictor import Prediction


class Reader:
    """A predictor that is so sure of how many pixels of the image are inked."""

    def __init__(self, threshold=None, sure=1.0):
        self.threshold, self.sure = threshold, sure

    def predictions(self, images):
        rows = np.eye(10, dtype=np.float32)[(images.mean((1, 2)) * 10).astype(int)]
        rows = self.sure * rows + (1 - self.sure) / 10
        return [Prediction(row, self.threshold) for row in rows]


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
    found = files.files([folder / "b.png", folder, folder / "none.png"])
    names = ["a.png", "b.png", "b/2.png", "none.png"]
    assert found == [str(folder / name) for name in names]


def test_every_file_gets_its_own_answer(folder):
    Image.new("L", (30, 30)).save(folder / "empty.png")
    (folder / "text.png").write_text("no picture")
    names = ["text.png", "a.png", "empty.png", "b.png"]
    rows = list(files.answers(Reader(), [str(folder / name) for name in names]))
    assert [row["path"] for row in rows] == [str(folder / name) for name in names]
    text, square, empty, same = rows
    assert set(text) == {"path", "error"}
    assert text["error"].startswith("this is no picture")
    assert empty["digit"] is empty["confidence"] is empty["probabilities"] is None
    # A filled square fills 20x20 of 28x28 pixels: 51 % ink.
    assert (square["digit"], square["confidence"]) == (5, 1.0)
    assert len(square["probabilities"]) == 10
    assert square["is_digit"] is empty["is_digit"] is None
    assert square["number"] == "5"
    assert {**same, "path": None} == {**square, "path": None}


def test_no_files_get_no_answers():
    assert list(files.answers(Reader(), [])) == []


@pytest.mark.parametrize(("sure", "is_digit"), [(1.0, True), (0.3, False)])
def test_what_is_less_sure_than_the_threshold_is_no_digit(folder, sure, is_digit):
    Image.new("L", (30, 30)).save(folder / "empty.png")
    paths = [str(folder / name) for name in ("a.png", "empty.png")]
    square, empty = files.answers(Reader(0.5, sure), paths)
    assert square["is_digit"] is is_digit
    assert square["digit"] == 5  # still the best guess
    assert empty["is_digit"] is False
    assert empty["digit"] is None


def test_digits_side_by_side_are_one_number(folder):
    wide = np.zeros((60, 200), np.uint8)
    wide[10:50, 10:50] = wide[10:50, 70:110] = wide[10:50, 140:180] = 255
    Image.fromarray(wide).save(folder / "wide.png")
    paths = [str(folder / name) for name in ("a.png", "wide.png", "b.png")]
    square, number, same = files.answers(Reader(), paths)
    assert [row["number"] for row in (square, number, same)] == ["5", "555", "5"]
    assert [each["digits"] for each in number["numbers"]] == ["555"]
    assert number["number_confidence"] == number["numbers"][0]["confidence"]
    assert number["digit"] == 0  # of all of it, in one image: hardly any ink
