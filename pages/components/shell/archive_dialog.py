"""Start fresh, for the next class: all that the last one left is archived."""

from collections import Counter
from pathlib import Path
from typing import Final

import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.runs import archive
from pages.components.shared import feedback_store, formatting
from pages.components.shared.session import SessionValue
from pages.components.shell import dialogs, visitor, visitor_state
from pages.components.shell.visitor_state import VisitorState

NAME: Final = "archive"
TITLE: Final = "Archive and start fresh"
ICON: Final = ":material/restart_alt:"

_FOLDER: Final = SessionValue[str | None]("archive_folder", lambda: None)
_PROBLEM: Final = SessionValue[str | None]("archive_problem", lambda: None)


def show() -> None:
    """Show the button that opens it, to the host."""
    if not visitor.is_host():
        return
    if dialogs.open_button(
        NAME,
        TITLE,
        icon=ICON,
        help="For the next class: puts runs, models, tallies and drawings aside",
    ):
        _show()


def _close() -> None:
    _FOLDER.set(None)
    dialogs.close()


@st.dialog(TITLE, icon=ICON, on_dismiss=_close)
def _show() -> None:
    if not dialogs.is_open(NAME):
        st.rerun()  # "Done" was pressed: the page is to show what is left
    if folder := _FOLDER.get():
        _show_done(folder)
    else:
        _ask()


def _show_done(folder: str) -> None:
    st.success("All of it was put aside, in this folder:")
    st.code(folder, language=None, wrap_lines=True)
    st.markdown("Everybody begins with an empty canvas now.")
    st.button("Done", key="archive_done", type="primary", on_click=_close)


def _ask() -> None:
    st.markdown(_describe_contents())
    st.markdown(
        "Everybody's canvas is emptied, and the model that comes with the app answers "
        "again. Drawings are kept where somebody said whether the answer was right."
    )
    if problem := _PROBLEM.pop():
        st.error(formatting.plain(problem))
    st.button(
        "Put all of it aside",
        key="archive_confirmed",
        type="primary",
        icon=":material/inventory_2:",
        on_click=_archive,
    )


def _describe_contents() -> str:
    """Say what will be archived, and where."""
    found = Counter(path.parts[0] for path in archive.list_contents())
    tallies = len(_with_feedback(visitor_state.all_states().all()))
    counts = {"run": found["runs"], "model": found["models"], "tally": tallies}
    parts = [_count(count, name) for name, count in counts.items() if count]
    if not parts:
        return "There are no runs, models or tallies to put aside yet."
    all_parts = " and ".join(
        part for part in [", ".join(parts[:-1]), parts[-1]] if part
    )
    return (
        f"For the next class, this puts {all_parts} aside, into one folder with "
        "today's date. **Nothing is deleted.**"
    )


def _count(count: int, name: str) -> str:
    plural = {"tally": "tallies"}.get(name, f"{name}s")
    return f"{count} {name if count == 1 else plural}"


def _archive() -> None:
    if not visitor.is_host():
        return
    try:
        _FOLDER.set(str(visitor_state.all_states().clear(_archive_with_feedback)))
    except MnistError as error:
        _PROBLEM.set(str(error))


def _archive_with_feedback(states: list[VisitorState]) -> Path:
    return archive.create(also=lambda folder: _write(states, folder / "tallies"))


def _write(states: list[VisitorState], folder: Path) -> None:
    """Write each visitor's drawings with feedback, with their labels, as a ZIP file."""
    for number, state in enumerate(_with_feedback(states), start=1):
        folder.mkdir(exist_ok=True)
        file = folder / f"visitor-{number:03}.zip"
        file.write_bytes(feedback_store.to_zip(state.feedback))


def _with_feedback(states: list[VisitorState]) -> list[VisitorState]:
    return [state for state in states if state.feedback]
