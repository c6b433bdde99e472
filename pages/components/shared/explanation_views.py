"""What it noticed, as pictures in HTML; without a drawing, of empty paper.

Each keeps its size whatever is drawn, so that nothing on the page jumps.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from mnist_core.inference.explain import LayerMaps
from pages.components.shared import colormap, formatting
from pages.components.shared.colormap import Pixels
from pages.components.shared.formatting import a_digit

Image = npt.NDArray[Any]  # float (28, 28)

MAX_MAPS: Final = 24  # of a convolution: they fill 2 rows of 12, 3 of 8 or 4 of 6
TOP_PERCENTILE: Final = 99.8  # of a convolution's numbers is drawn the brightest
SCALE: Final = 12  # pixels, each side of one pixel of the drawing under the heat
TIMES: Final = "\N{MULTIPLICATION SIGN}"
FRAME: Final = 3  # pixels, the width of the white frame
MIN_TOP: Final = 1.0  # of the log-odds: a drop by less is not shown in full heat
WORDS: Final = "no", "one", "two", "three", "four", "five", "six", "seven", "eight"


def feature_maps(layers: Sequence[LayerMaps]) -> str:
    """Draw a grid of each convolution's maps, the strongest first."""
    grids = [_map_grid(number, layer) for number, layer in enumerate(layers, start=1)]
    scale = _colour_scale("not here", "its pattern is here", colormap.STOPS)
    return scale + "".join(grids)


def _map_grid(number: int, layer: LayerMaps) -> str:
    top = float(np.percentile(layer.maps, TOP_PERCENTILE))
    shown = [colormap.coloured(each, top=top) for each in layer.maps[:MAX_MAPS]]
    caption = _describe_maps(layer)
    return (
        f"<figure><figcaption><b>Convolution {number}:</b> {caption}</figcaption>"
        f'<div class="map-grid" role="img" '
        f'aria-label="Convolution {number}: {caption}">'
        f"{''.join(map(colormap.to_html, shown))}</div></figure>"
    )


def _describe_maps(layer: LayerMaps) -> str:
    count, side = layer.maps.shape[:2]
    shown = f"the {MAX_MAPS} strongest of its " if count > MAX_MAPS else ""
    pooled = (
        " after pooling, which keeps the largest of neighbours" if layer.pooled else ""
    )
    return f"{shown}{count} maps, {side}{TIMES}{side} numbers each{pooled}"


def occlusion(image: Image, drops: Image, *, patch: int, alt: str) -> str:
    """Draw the image hot where covering it lowers the answer's log-odds.

    Args:
        image: float (28, 28), ink 1 on paper 0.
        drops: by how much the log-odds fall at each place, float (28, 28).
        patch: the side of what was covered there, in pixels of the image.
        alt: what is seen, for those who do not see it.
    """
    shares = np.clip(drops / max(float(drops.max()), MIN_TOP), 0, 1)
    smooth = ndimage.zoom(shares, SCALE, order=1, grid_mode=True, mode="nearest")
    pixels = colormap.heated(np.kron(image, np.ones((SCALE, SCALE))), smooth)
    if drops.max() > 0:
        row, column = divmod(int(drops.argmax()), drops.shape[1])
        _frame(pixels, row, column, patch)
    return colormap.to_html(pixels, alt=alt)


def _frame(pixels: Pixels, row: int, column: int, patch: int) -> None:
    """Draw a white frame around the patch whose middle is at this place."""
    rows, columns = (
        slice(max(at - patch // 2, 0) * SCALE, (at + patch // 2 + 1) * SCALE)
        for at in (row, column)
    )
    framed = pixels[rows, columns]
    inside = framed[FRAME:-FRAME, FRAME:-FRAME].copy()
    framed[:] = 255
    framed[FRAME:-FRAME, FRAME:-FRAME] = inside


def describe_occlusion(digit: int, confidence: float, drop: float) -> str:
    """Say what becomes of the answer where the log-odds drop most."""
    odds = math.log(confidence / max(1 - confidence, 1e-9)) - drop
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


def neighbours(
    images: npt.NDArray[np.uint8], labels: Sequence[int], cosines: Sequence[float]
) -> str:
    """Draw training digits, uint8 (n, 28, 28), with their labels and similarities."""
    found = zip(images, labels, cosines, strict=True)
    return (
        f'<div class="neighbours">{"".join(_neighbour(*each) for each in found)}</div>'
    )


def _neighbour(image: npt.NDArray[np.uint8], label: int, cosine: float) -> str:
    pixels = colormap.inked(image / 255)
    picture = colormap.to_html(pixels, alt=a_digit(label).capitalize())
    share = formatting.percent(min(max(cosine, 0), 1), digits=0)
    caption = f"<b>{label}</b>{share} alike"
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def no_neighbours(count: int) -> str:
    """Draw empty paper in the places of those to come."""
    picture = colormap.to_html(colormap.inked(np.zeros((28, 28))))
    empty = f"<figure>{picture}<figcaption><b>?</b>&nbsp;</figcaption></figure>"
    return f'<div class="neighbours">{empty * count}</div>'


def describe_neighbours(labels: Sequence[int], answer: int) -> str:
    """Count the labels in words, and say why the answer is another all the same."""
    counts = Counter(labels)
    described = _describe_counts(counts.most_common(), len(labels))
    if counts[answer] * 2 >= len(labels):
        return described
    return (
        f"{described} The answer is {a_digit(answer)} all the same: the last layer "
        "goes by what each number speaks for, not by the nearest."
    )


def _describe_counts(counts: list[tuple[int, int]], total: int) -> str:
    """Say in words: "Six are 4s, two are 9s."."""
    if len(counts) == 1:
        return f"All {WORDS[total]} are {counts[0][0]}s."
    parts = [
        f"one is {a_digit(digit)}" if n == 1 else f"{WORDS[n]} are {digit}s"
        for digit, n in counts
    ]
    return f"{', '.join(parts).capitalize()}."


def caption(text: str) -> str:
    """Say large what a picture shows; the place is kept without any text."""
    return f'<p class="explanation-caption">{text}</p>'


def occlusion_figure(picture: str, text: str) -> str:
    """Put beside the heat's picture what it shows, and what its colours mean."""
    scale = _colour_scale(
        "makes no difference", "mattered for the answer", colormap.HEAT
    )
    return f'<div class="occlusion">{picture}<div>{caption(text)}{scale}</div></div>'


def _colour_scale(weak: str, strong: str, colours: Sequence[str]) -> str:
    """Draw what the colours mean, from one end to the other."""
    ramp = f"background:linear-gradient(to right, {', '.join(colours)})"
    return (
        f'<div class="colour-scale"><div class="ramp" style="{ramp}"></div>'
        f'<div class="ends"><span>{weak}</span><span>{strong}</span></div></div>'
    )
