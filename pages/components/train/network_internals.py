"""What the network looks like from inside while it learns, and where it is wrong."""

from typing import Any

import numpy as np
import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable
from mnist_core.recipes import Recipe
from pages.components.shared import cache, data_url, formatting

SIDE = 48  # pixels of the page, of a filter
# For and against: blue and orange, told apart by colour-blind eyes on black and white.
FOR, AGAINST = (66, 114, 255), (240, 122, 30)


def show(look: dict[str, Any] | None, recipe: Recipe) -> None:
    """Its first layer's filters, and the images it gets most wrong, at one moment."""
    filters, hardest = st.columns(2, gap="large")
    with filters:
        st.markdown("**What it looks for first**")
        st.caption(
            "The first layer's filters: each slides over the image; ink under blue "
            "speaks for its pattern, ink under orange against it."
        )
        st.html(_filters(look["filters"]) if look else _nothing_yet())
    with hardest:
        st.markdown("**What it gets most wrong**")
        st.caption(f"Of a sample of the {_whose(recipe)} images, the surest first.")
        st.html(_hardest(look["hardest"], recipe) if look else _nothing_yet())


def _whose(recipe: Recipe) -> str:
    return "validation" if recipe.validation else "test"


def _nothing_yet() -> str:
    return _wall([], "")


def _wall(pictures: list[str], between: str) -> str:
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:.6rem;min-height:9rem;'
        f'align-content:flex-start">{between.join(pictures)}</div>'
    )


def _filters(filters: list[list[int]]) -> str:
    return _wall([_filter(n, tuple(w)) for n, w in enumerate(filters, start=1)], "")


def _filter(number: int, weights: tuple[int, ...]) -> str:
    side = round(len(weights) ** 0.5)
    return _picture(_diverging(weights, side), f"Filter {number}", SIDE)


def _hardest(hardest: list[list[float]], recipe: Recipe) -> str:
    try:
        images = _images(cache.dataset(recipe.data), recipe)
    except DatasetUnavailable:
        return _wall(["The images are not on this machine any more."], "")
    if not hardest:
        return _wall(["None of them: it has all of them right."], "")
    surest = sorted(hardest, key=lambda row: -row[-1])
    return _wall([_mistake(images[row[0]], *row[1:]) for row in surest], "")


def _images(dataset: data.Dataset, recipe: Recipe) -> np.ndarray:
    """What the numbers of the mistakes count in."""
    if not recipe.validation:
        return dataset.x_test
    return dataset.x_train[recipe.images - recipe.validation : recipe.images]


def _mistake(image: np.ndarray, label: int, answer: int, share: float) -> str:
    said = f"{label}, read as {answer}"
    picture = _picture(data_url.encode_cached(image), f"A {said}", 84)
    sure = formatting.percent(share, digits=0)
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
    values = np.array(weights).reshape(side, side)
    colours = np.where(values[..., None] > 0, FOR, AGAINST)
    strength = np.rint(255 * np.abs(values) / 100)[..., None]
    return data_url.encode_cached(
        np.concatenate([colours, strength], axis=2).astype(np.uint8)
    )
