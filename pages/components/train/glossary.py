"""Why the network is built as it is: a sentence each, in plain words."""

import streamlit as st

WHY = {
    "Convolutions": "slide small windows over the image and look for the same pattern "
    "everywhere, so that a curve is found wherever it was drawn.",
    "Pooling": "keeps the strongest answer of each two by two neighbours: less to "
    "compute, and a digit may lie a pixel further left.",
    "Dropout": "switches off a random part of the network at each step, so that it "
    "cannot rely on a few pixels and learn the images by heart.",
    "Softmax": "turns ten scores into ten probabilities that add up to 100 %.",
    "Cross-entropy": "is the loss: small where the right digit got a high probability, "
    "and very large where the network was sure and wrong.",
    "Adadelta": "sets the size of each correction by itself, weight by weight, from "
    "how large the last ones were; the published recipe uses it.",
    "Augmentation": "bends, thickens and slashes the images, anew at each pass, so "
    "that the robust recipe meets what people draw and MNIST lacks.",
    "Batch normalization": "keeps the numbers between the layers at one scale, which "
    "lets the quick recipe learn in two epochs.",
    "One-cycle Adam": "takes small steps, then large ones, then small ones again to "
    "settle; the quick recipe uses it.",
}


def show() -> None:
    """Show the explanations, opened on demand."""
    with st.expander("Why it is built this way", icon=":material/school:"):
        for term, sentence in WHY.items():
            st.markdown(f"**{term}** {sentence}")
