"""Images to choose from: what is sent and what comes back."""

import io
import json
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from pages.components.shared import image_grid
from pages.components.shared.image_grid import Tile

RNG = np.random.default_rng(0)
TILES = [
    Tile(RNG.integers(0, 256, (28, 28)).astype(np.uint8), f"A {n}", f"Digit: {n}")
    for n in range(5)
]


def pixels(url: str) -> np.ndarray:
    kind, coded = url.split(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(b64decode(coded))))


def test_a_grid_holds_its_images_names_and_captions():
    props = json.loads(json.dumps(image_grid.to_props(TILES, "Five", 3)))
    assert (props["label"], props["chosen"]) == ("Five", 3)
    assert [t["name"] for t in props["tiles"]] == [tile.name for tile in TILES]
    assert [t["caption"] for t in props["tiles"]] == [tile.caption for tile in TILES]
    for sent, tile in zip(props["tiles"], TILES, strict=True):
        np.testing.assert_array_equal(pixels(sent["url"]), tile.image)


def test_a_full_grid_of_digits_is_small(made_up):
    tiles = [Tile(image, "A 5", "Digit: 5") for image in made_up.x_test]
    props = image_grid.to_props(tiles, "All", None)
    assert len(props["tiles"]) == image_grid.MAX_IMAGES
    assert len(json.dumps(props)) < 100_000


def test_a_grid_takes_the_indices_that_it_shows():
    props = image_grid.to_props(TILES, "Five", None)
    for index in range(5):
        assert (
            image_grid.parse_event({"id": props["id"], "index": index}, props) == index
        )


@pytest.mark.parametrize("index", [-1, 5, 1.5, "1", None, [1]])
def test_a_grid_takes_no_others(index):
    props = image_grid.to_props(TILES, "Five", None)
    assert image_grid.parse_event({"id": props["id"], "index": index}, props) is None


@pytest.mark.parametrize("event", [None, {}, {"index": 1}, {"id": "x", "index": 1}, 7])
def test_a_click_on_what_is_not_shown_any_more_counts_for_nothing(event):
    props = image_grid.to_props(TILES, "Five", None)
    assert image_grid.parse_event(event, props) is None


def test_a_grid_is_another_one_only_when_its_tiles_are():
    one = image_grid.to_props(TILES, "Five", None)["id"]
    assert image_grid.to_props(TILES, "Five again", 2)["id"] == one
    assert image_grid.to_props(TILES[::-1], "Five", None)["id"] != one
