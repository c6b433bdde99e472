"""Start fresh, for the next class: all that the last one left is put aside."""

from collections import Counter
from pathlib import Path

import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.runs import archive
from pages.components.shared import feedback_store
from pages.components.shell import dialogs, visitor, visitor_state
from pages.components.shell.visitor_state import VisitorState

TITLE, ICON = "Start fresh", ":material/restart_alt:"
DONE, PROBLEM = "fresh_done", "fresh_problem"  # what came of it, until it was read


def show() -> None:
    """The button that opens it, for who sits at the server."""
    if not visitor.is_local():
        return
    if dialogs.open_button(
        "fresh",
        TITLE,
        icon=ICON,
        help="For the next class: puts runs, models, tallies and drawings aside",
    ):
        _show()


def _close() -> None:
    st.session_state.pop(DONE, None)
    dialogs.close()


@st.dialog(TITLE, icon=ICON, on_dismiss=_close)
def _show() -> None:
    if not dialogs.is_open("fresh"):
        st.rerun()  # "Done" was pressed: the page is to show what is left
    if done := st.session_state.get(DONE):
        st.success("All of it was put aside, in this folder:")
        st.code(done, language=None, wrap_lines=True)
        st.markdown("Everybody begins with an empty canvas now.")
        st.button("Done", key="fresh_read", type="primary", on_click=_close)
        return
    st.markdown(_in_words())
    st.markdown(
        "Everybody's canvas is emptied, and the model that comes with the app answers "
        "again. Drawings are kept where somebody said whether the answer was right."
    )
    if problem := st.session_state.pop(PROBLEM, None):
        st.error(problem)
    st.button(
        "Put all of it aside",
        key="fresh_confirmed",
        type="primary",
        icon=":material/inventory_2:",
        on_click=_put_aside,
    )


def _in_words() -> str:
    """What will be put aside, and where."""
    found = Counter(path.parts[0] for path in archive.list_contents())
    tallies = len(_with_verdicts(visitor_state.all_states().all()))
    counts = {"run": found["runs"], "model": found["models"], "tally": tallies}
    parts = [_count(count, name) for name, count in counts.items() if count]
    if not parts:
        return "There are no runs, models or tallies to put aside yet."
    what = " and ".join(part for part in [", ".join(parts[:-1]), parts[-1]] if part)
    return (
        f"For the next class, this puts {what} aside, into one folder with today's "
        "date. **Nothing is deleted.**"
    )


def _count(count: int, name: str) -> str:
    many = {"tally": "tallies"}.get(name, f"{name}s")
    return f"{count} {name if count == 1 else many}"


def _put_aside() -> None:
    if not visitor.is_local():
        return
    try:
        st.session_state[DONE] = str(visitor_state.all_states().clear(_put_all_aside))
    except MnistError as error:
        st.session_state[PROBLEM] = str(error)


def _put_all_aside(desks: list[VisitorState]) -> Path:
    return archive.create(also=lambda folder: _write(desks, folder / "tallies"))


def _write(desks: list[VisitorState], folder: Path) -> None:
    """Each visitor's drawings that were judged, with their labels, as a ZIP file."""
    for number, judged in enumerate(_with_verdicts(desks), start=1):
        folder.mkdir(exist_ok=True)
        file = folder / f"visitor-{number:03}.zip"
        file.write_bytes(feedback_store.to_zip(judged.verdicts))


def _with_verdicts(desks: list[VisitorState]) -> list[VisitorState]:
    return [each for each in desks if each.verdicts]
