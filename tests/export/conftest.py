"""Pictures of 4, 0 and 7, as people make them: with other programs, and not framed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.drawings import draw

STROKES = {
    4: [[(150, 30), (90, 130), (190, 130)], [(170, 90), (165, 200)]],
    0: [[(140, 30), (70, 90), (70, 190), (140, 250), (210, 190), (210, 90), (140, 30)]],
    7: [[(60, 50), (210, 60), (140, 230)]],
}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Digits and files: chalk on a board, a pen on paper, and a pen on nothing."""
    folder = tmp_path_factory.mktemp("pictures")
    ink = {digit: draw(strokes) for digit, strokes in STROKES.items()}
    nothing = np.zeros((*ink[7].shape, 4), np.uint8)
    nothing[..., 3] = ink[7]
    paths = {digit: folder / f"{digit}.png" for digit in STROKES}
    for digit, drawing in {4: ink[4], 0: 255 - ink[0], 7: nothing}.items():
        Image.fromarray(drawing).save(paths[digit])
    return paths
