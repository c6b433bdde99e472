"""What it noticed in the drawing: three ways to look inside, opened on demand."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, TypedDict

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable, ModelDamaged
from mnist_core.evaluation.dataset import DatasetEvaluation
from mnist_core.inference.explain import Explainer
from mnist_core.inference.reader import Part
from mnist_core.models import registry
from pages.components.shared import (
    cache,
    component,
    evaluation_progress,
    explanation_views,
    formatting,
)
from pages.components.shared.recognition import Recognition
from pages.components.shared.session import LastResult, SessionValue

View = Literal[
    "Feature maps",
    "What mattered",
    "Similar digits",
]
ShowView = Callable[[Explainer, registry.StoredModel, Part | None], None]

ANCHOR: Final = "why"
"""A link to this place of the page is #why."""

FEATURE_MAPS: Final = "Feature maps"
OCCLUSION: Final = "What mattered"
NEIGHBOURS: Final = "Similar digits"
ICONS: Final[dict[View, str]] = {
    FEATURE_MAPS: "grid_on",
    OCCLUSION: "flare",
    NEIGHBOURS: "group",
}
VIEW: Final = SessionValue[View | None]("explanation_view", lambda: None)
"""The view that is open."""

NEAREST: Final = 8  # training digits are shown
STYLE: Final = Path(__file__).parent / "explanations.css"

_SCROLLS: Final = SessionValue[int]("explanation_scrolls", lambda: 0)
_DROPS: Final = LastResult[npt.NDArray[np.float32]]("explanation_drops")
_NEIGHBOURS: Final = LastResult[tuple[npt.NDArray[Any], npt.NDArray[Any]]](
    "explanation_neighbours"
)
_scroll_to = component.define(
    "scroll_to",
    html="<div></div>",
    js="""
    let done = 0;
    export default function ({ data: { anchor, scrolls } }) {
        if (scrolls > done) document.getElementById(anchor)?.scrollIntoView();
        done = scrolls;
    }
    """,
    isolate_styles=False,
)


class ScrollProps(TypedDict):
    """What the browser is sent to scroll the page."""

    anchor: str
    scrolls: int  # how often it was asked to


def open_view() -> None:
    """Have a view open, and the page scrolled to it, when it is shown next."""
    VIEW.set(VIEW.get() or OCCLUSION)
    _SCROLLS.set(_SCROLLS.get() + 1)


def show(recognition: Recognition | None, picked: int) -> None:
    """Let the visitor look inside the network, at the digit picked of the drawing."""
    _show(recognition, picked)
    props: ScrollProps = {"anchor": ANCHOR, "scrolls": _SCROLLS.get()}
    _scroll_to(key="scroll_to", data=props, height="content")


def _show(recognition: Recognition | None, picked: int) -> None:
    st.subheader("What it noticed", anchor=ANCHOR)
    view = _choose()
    if not view:
        st.caption("Three ways to look inside: choose one.")
        return
    parts = recognition.parts if recognition else ()
    part = parts[picked] if parts else None
    st.caption(_describe_subject(part, many=len(parts) > 1))
    stored = cache.chosen_model()
    try:
        explainer = cache.explainer(stored)
    except ModelDamaged as error:
        st.caption(formatting.plain(error))
        return
    st.html(STYLE)
    with st.container(key="explanation"):
        VIEWS[view](explainer, stored, part)
    if view != NEIGHBOURS:
        _start_evaluation(stored)


def _choose() -> View | None:
    return st.pills(
        "Look inside the network",
        list(ICONS),
        key=VIEW.key,
        format_func=lambda name: f":material/{ICONS[name]}: {name}",
        label_visibility="collapsed",
        persist_state="session",
    )


def _start_evaluation(stored: registry.StoredModel) -> None:
    """Start what the neighbours wait for, while another view is looked at."""
    with suppress(DatasetUnavailable):
        dataset = cache.dataset(stored.card["data"]["name"])
        evaluation_progress.start(DatasetEvaluation.of(stored, dataset.name))


def _image(part: Part | None) -> npt.NDArray[np.float32]:
    return part.image if part else np.zeros((28, 28), np.float32)


def _describe_subject(part: Part | None, *, many: bool) -> str:
    """Say what the views are about, in one line: so nothing below it moves."""
    if part is None:
        return "Nothing is drawn yet."
    which = f"the {part.prediction.digit} picked" if many else "the drawing"
    return f"About {which} above"


def _show_html(html: str) -> None:
    st.html(f'<div class="explanation">{html}</div>')


def _inputs(stored: registry.StoredModel, part: Part | None) -> tuple[object, ...]:
    """Return what an explanation depends on: the model and the image."""
    return stored.name, stored.card["card_sha256"], _image(part).tobytes()


def _show_feature_maps(
    explainer: Explainer, _: registry.StoredModel, part: Part | None
) -> None:
    st.markdown(
        "A convolution slides small patterns over the drawing: each of its maps is "
        "bright where it found its own. The strongest come first.",
    )
    layers = explainer.feature_maps(_image(part))
    if not part:  # what empty paper does to a network is another matter
        layers = [replace(layer, maps=np.zeros_like(layer.maps)) for layer in layers]
    _show_html(explanation_views.feature_maps(layers))


def _show_occlusion(
    explainer: Explainer, stored: registry.StoredModel, part: Part | None
) -> None:
    st.markdown(
        "A small square of the drawing is covered, at every place in turn: where it "
        "glows, the network is less sure of its answer without it.",
    )
    image = _image(part)
    drops = _DROPS.get(_inputs(stored, part), lambda: explainer.occlusion(image))
    alt, text = "Empty paper", ""
    if part:
        answer = part.prediction
        alt = f"The drawing, glowing where the answer {answer.digit} rests on it"
        text = explanation_views.describe_occlusion(
            answer.digit, answer.confidence, float(drops.max())
        )
    picture = explanation_views.occlusion(image, drops, patch=explainer.patch, alt=alt)
    _show_html(explanation_views.occlusion_figure(picture, text))


def _show_neighbours(
    explainer: Explainer, stored: registry.StoredModel, part: Part | None
) -> None:
    dataset = _training_data(stored)
    whose = "MNIST's" if dataset.name == "mnist" else "the made-up"
    st.markdown(
        f"The eight of {whose} {len(dataset.y_train):,} training digits that are "
        "nearest to the drawing in the network's own embeddings: in the numbers that "
        "its last layer decides by.",
    )
    evaluation = DatasetEvaluation.of(stored, dataset.name)
    embeddings = evaluation.embeddings()
    if part and embeddings is not None:
        nearest, cosines = _NEIGHBOURS.get(
            (*_inputs(stored, part), dataset.name),
            lambda: explainer.neighbours(part.image, embeddings, count=NEAREST),
        )
        _show_nearest(dataset, nearest, cosines, part.prediction.digit)
        return
    _show_html(explanation_views.no_neighbours(NEAREST))
    if embeddings is None:
        evaluation_progress.show(evaluation, "embeddings")
    else:
        _show_html(explanation_views.caption(""))


def _show_nearest(
    dataset: data.Dataset,
    nearest: npt.NDArray[Any],
    cosines: npt.NDArray[Any],
    answer: int,
) -> None:
    images, labels = dataset.x_train[nearest], dataset.y_train[nearest].tolist()
    _show_html(explanation_views.neighbours(images, labels, cosines.tolist()))
    text = explanation_views.describe_neighbours(labels, answer)
    _show_html(explanation_views.caption(text))


def _training_data(stored: registry.StoredModel) -> data.Dataset:
    """Return what the model learned from, or the made-up digits without MNIST."""
    try:
        return cache.dataset(stored.card["data"]["name"])
    except DatasetUnavailable:
        st.caption("MNIST is not on this machine: these are made-up digits.")
        with st.spinner("Drawing made-up digits ..."):
            return cache.dataset("synthetic")


VIEWS: Final[dict[View, ShowView]] = {
    FEATURE_MAPS: _show_feature_maps,
    OCCLUSION: _show_occlusion,
    NEIGHBOURS: _show_neighbours,
}
