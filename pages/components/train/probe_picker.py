"""Choose the probes: drawn here, taken from the Draw page, or from MNIST."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core.data import Dataset
from mnist_core.errors import DrawingError, MnistError, ProbesFull
from mnist_core.preprocessing import framing, segmentation
from mnist_core.runs import probes
from mnist_core.runs.probes import Probe
from mnist_core.runs.run import Run
from pages.components.shared import canvas_message, canvas_state, viewport
from pages.components.shared.data_url import enlarge
from pages.components.shared.session import LastResult, SessionValue
from pages.components.shell import visitor
from pages.components.train import controls

SIDE, SMALL = 200, 56  # pixels: the canvas, and a probe that is chosen
AT_FIRST = (0, 8)  # of MNIST's test images: a plain 7, and a 5 that few can read
DRAW, TAKE, SAMPLES = "Canvas", "My drawing", "MNIST digit"
CHOSEN_KEY = "chosen_probes"
CANVAS_NUMBER = SessionValue[int]("probe_canvas", lambda: 0)
IS_CHOSEN = SessionValue[bool]("probes_are_chosen", lambda: False)
_DRAWN = LastResult[list[Probe]]("drawn_probes")
SAMPLES_TAKEN = SessionValue[int]("samples_taken", lambda: 0)


def chosen() -> list[Probe]:
    """Return the probes that this visitor's next run will be asked about."""
    known: list[Probe] = st.session_state.get(CHOSEN_KEY, [])
    return known


def show(dataset: Dataset, run: Run | None) -> None:
    """Let the visitor add probes: to the run that goes on, or to the next one."""
    if not IS_CHOSEN.get():
        st.session_state[CHOSEN_KEY] = _first_choice(dataset)
    count = probes.count(run.folder) if run else len(chosen())
    with st.expander(
        "Watch it learn your digits",
        key="probes",
        icon=":material/visibility:",
        expanded=viewport.width() >= viewport.TABLET,  # a phone has charts below this
    ):
        st.caption(
            "Up to four digits: while it trains, you see what the network makes of "
            "them, from guessing to sure. They belong to the run: everybody who looks "
            "at it sees them."
        )
        if not run:
            _show_chosen()
        if count < probes.MOST:
            _offer_sources(dataset, run)


def show_pictures() -> None:
    """Show the probes chosen so far."""
    with st.container(horizontal=True, gap="small", width="content"):
        for number, probe in enumerate(chosen()):
            _show_picture(probe, number)


def _first_choice(dataset: Dataset) -> list[Probe]:
    """Return what the visitor has drawn; beside fewer than two digits, of MNIST's."""
    own = _own_digits()[: probes.MOST]
    samples = [_sample_of(dataset, index) for index in AT_FIRST]
    return own + samples[: max(len(samples) - len(own), 0)]


def _own_digits() -> list[Probe]:
    """Return each digit of the drawing on the Draw page."""
    png = canvas_state.current()
    if png is None:
        return []
    paper = canvas_state.paper()

    def find() -> list[Probe]:
        drawing = framing.read_picture(io.BytesIO(png))
        found = segmentation.digits(drawing, paper=paper)
        return [Probe(digit.image) for digit in found]

    return _DRAWN.get((png, paper), find)


def _show_chosen() -> None:
    """Show the probes chosen so far; a click takes one away."""
    with st.container(horizontal=True, gap="small"):
        for number, probe in enumerate(chosen()):
            with st.container(width=SMALL, gap="xsmall"):
                _show_picture(probe, number)
                st.button(
                    "Remove",
                    key=f"remove-probe-{number}",
                    type="tertiary",
                    on_click=_remove,
                    args=(probe,),
                )


def _show_picture(probe: Probe, number: int) -> None:
    pixels = np.rint(probe.image * 255).astype(np.uint8)
    picture = enlarge(pixels, side=2 * SMALL)
    st.image(picture, alt=f"Digit {number + 1} to watch", width=SMALL)


def _remove(probe: Probe) -> None:
    IS_CHOSEN.set(True)
    # By identity: a second click may come before the page is drawn anew.
    st.session_state[CHOSEN_KEY] = [each for each in chosen() if each is not probe]


def _offer_sources(dataset: Dataset, run: Run | None) -> None:
    source = st.segmented_control(
        "Where from",
        [DRAW, TAKE, SAMPLES],
        default=DRAW,
        key="probe_source",
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )
    if source == DRAW:
        _offer_canvas(run)
    elif source == TAKE:
        _offer_drawing(run)
    else:
        _offer_samples(dataset, run)


def _offer_canvas(run: Run | None) -> None:
    st.space("small")  # the canvas shows its tools above itself
    key = f"probe-canvas-{CANVAS_NUMBER.get()}"
    pen: Any = st_canvas(
        key=key,
        return_image_data=True,
        stroke_width=16,
        stroke_color="#ffffff",
        background_color="#000000",
        width=SIDE,
        height=SIDE,
    )
    is_drawn = bool((pen.json_data or {}).get("objects"))
    st.button(
        "Add this digit",
        key="probe_drawn",
        icon=":material/add:",
        on_click=_add_drawn,
        args=(key, run),
        disabled=not is_drawn,
    )


def _offer_drawing(run: Run | None) -> None:
    drawn = canvas_state.current()
    if not drawn:
        st.caption("Nothing is drawn on the Draw page yet.")
        return
    st.image(drawn, alt="Your drawing on the Draw page", width=SIDE)
    st.button(
        "Add it",
        key="probe_taken",
        icon=":material/add:",
        on_click=_add_own,
        args=(run,),
    )


def _offer_samples(dataset: Dataset, run: Run | None) -> None:
    st.caption("One of the test images, which it does not learn from:")
    st.pills(
        "A test image of",
        range(10),
        key="probe_sample",
        on_change=_add_sample,
        args=(dataset, run),
        label_visibility="collapsed",
    )


def _add_drawn(key: str, run: Run | None) -> None:
    value = st.session_state.get(key)
    try:
        sent = canvas_message.parse(value, width=SIDE, height=SIDE)
        drawn = framing.read_picture(io.BytesIO(sent.png)) if sent else None
    except DrawingError as error:
        controls.PROBLEM.set(f"The digit could not be added: {error}.")
        return
    image = None if drawn is None else framing.to_mnist(drawn)
    if image is not None:  # a dot may leave no ink
        _add([Probe(image)], run)
    CANVAS_NUMBER.set(CANVAS_NUMBER.get() + 1)


def _add_own(run: Run | None) -> None:
    """Add each digit of the drawing by itself."""
    _add(_own_digits(), run)


def _add_sample(dataset: Dataset, run: Run | None) -> None:
    digit = st.session_state.probe_sample
    st.session_state.probe_sample = None  # otherwise a second click on it is none
    taken = SAMPLES_TAKEN.get()
    SAMPLES_TAKEN.set(taken + 1)
    found: npt.NDArray[np.intp] = np.flatnonzero(dataset.y_test == digit)
    _add([_sample_of(dataset, int(np.random.default_rng(taken).choice(found)))], run)


def _sample_of(dataset: Dataset, index: int) -> Probe:
    image = dataset.x_test[index] / np.float32(255)
    return Probe(image, int(dataset.y_test[index]))


def _add(new: list[Probe], run: Run | None) -> None:
    if not visitor.may_train():
        return
    try:
        for probe in new:
            if run:
                probes.add(run.folder, probe)
            elif len(chosen()) < probes.MOST:
                IS_CHOSEN.set(True)
                chosen().append(probe)
            else:
                raise ProbesFull
    except MnistError as error:
        controls.PROBLEM.set(str(error))
    except OSError as error:
        controls.PROBLEM.set(f"The digit could not be added: {error.strerror}.")
