"""On your phone: the way for the audience to draw on phones of their own.

`make share` (`pages.components.shell.serve`) starts the app for them.
"""

import io
from base64 import b64encode
from html import escape
from typing import Final
from urllib.parse import urlsplit

import segno
import streamlit as st

from pages.components.shell import dialogs, lan

TITLE, ICON = "On your phone", ":material/qr_code_2:"
EVERYWHERE: Final = "0.0.0.0"  # as an address to listen at
QUIET: Final = 4  # modules of white around the code: cameras need as many
# As large as the screen allows: it is read from the back of a room.
LOOKS: Final = "display: block; margin: auto; width: min(100%, 60vh)"
LARGE: Final = (
    "font-size: clamp(1.25rem, 3.5vw, 3.5rem); font-weight: 700; line-height: 1.2; "
    "margin: 0.25em 0 0; overflow-wrap: anywhere; text-align: center"
)


def show() -> None:
    """The button that opens it."""
    if dialogs.open_button(
        "share", TITLE, icon=ICON, help="How others draw on their own phones"
    ):
        where = address()
        width = "large" if where else "small"
        dialog = st.dialog(TITLE, width=width, icon=ICON, on_dismiss=dialogs.close)
        dialog(_show)(where)


def _show(where: str | None) -> None:
    if where:
        st.html(picture(where) + f'<p style="{LARGE}">{escape(where)}</p>')
        st.markdown(
            "Point your phone's camera at the square, or type the address. Your phone "
            "has to be in the same network as this server.",
            text_alignment="center",
        )
    elif _listens():
        st.warning(
            "This computer is in no network. Connect it to the one that the phones "
            "are in, and open this again.",
            icon=":material/wifi_off:",
        )
    else:
        st.info(
            "The app is open on this computer only. Whoever started it can let phones "
            "in: end it where it runs, and start it again with `make share`.",
            icon=":material/lock:",
        )


def address() -> str | None:
    """Where phones find this server; None where they cannot, or nobody knows.

    `browser.serverAddress` counts first, where it is set; then how the visitor came
    here, if from outside; then this machine's address in the local network.
    """
    named = st.get_option("browser.serverAddress")
    if not lan.is_local(named):
        return _url(named)
    came = urlsplit(st.context.url or "")
    if came.hostname and not lan.is_local(came.hostname):
        return f"{came.scheme}://{came.netloc}{_base()}"
    found = lan.address() if _listens() else None
    return _url(found) if found else None


def picture(url: str) -> str:
    """A QR code as HTML: dark on light in both themes, or cameras do not read it."""
    file = io.BytesIO()
    code = segno.make_qr(url, error="m")
    code.save(
        file, kind="svg", border=QUIET, light="white", xmldecl=False, omitsize=True
    )
    encoded = b64encode(file.getvalue()).decode()
    source = f"data:image/svg+xml;base64,{encoded}"
    return f'<img src="{source}" alt="QR code: {escape(url)}" style="{LOOKS}">'


def _listens() -> bool:
    """Whether the server listens beyond this machine."""
    where = st.get_option("server.address") or EVERYWHERE
    return not (lan.is_local(where) or where.startswith("unix:"))


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{st.get_option('browser.serverPort')}{_base()}"


def _base() -> str:
    """The path under which the app is, if it is not the root."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}" if base else ""
