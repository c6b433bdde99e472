"""Was that right? One line below the answer, and the tally of what was said.

feedback.ask(recognition)
feedback.correction(recognition)    # ["You drew 1; the network read 7", ...]
"""

from typing import Final

import streamlit as st

from pages.components.shared import explanations, feedback_store, formatting
from pages.components.shared.feedback_store import Feedback
from pages.components.shared.formatting import a_digit
from pages.components.shared.recognition import NO_DIGIT, Recognition

MAX_DIGITS: Final = 20  # of a number


def ask(recognition: Recognition | None) -> None:
    """Ask whether the answer was right, where there is one; its place is kept."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="feedback"
    ):
        if recognition:
            _ask(recognition)
        _show_tally()
        if recognition:
            st.button(
                "Why?",
                type="tertiary",
                icon=":material/search:",
                on_click=explanations.open_view,
                help="Opens what it noticed, below",
            )


def _ask(recognition: Recognition) -> None:
    st.markdown("Was that right?", width="content")
    feedback = feedback_store.feedback_on(recognition)
    right = feedback is not None and feedback.is_right
    _offer_yes(recognition, chosen=right)
    _offer_no(recognition, None if right else feedback)


def correction(recognition: Recognition) -> list[str]:
    """Return what to say where the visitor said that the answer is wrong, or []."""
    feedback = feedback_store.feedback_on(recognition)
    if feedback is None or feedback.is_right:
        return []
    label, predicted = feedback.label, feedback.predicted
    read = "no digit" if predicted == NO_DIGIT else predicted
    drew = "No digit" if label == NO_DIGIT else f"You drew {label}"
    return [
        f"{drew}; the network read {read}",
        "Counted. The network does not learn from it.",
    ]


def _offer_yes(recognition: Recognition, *, chosen: bool) -> None:
    st.button(
        "Yes",
        type="primary" if chosen else "secondary",
        on_click=_say_yes,
        args=(recognition,),
    )


def _say_yes(recognition: Recognition) -> None:
    feedback_store.record(recognition, recognition.predicted)


def _offer_no(recognition: Recognition, feedback: Feedback | None) -> None:
    """Offer to say what the drawing is instead; `feedback` is what was said so far."""
    popover = st.popover(
        f"No, {_in_words(feedback.label)}" if feedback else "No",
        type="primary" if feedback else "secondary",
        key="no",
        on_change="rerun",
    )
    if popover.open:
        with popover:
            _ask_for_digit(recognition)
            _ask_for_number(recognition)


def _ask_for_digit(recognition: Recognition) -> None:
    digits = [str(digit) for digit in range(10)] if len(recognition.parts) == 1 else []
    key = f"label-{recognition.id}"
    st.pills(
        "It was",
        [choice for choice in [*digits, NO_DIGIT] if choice != recognition.predicted],
        key=key,
        format_func=lambda choice: "No digit" if choice == NO_DIGIT else choice,
        on_change=_say_no,
        args=(recognition, key),
    )


def _ask_for_number(recognition: Recognition) -> None:
    key = f"number-{recognition.id}"
    st.text_input(
        "Or the number",
        key=key,
        max_chars=MAX_DIGITS,
        placeholder="Digits, then Enter",
        on_change=_say_no,
        args=(recognition, key),
    )
    if refused := st.session_state[key]:  # `_say_no` empties the field of a number
        st.error(f"{formatting.plain(refused)} is no number: type digits only.")


def _say_no(recognition: Recognition, key: str) -> None:
    """Record the label that was chosen or typed, if it is one, and close."""
    label = (st.session_state[key] or "").replace(" ", "")  # between two lines
    if label == NO_DIGIT or (label.isascii() and label.isdigit()):
        feedback_store.record(recognition, label)
        st.session_state[key] = None if key.startswith("label") else ""
        st.session_state.no = False


def _in_words(label: str) -> str:
    if label == NO_DIGIT:
        return "no digit"
    return a_digit(label) if len(label) == 1 else label


def _show_tally() -> None:
    right, count = feedback_store.tally()
    if not count:
        return
    popover = st.popover(
        f"{right} of {count} right", type="tertiary", key="tally", on_change="rerun"
    )
    if popover.open:
        with popover:
            _show_details(right, count)


def _show_details(right: int, count: int) -> None:
    st.markdown(f"**{right} of {count} answers right**, of those that you judged.")
    for label, (wrong, drawn, predicted) in feedback_store.mistakes().items():
        name = "No digit" if label == NO_DIGIT else f"**{label}**"
        st.markdown(f"{name}: {wrong} of {drawn} wrong, read as {predicted}")
    everything = feedback_store.all_feedback()
    with st.container(horizontal=True):
        st.download_button(
            "Download the drawings",
            data=lambda: feedback_store.to_zip(everything),
            file_name="drawings.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            help="A ZIP file of PNG pictures; their names say what they are",
        )
        st.button(
            "Start over",
            icon=":material/restart_alt:",
            on_click=_start_over,
            help="Forget the tally and its drawings",
        )


def _start_over() -> None:
    feedback_store.clear()
    st.session_state.tally = False
