"""Take it with you, for other programs: prepared, checked and handed over."""

import pytest

from mnist_core.errors import ExportFailed
from mnist_core.export import formats, process
from pages.components.shell import take_along
from tests.pages.helpers import page_text


@pytest.fixture
def opened(open_page, save):
    """Opens the dialog for a model of one's own, with a form chosen."""

    def open_for(form: str):
        save("ada")
        app = open_page(model="ada").button(key=take_along.NAME).click().run()
        return app.selectbox(key="take_format").select(form).run()

    return open_for


def download(app):
    labels = [each.proto.label for each in app.get("download_button")]
    return "Download it" in labels


def test_a_model_is_prepared_and_said_to_read_as_the_app_does(opened, made_up):
    """For real: by a process of its own, in Keras's runtime."""
    app = opened("json+h5")
    assert "as the published work has them" in page_text(app)
    assert not download(app)
    app.button(key="take_prepare").click().run(timeout=300)
    assert not app.exception
    said = page_text(app)
    assert "was asked about 1,000 test digits: it reads every one" in said
    assert download(app)


def test_what_went_wrong_is_said_and_it_can_be_tried_again(opened, monkeypatch):
    def fail(stored, name):
        raise ExportFailed("The disk is full.")

    monkeypatch.setattr(process, "write", fail)
    app = opened("keras").button(key="take_prepare").click().run()
    assert "The disk is full." in page_text(app)
    assert not download(app)
    app.run()
    assert app.button(key="take_prepare")


def test_what_has_to_be_installed_is_said_before(opened, monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    app = opened("onnx")
    assert "This format needs onnx and onnxruntime" in page_text(app)
    assert not [each for each in app.button if each.key == "take_prepare"]
