"""What the network saw, as pictures in HTML; without a drawing, of empty paper.

Each keeps its size whatever is drawn, so that nothing on the page jumps.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage

from pages.components.shared import formatting
from pages.components.shared.colormap import HEAT, STOPS, coloured, heated, inked, tile
from pages.components.shared.formatting import a_digit

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.explain import LayerMaps

MOST: Final = 24  # maps of a convolution: they fill 2 rows of 12, 3 of 8 or 4 of 6
BRIGHTEST: Final = 99.8  # per cent of a convolution's numbers are not above its top
LARGER: Final = 12  # pixels, of each of the drawing's under the heat
LEAST: Final = 1.0  # of the log-odds: a fall by less is not shown in full heat
TIMES: Final = "\N{MULTIPLICATION SIGN}"
SPELLED: Final = "no", "one", "two", "three", "four", "five", "six", "seven", "eight"


def maps(layers: "Sequence[LayerMaps]") -> str:
    """Of each convolution a wall of its maps, the strongest first."""
    walls = [_wall(number, layer) for number, layer in enumerate(layers, start=1)]
    return _scale("not here", "its pattern is here", STOPS) + "".join(walls)


def _wall(number: int, layer: "LayerMaps") -> str:
    count, side = layer.maps.shape[:2]
    shown = f"the {MOST} strongest of its " if count > MOST else ""
    pooled = (
        " after pooling, which keeps the largest of neighbours" if layer.pooled else ""
    )
    said = f"{shown}{count} maps, {side}{TIMES}{side} numbers each{pooled}"
    top = float(np.percentile(layer.maps, BRIGHTEST))
    tiles = "".join(tile(coloured(each, top=top)) for each in layer.maps[:MOST])
    return (
        f"<figure><figcaption><b>Convolution {number}:</b> {said}</figcaption>"
        f'<div class="saw-wall" role="img" aria-label="Convolution {number}: {said}">'
        f"{tiles}</div></figure>"
    )


def heat(image: np.ndarray, drops: np.ndarray, *, patch: int, alt: str) -> str:
    """The drawing, hot where the answer's log-odds fall; a frame where most, (28, 28).

    `patch` is the side of what was covered there.
    """
    shares = np.clip(drops / max(float(drops.max()), LEAST), 0, 1)
    smooth = ndimage.zoom(shares, LARGER, order=1, grid_mode=True, mode="nearest")
    pixels = heated(np.kron(image, np.ones((LARGER, LARGER))), smooth)
    if drops.max() > 0:
        _frame(pixels, *np.unravel_index(drops.argmax(), drops.shape), patch)
    return tile(pixels, alt=alt)


def _frame(pixels: np.ndarray, row: int, column: int, patch: int) -> None:
    """A white frame around the patch whose middle is at this place."""
    sides = [
        slice(max(at - patch // 2, 0) * LARGER, (at + patch // 2 + 1) * LARGER)
        for at in (row, column)
    ]
    inside = pixels[tuple(sides)]
    middle = inside[3:-3, 3:-3].copy()
    inside[:] = 255
    inside[3:-3, 3:-3] = middle


def rests_on(digit: int, confidence: float, fall: float) -> str:
    """What becomes of the answer where the log-odds fall most."""
    odds = math.log(confidence / max(1 - confidence, 1e-9)) - fall
    left = 1 / (1 + math.exp(-odds))
    before, after = formatting.probability(confidence), formatting.probability(left)
    if left > 0.9 * confidence:
        return (
            "No single place matters much: with the white square covered, it would "
            f"still be {after} sure of {a_digit(digit)}."
        )
    return (
        f"With the white square covered, it would be only {after} sure of "
        f"{a_digit(digit)}, instead of {before}."
    )


def alike(images: np.ndarray, labels: Sequence[int], cosines: Sequence[float]) -> str:
    """Training digits, uint8 (n, 28, 28), with what they are and how near."""
    found = zip(images, labels, cosines, strict=True)
    return f'<div class="saw-alike">{"".join(_near(*each) for each in found)}</div>'


def _near(image: np.ndarray, label: int, cosine: float) -> str:
    picture = tile(inked(image / 255), alt=a_digit(label).capitalize())
    share = formatting.percent(min(max(cosine, 0), 1), digits=0)
    said = f"<b>{label}</b>{share} alike"
    return f"<figure>{picture}<figcaption>{said}</figcaption></figure>"


def none_alike(count: int) -> str:
    """Empty paper in the places of those to come."""
    picture, said = tile(inked(np.zeros((28, 28)))), "<b>?</b>&nbsp;"
    empty = f"<figure>{picture}<figcaption>{said}</figcaption></figure>"
    return f'<div class="saw-alike">{empty * count}</div>'


def count(labels: Sequence[int], answer: int) -> str:
    """How many of each digit there are, and why the answer is another all the same."""
    said = _count(Counter(labels).most_common(), len(labels))
    if Counter(labels)[answer] * 2 >= len(labels):
        return said
    return (
        f"{said} The answer is {a_digit(answer)} all the same: the last layer goes by "
        "what each number speaks for, not by the nearest."
    )


def _count(found: list[tuple[int, int]], total: int) -> str:
    """In words: "Six are 4s, two are 9s."."""
    if len(found) == 1:
        return f"All {SPELLED[total]} are {found[0][0]}s."
    parts = [
        f"one is {a_digit(digit)}" if n == 1 else f"{SPELLED[n]} are {digit}s"
        for digit, n in found
    ]
    return f"{', '.join(parts).capitalize()}."


def effect(said: str) -> str:
    """What a picture shows, in words and large; its place is kept without any."""
    return f'<p class="saw-effect">{said}</p>'


def beside(picture: str, said: str) -> str:
    """The heat's picture, and beside it what it shows and what its colours mean."""
    return (
        f'<div class="saw-heat">{picture}<div>{effect(said)}'
        f"{_scale('makes no difference', 'the answer rests on it', HEAT)}</div></div>"
    )


def _scale(weak: str, strong: str, colours: Sequence[str]) -> str:
    """What the colours mean, from one end to the other."""
    ramp = f"background:linear-gradient(to right, {', '.join(colours)})"
    return (
        f'<div class="saw-key"><div class="saw-scale" style="{ramp}"></div>'
        f'<div class="saw-ends"><span>{weak}</span><span>{strong}</span></div></div>'
    )
