"""Take it with you: a network as one page that reads digits without this server.

take_along.show(stored)
"""

from typing import Final

import streamlit as st

from mnist_core.models.registry import StoredModel
from pages.components.shared import formatting
from pages.components.shared.base_path import base_path
from pages.components.shell import dialogs, share, take_route, take_runtimes

NAME: Final = "take"
TITLE: Final = "Take it with you"
ICON: Final = ":material/redeem:"
ONE_PAGE: Final = (
    "This network in one page of about 1 MB: it reads digits and numbers on any phone "
    "or computer, without this server and without internet."
)
WAYS: Final = (
    "- **Laptops and Android phones** open the file: from a disk, a memory stick or a "
    "message.\n"
    "- **iPhones and iPads** run no page that came as a file. Put it on any web site "
    "with https, and send them the address."
)


def show(stored: StoredModel) -> None:
    """Show the button that opens it, for this model."""
    if dialogs.open_button(
        NAME, TITLE, icon=ICON, help="This network as one page that reads offline"
    ):
        dialog = st.dialog(TITLE, icon=ICON, on_dismiss=dialogs.close)
        dialog(_show)(stored)


def _show(stored: StoredModel) -> None:
    st.markdown(
        f"**{formatting.plain(formatting.model_name(stored.name))}.** {ONE_PAGE}"
    )
    path, server = take_route.path_of(stored), share.address()
    with st.container(horizontal=True):
        st.download_button(
            "Download the page",
            data=lambda: take_route.page(stored, link=server or ""),
            file_name=f"{stored.name}.html",
            mime="text/html",
            key="take_html",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        if path:
            st.link_button("Open it", base_path() + path, icon=":material/open_in_new:")
    st.markdown(WAYS)
    if path and server:
        _show_code(server + path)
    take_runtimes.show(stored)


def _show_code(url: str) -> None:
    """Show where phones in this network get the page: iPhones, too."""
    st.markdown("Phones in this network get it here:")
    st.html(share.qr_code(url))
    st.caption(formatting.plain(url), text_alignment="center")
