"""On your phone: a QR code with which the audience draws on phones of their own.

`make share` starts the app for them.
"""

import io
from base64 import b64encode
from html import escape
from typing import Final, Literal
from urllib.parse import urlsplit

import segno
import streamlit as st

from pages.components.shared.base_path import base_path
from pages.components.shared.loopback import is_loopback
from pages.components.shell import dialogs, lan

NAME: Final = "share"
TITLE: Final = "On your phone"
ICON: Final = ":material/qr_code_2:"
EVERYWHERE: Final = "0.0.0.0"  # where `make share` listens
QUIET_ZONE: Final = 4  # modules of white around the code: cameras need as many
# As large as the screen allows: it is read from the back of a room.
CODE_STYLE: Final = "display: block; margin: auto; width: min(100%, 60vh)"
ADDRESS_STYLE: Final = (
    "font-size: clamp(1.25rem, 3.5vw, 3.5rem); font-weight: 700; line-height: 1.2; "
    "margin: 0.25em 0 0; overflow-wrap: anywhere; text-align: center"
)


def show() -> None:
    """Show the button that opens it."""
    if not dialogs.open_button(
        NAME, TITLE, icon=ICON, help="How others draw on their own phones"
    ):
        return
    url = address()
    width: Literal["large", "small"] = "large" if url else "small"
    dialog = st.dialog(TITLE, width=width, icon=ICON, on_dismiss=dialogs.close)
    dialog(_show)(url)


def _show(url: str | None) -> None:
    if url:
        st.html(qr_code(url) + f'<p style="{ADDRESS_STYLE}">{escape(url)}</p>')
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
            "Phones can't connect yet. Restart with `make share`.",
            icon=":material/lock:",
        )


def address() -> str | None:
    """Return where phones find this server; None where they cannot, or nobody knows.

    `browser.serverAddress` counts first, where it is set; then how the visitor came
    here, if from outside; then this machine's address in the local network.
    """
    if configured := _configured():
        return configured
    visited = urlsplit(st.context.url or "")
    if visited.hostname and not is_loopback(visited.hostname):
        return f"{visited.scheme}://{visited.netloc}{base_path()}"
    return _in_network()


def printed_address() -> str:
    """Return where this server is found, as far as it knows before anybody came."""
    return _configured() or _in_network() or _url("localhost")


def qr_code(url: str) -> str:
    """Return a QR code as HTML: dark on light in both themes, as cameras need it."""
    file = io.BytesIO()
    code = segno.make_qr(url, error="m")
    code.save(
        file, kind="svg", border=QUIET_ZONE, light="white", xmldecl=False, omitsize=True
    )
    encoded = b64encode(file.getvalue()).decode()
    source = f"data:image/svg+xml;base64,{encoded}"
    return f'<img src="{source}" alt="QR code: {escape(url)}" style="{CODE_STYLE}">'


def _configured() -> str | None:
    address = str(st.get_option("browser.serverAddress"))
    return None if is_loopback(address) else _url(address)


def _in_network() -> str | None:
    found = lan.address() if _listens() else None
    return _url(found) if found else None


def _listens() -> bool:
    """Return whether the server listens beyond this machine."""
    listening = str(st.get_option("server.address") or EVERYWHERE)
    return not (is_loopback(listening) or listening.startswith("unix:"))


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{st.get_option('browser.serverPort')}{base_path()}"
