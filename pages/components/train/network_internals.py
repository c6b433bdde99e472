"""What the network looks like from inside while it learns, and where it is wrong."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable
from mnist_core.recipes import Recipe
from mnist_core.runs.probes import Mistake, Snapshot
from pages.components.shared import cache, data_url, formatting

SIDE = 48  # pixels of the page, of a filter
# For and against: blue and orange, told apart by colour-blind eyes on black and white.
FOR, AGAINST = (66, 114, 255), (240, 122, 30)


def show(snapshot: Snapshot | None, recipe: Recipe) -> None:
    """Show the first layer's filters, and the images the network gets most wrong."""
    filters, mistakes = st.columns(2, gap="large")
    with filters:
        st.markdown("**What it looks for first**")
        st.caption(
            "The first layer's filters: each slides over the image; ink under blue "
            "speaks for its pattern, ink under orange against it."
        )
        st.html(_filters(snapshot["filters"]) if snapshot else _wrapped([]))
    with mistakes:
        kind = "validation" if recipe.validation else "test"
        st.markdown("**Its most confident mistakes**")
        st.caption(f"From a sample of the {kind} images, the surest first.")
        st.html(_mistakes(snapshot["mistakes"], recipe) if snapshot else _wrapped([]))


def _wrapped(pictures: list[str]) -> str:
    """Return HTML with pictures in rows; it keeps its height while there are none."""
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:.6rem;min-height:9rem;'
        f'align-content:flex-start">{"".join(pictures)}</div>'
    )


def _filters(filters: list[list[int]]) -> str:
    return _wrapped([_filter(n, tuple(w)) for n, w in enumerate(filters, start=1)])


def _filter(number: int, weights: tuple[int, ...]) -> str:
    side = round(len(weights) ** 0.5)
    return _picture(_diverging(weights, side), f"Filter {number}", SIDE)


def _mistakes(mistakes: list[Mistake], recipe: Recipe) -> str:
    try:
        images = _images(cache.dataset(recipe.data), recipe)
    except DatasetUnavailable:
        return _wrapped(["The images are not on this machine any more."])
    if not mistakes:
        return _wrapped(["None of them: it has all of them right."])
    surest = sorted(mistakes, key=lambda mistake: -mistake["confidence"])
    known = [each for each in surest if each["index"] < len(images)]
    return _wrapped([_mistake(images[each["index"]], each) for each in known])


def _images(dataset: data.Dataset, recipe: Recipe) -> npt.NDArray[np.uint8]:
    """Return the images that the indices of the mistakes count in."""
    if not recipe.validation:
        return dataset.x_test
    return dataset.x_train[recipe.images - recipe.validation : recipe.images]


def _mistake(image: npt.NDArray[np.uint8], mistake: Mistake) -> str:
    said = f"{mistake['label']}, read as {mistake['predicted']}"
    picture = _picture(data_url.encode_cached(image), f"A {said}", 84)
    sure = formatting.percent(mistake["confidence"], digits=0)
    return (
        '<figure style="margin:0;font-size:.875rem;line-height:1.3">'
        f"{picture}<figcaption>{said}<br>{sure} sure</figcaption></figure>"
    )


def _picture(source: str, alt: str, side: int) -> str:
    return (
        f'<img src="{source}" alt="{alt}" width="{side}" height="{side}" '
        'style="image-rendering:pixelated;border-radius:3px;display:block">'
    )


def _diverging(weights: tuple[int, ...], side: int) -> str:
    """Return weights as colours, the stronger the less transparent."""
    values = np.array(weights).reshape(side, side)
    colours = np.where(values[..., None] > 0, FOR, AGAINST)
    strength = np.rint(255 * np.abs(values) / 100)[..., None]
    pixels = np.concatenate([colours, strength], axis=2).astype(np.uint8)
    return data_url.encode_cached(pixels)
