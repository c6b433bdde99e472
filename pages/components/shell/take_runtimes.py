"""Take it with you: the network in forms that other programs read.

take_runtimes.show(stored)
"""

from typing import Final

import streamlit as st

from mnist_core.errors import ExportFailed, PackageMissing
from mnist_core.export import process
from mnist_core.export.check import Export
from mnist_core.export.formats import FORMATS, require_packages
from mnist_core.models import registry
from mnist_core.models.registry import StoredModel
from pages.components.shared import formatting
from pages.components.shared.session import SessionValue

_WANTED: Final = SessionValue[tuple[str, str] | None]("take_wanted", lambda: None)
"""The card's hash of a model and the format that the visitor asked for last."""


def show(stored: StoredModel) -> None:
    """Let the visitor choose a form, and hand the network over in it."""
    with st.expander("For other programs", icon=":material/deployed_code:"):
        name = st.selectbox(
            "Form",
            list(FORMATS),
            format_func=lambda name: FORMATS[name].label,
            key="take_format",
        )
        st.caption(FORMATS[name].about)
        wanted = stored.card["card_sha256"], name
        try:
            require_packages(name)
        except PackageMissing as error:
            st.info(formatting.plain(error), icon=":material/info:")
        else:
            if _WANTED.get() == wanted:
                _hand_over(stored, name)
            else:
                _offer(wanted)


def _offer(wanted: tuple[str, str]) -> None:
    st.button(
        "Prepare it",
        key="take_prepare",
        icon=":material/build:",
        help="Writes it, and asks it about 1,000 digits: it must say what it says here",
        on_click=_WANTED.set,
        args=(wanted,),
    )


def _hand_over(stored: StoredModel, name: str) -> None:
    """Show what came of preparing it, as soon as that is done."""
    try:
        with st.spinner("Writing it and trying it out ...", show_time=True):
            content, export = _prepared(stored.name, stored.card["card_sha256"], name)
    except ExportFailed as error:
        _WANTED.set(None)
        st.error(formatting.plain(error), icon=":material/error:")
        return
    st.markdown(_describe(export))
    st.download_button(
        "Download it",
        data=content,
        file_name=f"{stored.name}-{name}.zip",
        mime="application/zip",
        key="take_download",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _prepared(model: str, card_sha256: str, name: str) -> tuple[bytes, Export]:
    # The card's hash is part of the key: a name may come back with another model.
    return process.write(registry.find(model), name)


def _describe(export: Export) -> str:
    """Say how a written model was checked, and what comes with it."""
    images, same = export["images"], export["same_digits"]
    alike = "every one" if same == images else f"all but {images - same}"
    most = export["largest_difference"] * 100
    return (
        f"**{export['bytes'] / 1e6:.2f} MB.** {export['runtime']} was asked about "
        f"{images:,} test digits: it reads {alike} as the app does, in "
        f"{export['milliseconds']:.2f} ms each. No probability differs by more than "
        f"{most:.2g} %. With it come the model's card and a short program that reads a "
        "picture."
    )
