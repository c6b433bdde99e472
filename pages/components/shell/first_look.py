"""Show the shape of a page at once, and the page when all of it is there.

Streamlit's own page is empty until its scripts run, and then grows piece by piece, each
of which moves what came before. So server.py hands out that page with the styles that
place things, and with a picture of what comes.
"""

from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import file_util

from pages.components.shared import viewport
from pages.components.shared.base_path import base_path

FOLDER: Final = Path(__file__).parent
NAME: Final = FOLDER / "name.svg"
STYLES: Final = (
    FOLDER / "app.css",
    FOLDER.parent / "draw" / "layout.css",
    FOLDER / "first_look.css",
)
ADDRESSES: Final = ("", "train", "samples")


def serve() -> list[Route]:
    """Return the routes of the pages' addresses."""
    return [Route(f"{base_path()}/{address}", _answer) for address in ADDRESSES]


async def _answer(request: Request) -> HTMLResponse:
    address = request.url.path.rpartition("/")[2]
    # What it leads to changes with the version: so browsers ask each time.
    return HTMLResponse(page(address), headers={"Cache-Control": "no-cache"})


@cache
def page(address: str) -> str:
    """Return Streamlit's page for an address, such as "train", and the shape in it."""
    html = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    styles = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    shape = (FOLDER / "first_look.html").read_text(encoding="utf-8")
    shape = shape.replace("ADDRESS", address or "draw")
    shape = shape.replace("COOKIE", viewport.COOKIE)
    shape = shape.replace("NAME", NAME.read_text(encoding="utf-8"))
    html = html.replace("<title>Streamlit</title>", "<title>MNIST Studio</title>")
    # After Streamlit's own styles, which it puts into the head.
    return html.replace("</body>", f"<style>\n{styles}</style>\n{shape}</body>")
