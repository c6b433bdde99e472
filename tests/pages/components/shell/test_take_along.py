"""Take it with you: what the dialog offers, and for which model."""

import pytest

from pages.components.shell import share, take_along, take_route
from tests.pages.helpers import page_text


def opened(open_page, **state):
    app = open_page(**state).button(key=take_along.NAME).click().run()
    assert not app.exception
    return app


def test_the_chosen_model_is_one_page_to_download(open_page, save):
    save("ada")
    app = opened(open_page, model="ada")
    assert "**ada.** This network in one page" in page_text(app)
    (download,) = app.get("download_button")
    assert download.label == "Download the page"
    assert not app.get("link_button")  # no server has it under an address


@pytest.mark.parametrize("address", [None, "http://192.168.1.20:8501"])
def test_a_code_leads_phones_to_the_page_where_they_find_the_server(
    open_page, monkeypatch, address
):
    take_route.serve()
    monkeypatch.setattr(share, "address", lambda: address)
    app = opened(open_page)
    assert app.get("link_button")[0].proto.url == "/take/pretrained"
    said = page_text(app)
    assert ("Phones in this network" in said) == bool(address)
    assert ('alt="QR code: http://192.168.1.20:8501/take/pretrained"' in said) == bool(
        address
    )
