import re
import tomllib

import pytest

from mnist_core.storage.paths import CHECKOUT
from pages.components.shared import viewport
from pages.components.shell import first_look


@pytest.mark.parametrize("address", first_look.ADDRESSES)
def test_every_address_has_streamlit_s_page_and_a_shape(address):
    html = first_look.page(address)
    assert "<title>MNIST Studio</title>" in html
    assert html.index('<div id="root">') < html.index("<style>")
    assert f'<div id="first-look" class="{address or "draw"}"' in html
    assert f"document.cookie = `{viewport.COOKIE}=" in html


def test_its_colours_are_those_of_the_page():
    css = (first_look.FOLDER / "first_look.css").read_text()
    themes = tomllib.loads((CHECKOUT / ".streamlit" / "config.toml").read_text())
    light, dark = themes["theme"]["light"], themes["theme"]["dark"]
    parts = ("backgroundColor", "secondaryBackgroundColor")
    known = [(light[part], dark[part]) for part in parts]
    assert re.findall(r"light-dark\((#\w+), (#\w+)\)", css) == known
