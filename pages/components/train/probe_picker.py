"""Choose the digits to watch: drawn here, taken from the Draw page, or from MNIST."""

import io

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core.data import Dataset
from mnist_core.errors import DrawingError, ModelDamaged, ProbesFull
from mnist_core.preprocessing import framing
from mnist_core.runs import manager, probes
from pages.components.shared import canvas_state, recognition, viewport
from pages.components.shared.data_url import enlarge
from pages.components.shared.inputs import DrawingInput
from pages.components.shell import visitor

SIDE, SMALL = 200, 56  # pixels: the canvas, and a digit that is chosen
AT_FIRST = (0, 8)  # of MNIST's test images: a plain 7, and a 5 that few can read
DRAW, TAKE, SAMPLES = "Draw", "My drawing", "MNIST"


def chosen() -> list[probes.Probe]:
    """The digits that this visitor's next run will be asked about."""
    return st.session_state.get("chosen_probes", [])


def show(dataset: Dataset, run: manager.Run | None) -> None:
    """Let the visitor add digits: to the run that goes on, or to the next one."""
    if "chosen_probes" not in st.session_state:
        st.session_state.chosen_probes = [_sample_of(dataset, n) for n in AT_FIRST]
    watched = probes.load(run.folder) if run else chosen()
    with st.expander(
        "Watch it learn your digits",
        key="watch",
        icon=":material/visibility:",
        expanded=viewport.width()
        >= viewport.TABLET,  # a phone has the charts below this
    ):
        st.caption(
            "Up to four digits: while it trains, you see what the network makes of "
            "them, from guessing to sure. They belong to the run: everybody who looks "
            "at it sees them."
        )
        if not run:
            _chosen()
        if len(watched) < probes.MOST:
            _add(dataset, run)


def _chosen() -> None:
    """The digits chosen so far; a click takes one away."""
    if not chosen():
        return
    with st.container(horizontal=True, gap="small"):
        for number, digit in enumerate(chosen()):
            pixels = np.rint(digit.image * 255).astype(np.uint8)
            with st.container(width=SMALL, gap="xsmall"):
                picture = enlarge(pixels, side=2 * SMALL)
                st.image(picture, alt=f"Digit {number + 1} to watch", width=SMALL)
                st.button(
                    "Remove",
                    key=f"unwatch-{number}",
                    type="tertiary",
                    on_click=_remove,
                    args=(digit,),
                )


def _remove(digit: probes.Probe) -> None:
    # By identity: a second click may come before the page is drawn anew.
    st.session_state.chosen_probes = [each for each in chosen() if each is not digit]


def _add(dataset: Dataset, run: manager.Run | None) -> None:
    way = st.segmented_control(
        "Where from",
        [DRAW, TAKE, SAMPLES],
        default=DRAW,
        key="watch_way",
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )
    if way == DRAW:
        _draw(run)
    elif way == TAKE:
        _take(run)
    else:
        _sample(dataset, run)


def _draw(run: manager.Run | None) -> None:
    number = st.session_state.setdefault("watch_canvas", 0)
    st.space("small")  # the canvas shows its tools above itself
    pen = st_canvas(
        key=f"watch-canvas-{number}",
        return_image_data=True,
        stroke_width=16,
        stroke_color="#ffffff",
        background_color="#000000",
        width=SIDE,
        height=SIDE,
    )
    drawn = pen.image_bytes if (pen.json_data or {}).get("objects") else None
    st.button(
        "Add this digit",
        key="watch_drawn",
        icon=":material/add:",
        on_click=_add_drawn,
        args=(drawn, run),
        disabled=drawn is None,
    )


def _take(run: manager.Run | None) -> None:
    drawn = canvas_state.current()
    if not drawn:
        st.caption("Nothing is drawn on the Draw page yet.")
        return
    st.image(drawn, alt="Your drawing on the Draw page", width=SIDE)
    st.button(
        "Add it",
        key="watch_taken",
        icon=":material/add:",
        on_click=_add_parts,
        args=(drawn, run),
    )


def _sample(dataset: Dataset, run: manager.Run | None) -> None:
    st.caption("One of the test images, which it does not learn from:")
    st.pills(
        "A test image of",
        range(10),
        key="watch_sample",
        on_change=_add_sample,
        args=(dataset, run),
        label_visibility="collapsed",
    )


def _add_drawn(png: bytes, run: manager.Run | None) -> None:
    image = framing.to_mnist(framing.read_picture(io.BytesIO(png)))
    if image is not None:  # a dot, say
        _keep([probes.Probe(image)], run)
    st.session_state.watch_canvas += 1


def _add_parts(png: bytes, run: manager.Run | None) -> None:
    """Each digit of the drawing by itself."""
    try:
        seen = recognition.recognize(DrawingInput("drawing", png))
    except (DrawingError, ModelDamaged) as error:
        st.session_state.problem = str(error)
        return
    _keep([probes.Probe(part.image) for part in seen.parts], run)


def _add_sample(dataset: Dataset, run: manager.Run | None) -> None:
    digit = st.session_state.watch_sample
    st.session_state.watch_sample = None  # so that the next click counts, too
    taken = st.session_state.get("samples_taken", 0)
    st.session_state.samples_taken = taken + 1
    found = np.flatnonzero(dataset.y_test == digit)
    number = np.random.default_rng(taken).choice(found)
    _keep([_sample_of(dataset, number)], run)


def _sample_of(dataset: Dataset, number: int) -> probes.Probe:
    image = dataset.x_test[number] / np.float32(255)
    return probes.Probe(image, int(dataset.y_test[number]))


def _keep(digits: list[probes.Probe], run: manager.Run | None) -> None:
    if not visitor.may_train():
        return
    try:
        for digit in digits:
            if run:
                probes.add(run.folder, digit)
            elif len(chosen()) < probes.MOST:
                chosen().append(digit)
            else:
                raise ProbesFull
    except ProbesFull as error:
        st.session_state.problem = str(error)
    except OSError as error:
        st.session_state.problem = f"The digit could not be added: {error.strerror}."
