"""Images to choose from, and the confusion matrix: what is sent and what comes back."""

import io
import json
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from mnist_core.evaluation.scores import Score
from pages.components.samples import confusion_matrix, mistakes
from pages.components.shared import image_grid
from pages.components.shared.image_grid import Tile

RNG = np.random.default_rng(0)
TILES = [
    Tile(RNG.integers(0, 256, (28, 28)).astype(np.uint8), f"A {n}", f"Digit: {n}")
    for n in range(5)
]


def pixels(address: str) -> np.ndarray:
    kind, coded = address.split(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(b64decode(coded))))


def test_a_wall_holds_its_images_names_and_captions():
    told = json.loads(json.dumps(image_grid.to_props(TILES, "Five", 3)))
    assert (told["label"], told["chosen"]) == ("Five", 3)
    assert [t["name"] for t in told["tiles"]] == [tile.name for tile in TILES]
    assert [t["caption"] for t in told["tiles"]] == [tile.caption for tile in TILES]
    for sent, tile in zip(told["tiles"], TILES, strict=True):
        np.testing.assert_array_equal(pixels(sent["picture"]), tile.image)


def test_a_full_wall_of_digits_is_small(made_up):
    tiles = [Tile(image, "A 5", "Digit: 5") for image in made_up.x_test]
    told = image_grid.to_props(tiles, "All", None)
    assert len(told["tiles"]) == image_grid.MOST
    assert len(json.dumps(told)) < 100_000


def test_a_wall_takes_the_places_that_it_shows():
    told = image_grid.to_props(TILES, "Five", None)
    for place in range(5):
        assert image_grid.parse_event({"id": told["id"], "place": place}, told) == place


@pytest.mark.parametrize("place", [-1, 5, 1.5, "1", None, [1]])
def test_a_wall_takes_no_others(place):
    told = image_grid.to_props(TILES, "Five", None)
    assert image_grid.parse_event({"id": told["id"], "place": place}, told) is None


@pytest.mark.parametrize("sent", [None, {}, {"place": 1}, {"id": "x", "place": 1}, 7])
def test_a_click_on_what_is_not_shown_any_more_counts_for_nothing(sent):
    assert (
        image_grid.parse_event(sent, image_grid.to_props(TILES, "Five", None)) is None
    )


def test_a_wall_is_another_one_only_when_its_tiles_are():
    one = image_grid.to_props(TILES, "Five", None)["id"]
    assert image_grid.to_props(TILES, "Five again", 2)["id"] == one
    assert image_grid.to_props(TILES[::-1], "Five", None)["id"] != one


@pytest.fixture
def score() -> Score:
    """A thousand digits, one in eight read wrong."""
    digits = RNG.integers(0, 10, 1000)
    said = np.where(RNG.random(1000) < 0.14, RNG.integers(0, 10, 1000), digits)
    return Score(digits, (RNG.dirichlet(np.ones(10), 1000) + np.eye(10)[said]) / 2)


def test_a_matrix_is_told_with_names_for_each_cell(score):
    told = json.loads(json.dumps(confusion_matrix.to_props(score.table)))
    assert told["counts"] == score.table.tolist()
    names = told["names"]
    assert names[0][0] == f"All mistakes: {len(score.mistakes)}"
    assert names[5][10] == f"A 4 read as a 9: {score.table[4, 9]}"
    assert names[9][9] == f"An 8 read right: {score.table[8, 8]}"
    misread = score.table[4].sum() - score.table[4, 4]
    assert names[5][0] == f"A 4 misread: {misread}"
    read = score.table[:, 8].sum() - score.table[8, 8]
    assert names[0][9] == f"Wrongly read as an 8: {read}"


def test_colours_grow_with_the_counts_and_a_single_mistake_is_seen():
    table = np.diag([980] * 10)
    table[0, 1:5] = 1, 2, 10, 100
    levels = confusion_matrix.to_props(table)["levels"]
    assert levels[0][0] == levels[0][5] == levels[4][4] == 0
    assert levels[0][1] == confusion_matrix.FAINTEST
    assert levels[0][1] < levels[0][2] < levels[0][3] < levels[0][4] == 1


@pytest.mark.parametrize("table", [np.diag([5] * 10), np.zeros((10, 10), int)])
def test_a_network_that_is_never_wrong_has_no_colours(table):
    assert not np.any(confusion_matrix.to_props(table)["levels"])


def test_a_matrix_takes_its_cells_and_no_others():
    for true in (None, 0, 9):
        for read in (None, 0, 9):
            assert confusion_matrix.parse_event({"true": true, "read": read}) == (
                true,
                read,
            )
    for sent in (
        None,
        {},
        {"true": 4},
        {"true": 10, "read": 1},
        {"true": [], "read": 1},
    ):
        assert confusion_matrix.parse_event(sent) is None


def test_the_images_of_the_edge_are_those_of_its_cells(score):
    for digit in range(10):
        others = [other for other in range(10) if other != digit]
        row = np.concatenate([score.cell(digit, other) for other in others])
        column = np.concatenate([score.cell(other, digit) for other in others])
        assert sorted(mistakes.places(score, (digit, None))) == sorted(row)
        assert sorted(mistakes.places(score, (None, digit))) == sorted(column)
    assert mistakes.places(score, (None, None)).tolist() == score.mistakes.tolist()


@pytest.mark.parametrize("cell", [(None, None), (4, None), (None, 4), (4, 9)])
def test_mistakes_come_the_surest_first(score, cell):
    found = mistakes.places(score, cell)
    assert not score.right[found].any()
    sure = score.probabilities[found].max(axis=1)
    assert (np.diff(sure) <= 0).all()


def test_right_ones_come_the_least_sure_first(score):
    found = mistakes.places(score, (4, 4))
    assert score.right[found].all()
    assert (np.diff(score.probabilities[found].max(axis=1)) >= 0).all()


def test_cells_in_words():
    digits = np.array([4] * 60)
    read = np.array([9] * 2 + [8] + [4] * 57)
    score = Score(digits, np.eye(10)[read])
    for cell, said in {
        (None, None): "3 of the 60 images were misread, the surest first.",
        (4, None): "3 of the 60 images of a 4 were misread, the surest first.",
        (4, 8): "1 of the 60 images of a 4 was wrongly read as an 8.",
        (None, 9): "2 of the 60 images were wrongly read as a 9, the surest first.",
        (4, 4): "57 of the 60 images of a 4 were read right, the least sure first; "
        "here are 40.",
        (4, 1): "0 of the 60 images of a 4 were wrongly read as a 1.",
    }.items():
        assert mistakes.about(score, cell) == said
