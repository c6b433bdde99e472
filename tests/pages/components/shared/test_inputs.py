"""Other inputs than the canvas, and what the page says about them."""

import io

import numpy as np
import pytest
from PIL import Image

from pages.components.shared import inputs
from tests.pages.helpers import answer_text, button, page_text, png, props


def jpeg(pixels: np.ndarray) -> bytes:
    """A picture as a JPEG file's bytes."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="JPEG")
    return file.getvalue()


@pytest.fixture(autouse=True)
def network(stub_network):
    """One that reads 407 in whatever it is given."""
    stub_network({4: 1.0}, {0: 1.0}, {7: 1.0})


@pytest.fixture
def number(made_up, enlarge):
    """Three digits, dark on bright paper, side by side."""
    ones = made_up.x_test[made_up.y_test == 1][:3]
    return 255 - np.hstack([enlarge(image, 8) for image in ones])


@pytest.fixture
def uploading(open_page):
    """The page, ready for a file."""
    app = open_page()
    app.get_by_key("input_method").set_value("Picture").run()
    assert "Choose a picture" in page_text(app)
    return app


def upload(app, name: str, content: bytes):
    app.file_uploader[0].set_value((name, content, "image/png")).run()
    assert not app.exception, app.exception


def test_an_uploaded_number_is_read_and_kept_over_a_page_change(uploading, number):
    upload(uploading, "number.jpg", jpeg(number))
    assert answer_text(uploading) == "407"
    assert "sure of all 3 digits" in page_text(uploading)
    uploading.switch_page("pages/samples.py").run()
    uploading.switch_page("pages/draw.py").run()
    assert uploading.get_by_key("input_method").value == "Picture"
    assert answer_text(uploading) == "407"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.png", b"no picture at all"),
        ("empty.png", b""),
        ("short.png", png(np.zeros((50, 50), np.uint8))[:60]),
        ("short.jpg", jpeg(np.zeros((50, 50), np.uint8))[:100]),
        ("huge.png", png(np.zeros((5000, 5000), np.uint8))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_picture_is_explained_and_the_next_is_read(
    uploading, number, name, content
):
    upload(uploading, name, content)
    assert uploading.error[0].value.startswith("This file cannot be used: ")
    assert "Choose a picture" in page_text(uploading)
    upload(uploading, "number.png", png(number))
    assert not uploading.error
    assert "sure" in page_text(uploading)


def test_an_empty_picture_is_said_to_be_empty_and_how_to_do_better(uploading):
    upload(uploading, "paper.png", png(np.full((300, 400), 230, np.uint8)))
    assert "Nothing was found in this picture." in page_text(uploading)
    assert "Dark ink on plain paper" in page_text(uploading)


@pytest.mark.parametrize("shape", [(2, 900), (900, 2), (1, 1)])
def test_a_picture_of_an_odd_shape_is_shown(uploading, shape):
    pixels = np.full(shape, 255, np.uint8)
    pixels[: shape[0] // 2, shape[1] // 3 : shape[1] // 2 + 1] = 0
    upload(uploading, "odd.png", png(pixels))
    assert props(uploading, "lines")


def test_a_removed_picture_is_forgotten(uploading, number):
    upload(uploading, "number.png", png(number))
    uploading.file_uploader[0].clear().run()
    assert "Choose a picture" in page_text(uploading)


def test_without_mnist_a_made_up_digit_can_be_picked_and_stays(open_page, choose):
    app = open_page()
    app.get_by_key("input_method").set_value("MNIST digit").run()
    assert "made-up digits" in page_text(app)
    offered = props(app, "tiles")
    assert len(offered) == inputs.OFFERED
    assert "cropped, centred and shrunk" in page_text(app)
    choose(app, 3)
    assert answer_text(app) == "4"
    assert "is ready as it is" in page_text(app)
    button(app, "Others").click().run()
    assert answer_text(app) == "4"
    others = props(app, "tiles")
    assert others != offered
    assert others[props(app, "chosen")] == offered[3], "the one picked stays in sight"


def test_a_digit_picked_from_another_data_set_is_not_among_these(open_page, made_up):
    beyond = len(made_up.y_test)  # MNIST, which was there before a restart, is larger
    app = open_page(input_method="MNIST digit", input_digit_index=beyond)
    assert len(props(app, "tiles")) == inputs.OFFERED
    assert props(app, "chosen") is None


@pytest.mark.parametrize(
    ("url", "offered"),
    [
        ("http://localhost:8501/", True),
        ("http://127.0.0.1:8501/", True),
        ("https://digits.example/", True),
        ("http://192.168.1.20:8501/", False),
        (None, False),
    ],
)
def test_the_camera_is_offered_where_a_browser_may_use_it(url, offered):
    assert inputs.has_camera(url) == offered
