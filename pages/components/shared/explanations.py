"""What the network saw in the drawing: four ways to look inside, opened on demand."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable, ModelDamaged
from mnist_core.evaluation.dataset import DatasetEvaluation
from mnist_core.models import registry
from pages.components.shared import (
    cache,
    evaluation_progress,
    explanation_views,
    layer_diagram,
)

if TYPE_CHECKING:  # they load TensorFlow, and the page must not wait for that
    from mnist_core.inference.explain import Explainer
    from mnist_core.inference.reader import Part
    from pages.components.shared.recognition import Recognition

ANCHOR: Final = "why"
"""A link to this place of the page is #why."""

VIEW: Final = "explanation_view"
"""The session's key of the view that is open: one of those below, or None."""

MAPS, RESTS, ALIKE, WAY = (
    "Feature maps",
    "What the answer rests on",
    "It reminds me of",
    "The way through",
)
ICONS: Final = {MAPS: "grid_on", RESTS: "flare", ALIKE: "group", WAY: "route"}
NEAREST: Final = 8
_arrive = st.components.v2.component(
    "arrive",
    html="<div></div>",
    css=".st-key-arrive { position: absolute; width: 0; }",
    js="""
    let arrived = 0;
    export default function ({ data: { anchor, arrivals } }) {
        if (arrivals > arrived) document.getElementById(anchor)?.scrollIntoView();
        arrived = arrivals;
    }
    """,
    isolate_styles=False,
)

STYLE: Final = Path(__file__).parent / "explanations.css"


def open_view() -> None:
    """Have a view open, and the page scrolled to it, when it is shown next."""
    st.session_state[VIEW] = st.session_state.get(VIEW) or RESTS
    st.session_state.arrivals = st.session_state.get("arrivals", 0) + 1


def show(seen: "Recognition | None", picked: int) -> None:
    """Let the visitor look inside the network, at the digit picked of the drawing."""
    _show(seen, picked)
    data = {"anchor": ANCHOR, "arrivals": st.session_state.get("arrivals", 0)}
    _arrive(key="arrive", data=data, height="content")


def _show(seen: "Recognition | None", picked: int) -> None:
    st.subheader("What the network saw", anchor=ANCHOR)
    view = st.pills(
        "Look inside the network",
        list(ICONS),
        key=VIEW,
        format_func=lambda name: f":material/{ICONS[name]}: {name}",
        label_visibility="collapsed",
        persist_state="session",
    )
    if not view:
        st.caption("Four ways to look inside: choose one.")
        return
    part = seen.parts[picked] if seen else None
    st.caption(_about(part, many=bool(seen) and len(seen.parts) > 1))
    saved = cache.chosen_model()
    try:
        with st.spinner("The network is waking up ..."):
            explainer = cache.explainer(saved)
    except ModelDamaged as error:
        st.caption(str(error))
        return
    st.html(STYLE)
    with st.container(key="look"):
        VIEWS[view](explainer, saved, part)
    if view != ALIKE:
        _look_ahead(saved)


def _look_ahead(saved: registry.StoredModel) -> None:
    """Have begun what "It reminds me of" waits for, while another view is looked at."""
    with suppress(DatasetUnavailable):
        dataset = cache.dataset(saved.card["data"]["name"])
        evaluation_progress.start(DatasetEvaluation.of(saved, dataset.name))


def _image(part: "Part | None") -> np.ndarray:
    return part.image if part else np.zeros((28, 28), np.float32)


def _about(part: "Part | None", *, many: bool) -> str:
    """What the views are about: one line always, so that nothing below it moves."""
    if part is None:
        return "Nothing is drawn yet."
    which = f"the {part.prediction.digit} picked" if many else "the drawing"
    return f"About {which} above"


def _picture(html: str) -> None:
    st.html(f'<div class="saw-room">{html}</div>')


def _once(
    saved: registry.StoredModel,
    part: "Part | None",
    *what: str,
    find: Callable[[], Any],
) -> Any:
    """What `find` finds; once only, as long as drawing and model stay the same."""
    key = *what, saved.name, saved.card["card_sha256"], _image(part).tobytes()
    if st.session_state.get("saw_found", (None,))[0] != key:
        st.session_state.saw_found = key, find()
    return st.session_state.saw_found[1]


def _maps(explainer: "Explainer", _: registry.StoredModel, part: "Part | None") -> None:
    st.markdown(
        "A convolution slides small patterns over the drawing: each of its maps is "
        "bright where it found its own. The strongest come first.",
    )
    found = explainer.feature_maps(_image(part))
    if not part:  # what empty paper does to a network is another matter
        found = [replace(layer, maps=np.zeros_like(layer.maps)) for layer in found]
    _picture(explanation_views.maps(found))


def _rests(
    explainer: "Explainer", saved: registry.StoredModel, part: "Part | None"
) -> None:
    st.markdown(
        "A small square of the drawing is covered, at every place in turn: where it "
        "glows, the network is less sure of its answer without it.",
    )
    image = _image(part)
    drops = _once(saved, part, RESTS, find=lambda: explainer.occlusion(image))
    alt, said = "Empty paper", ""
    if part:
        answer = part.prediction
        alt = f"The drawing, glowing where the answer {answer.digit} rests on it"
        said = explanation_views.rests_on(answer.digit, answer.confidence, drops.max())
    picture = explanation_views.heat(image, drops, patch=explainer.patch, alt=alt)
    _picture(explanation_views.beside(picture, said))


def _alike(
    explainer: "Explainer", saved: registry.StoredModel, part: "Part | None"
) -> None:
    dataset = _training_digits(saved)
    whose = "MNIST's" if dataset.name == "mnist" else "the made-up"
    st.markdown(
        f"The eight of {whose} {len(dataset.y_train):,} training digits that are "
        "nearest to the drawing in the network's own embeddings: in the numbers that its "
        "last layer decides by.",
    )
    of_model = DatasetEvaluation.of(saved, dataset.name)
    embeddings = of_model.embeddings()
    if embeddings is None or not part:
        _picture(explanation_views.none_alike(NEAREST))
        if embeddings is None:
            evaluation_progress.show(of_model, "embeddings")
        else:
            _picture(explanation_views.effect(""))
        return
    near, cosines = _once(
        saved,
        part,
        ALIKE,
        dataset.name,
        find=lambda: explainer.neighbours(part.image, embeddings, count=NEAREST),
    )
    labels = dataset.y_train[near].tolist()
    _picture(explanation_views.alike(dataset.x_train[near], labels, cosines.tolist()))
    said = explanation_views.count(labels, part.prediction.digit)
    _picture(explanation_views.effect(said))


def _training_digits(saved: registry.StoredModel) -> data.Dataset:
    """Those that the model learned from; where MNIST is not here, the made-up ones."""
    try:
        return cache.dataset(saved.card["data"]["name"])
    except DatasetUnavailable:
        st.caption("MNIST is not on this machine: these are made-up digits.")
        with st.spinner("Drawing made-up digits ..."):
            return cache.dataset("synthetic")


def _way(explainer: "Explainer", _: registry.StoredModel, part: "Part | None") -> None:
    st.markdown(
        "From 28 by 28 pixels to ten probabilities: what each layer passes on to the "
        "next. A map is bright where its pattern was found; the strongest is in front.",
    )
    answer = part.prediction.probabilities if part else np.zeros(10)
    way = explainer.activations(_image(part))
    if not part:
        way = [np.zeros_like(value) for value in way]
    _picture(layer_diagram.show(explainer.layers(), way, answer))


VIEWS: Final = {MAPS: _maps, RESTS: _rests, ALIKE: _alike, WAY: _way}
