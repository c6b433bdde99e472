"""Was that right? One line below the answer, and the tally of what was said."""

import streamlit as st

from pages.components.shared import explanations, feedback_store
from pages.components.shared.formatting import a_digit
from pages.components.shared.recognition import NO_DIGIT, Recognition

LONGEST = 20  # digits of a number


def ask(seen: Recognition | None) -> None:
    """Ask whether the answer was right."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="verdict"
    ):
        st.markdown("Was that right?", width="content")
        verdict = feedback_store.feedback_on(seen) if seen else None
        right = verdict is not None and verdict.truth == verdict.read
        st.button(
            "Yes",
            type="primary" if right else "secondary",
            disabled=seen is None,
            on_click=_say_yes,
            args=(seen,),
        )
        _ask_for_the_truth(seen, None if right else verdict)
        _show_tally()
        if seen:
            st.button(
                "Why?",
                type="tertiary",
                icon=":material/search:",
                on_click=explanations.open_view,
                help="Opens what the network saw, below",
            )


def corrected(seen: Recognition) -> list[str]:
    """What there is to say where the visitor said that the answer is wrong."""
    verdict = feedback_store.feedback_on(seen)
    if verdict is None or verdict.truth == verdict.read:
        return []
    read = "no digit" if verdict.read == NO_DIGIT else verdict.read
    drew = "No digit" if verdict.truth == NO_DIGIT else f"You drew {verdict.truth}"
    return [
        f"{drew}; the network read {read}",
        "Counted. The network does not learn from it.",
    ]


def _say_yes(seen: Recognition) -> None:
    feedback_store.record(seen, seen.read)


def _ask_for_the_truth(
    seen: Recognition | None, verdict: feedback_store.Feedback | None
) -> None:
    popover = st.popover(
        f"No, {_name(verdict.truth)}" if verdict else "No",
        type="primary" if verdict else "secondary",
        disabled=seen is None,
        key="no",
        on_change="rerun",
    )
    if seen is None or not popover.open:
        return
    with popover:
        _ask_for_a_digit(seen)
        _ask_for_a_number(seen)


def _ask_for_a_digit(seen: Recognition) -> None:
    digits = [str(digit) for digit in range(10)] if len(seen.parts) == 1 else []
    st.pills(
        "It was",
        [choice for choice in [*digits, NO_DIGIT] if choice != seen.read],
        key=f"truth-{seen.id}",
        format_func=lambda choice: "No digit" if choice == NO_DIGIT else choice,
        on_change=_say_no,
        args=(seen, f"truth-{seen.id}"),
    )


def _ask_for_a_number(seen: Recognition) -> None:
    key = f"number-{seen.id}"
    st.text_input(
        "Or the number",
        key=key,
        max_chars=LONGEST,
        placeholder="Digits, then Enter",
        on_change=_say_no,
        args=(seen, key),
    )
    if said := st.session_state[key]:  # what was taken is not there any more
        st.error(f"{said!r} is no number: type digits only.")


def _say_no(seen: Recognition, key: str) -> None:
    """Take what was said, if it can be, and close."""
    truth = (st.session_state[key] or "").strip()
    if truth == NO_DIGIT or (truth.isascii() and truth.isdigit()):
        feedback_store.record(seen, truth)
        st.session_state[key] = None if key.startswith("truth") else ""
        st.session_state.no = False


def _name(truth: str) -> str:
    if truth == NO_DIGIT:
        return "no digit"
    return a_digit(truth) if len(truth) == 1 else truth


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
    st.markdown(f"**{right} of {count} digits right**, in what you judged so far.")
    for truth, (wrong, given, read) in feedback_store.went_wrong().items():
        name = "No digit" if truth == NO_DIGIT else f"**{truth}**"
        st.markdown(f"{name}: {wrong} of {given} wrong, read as {read}")
    said = list(feedback_store.all_feedback().values())
    with st.container(horizontal=True):
        st.download_button(
            "Download the drawings",
            data=lambda: feedback_store.to_zip(said),
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
    feedback_store.start_over()
    st.session_state.tally = False
