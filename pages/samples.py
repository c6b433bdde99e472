"""The digits in a grid: what the network learns from and is tested on."""

import numpy as np
import streamlit as st

from mnist_core import figures
from pages.parts import frame, mnist, preparation
from pages.parts.answer import enlarged

frame.ensure(__file__)

SPLITS = {"Training": "train", "Test": "test"}

st.title("Samples")
dataset = mnist.get()

with st.container(horizontal=True, vertical_alignment="bottom"):
    split = st.segmented_control(
        "Images", list(SPLITS), default="Training", required=True, key="split"
    )
    digit = st.selectbox("Digit", ["All", *map(str, range(10))], key="digit", width=110)
    count = st.slider("How many", 9, 120, 40, key="count", width=220)
    st.button(
        "Shuffle",
        icon=":material/shuffle:",
        key="shuffle",
        on_click=lambda: st.session_state.update(
            shuffles=st.session_state.get("shuffles", 0) + 1
        ),
        help="Show others",
    )

images = getattr(dataset, f"x_{SPLITS[split]}")
labels = getattr(dataset, f"y_{SPLITS[split]}")
found = (
    np.arange(len(labels)) if digit == "All" else np.flatnonzero(labels == int(digit))
)
if shuffles := st.session_state.get("shuffles", 0):
    found = np.random.default_rng(shuffles).permutation(found)
shown = found[:count]

what = "digits" if digit == "All" else f"images of a {digit}"
whose = "MNIST's" if dataset.name == "mnist" else "the made-up"
st.caption(f"{len(shown)} of {whose} {len(found):,} {split.lower()} {what}")
with st.grid("auto", min_column_width=76, gap="small"):
    for i in shown:
        st.image(
            enlarged(images[i], side=112),
            caption=f"Digit: {labels[i]}",
            alt=f"A handwritten {labels[i]}",
            width="stretch",
        )

with st.container(horizontal=True):
    st.download_button(
        "The published figure",
        data=lambda: figures.to_png(figures.digits(dataset.x_train, dataset.y_train)),
        file_name="digits.png",
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
        help="The first nine training digits, three by three, as a PNG",
    )

how = st.expander(
    "How it is prepared",
    key="preparation",
    icon=":material/transform:",
    on_change="rerun",
)
if how.open:
    with how:
        preparation.show(images[shown], labels[shown])
