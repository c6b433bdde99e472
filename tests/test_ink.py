import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core import ink, synthetic
from mnist_core.errors import DrawingError

SEVEN = [(60, 50), (210, 60), (120, 230)]
MOVED = 0.02  # mean difference a pixel, 0 to 1, that moving or scaling may make


def draw(points=SEVEN, *, size=280, brush=20, scale=1.0, shift=(0, 0)) -> np.ndarray:
    """A line through the points with a round brush, white on black."""
    image = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(image)
    placed = [(x * scale + shift[0], y * scale + shift[1]) for x, y in points]
    pen.line(placed, fill=255, width=round(brush * scale), joint="curve")
    for x, y in placed:
        pen.circle((x, y), brush * scale / 2, fill=255)
    return np.asarray(image)


def difference(one, other) -> float:
    return float(np.abs(one - other).mean())


@pytest.fixture(scope="module")
def digits():
    images, _ = synthetic.digits(60, seed=5)
    return images


def test_an_image_is_framed_as_mnist_frames_its_digits():
    image = ink.to_mnist(draw())
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
    assert (image.min(), image.max()) == (0, 1)
    rows, columns = (np.flatnonzero(image.max(axis=axis) > 0.3) for axis in (1, 0))
    assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
    middle = np.arange(28) @ image.sum(axis=0) / image.sum()
    assert middle == pytest.approx(14, abs=0.05)


def test_all_ink_stays_inside_however_lopsided_it_is():
    heavy_top = np.zeros((280, 280), np.uint8)
    heavy_top[40:100, 60:220] = 255
    heavy_top[100:240, 136:144] = 255
    image = ink.to_mnist(heavy_top)
    assert image[27, :].max() > 0.3, "the stem reaches the last row and is not cut off"
    assert (image.max(axis=1) > 0.3).sum() == pytest.approx(20, abs=1)


@pytest.mark.parametrize("shift", [(-40, -30), (50, 0), (0, 35), (50, 30)])
def test_moving_a_drawing_changes_nothing(shift):
    assert difference(ink.to_mnist(draw()), ink.to_mnist(draw(shift=shift))) < 1e-6


@pytest.mark.parametrize("scale", [0.3, 0.5, 0.77, 1.1, 2.0, 6.5])
def test_scaling_a_drawing_changes_next_to_nothing(scale):
    scaled = draw(scale=scale, size=max(280, round(280 * scale)))
    assert difference(ink.to_mnist(draw()), ink.to_mnist(scaled)) < MOVED


@pytest.mark.parametrize("size", [28, 56, 100, 280, 1000, 2000])
def test_any_size_of_canvas_gives_the_same_image(size):
    drawing = np.asarray(Image.fromarray(draw(size=2000, scale=7)).resize((size, size)))
    expected = ink.to_mnist(draw(size=2000, scale=7))
    assert difference(expected, ink.to_mnist(drawing)) < 0.04


def test_ink_and_paper_may_be_any_two_colours():
    mask = draw() / 255
    expected = ink.to_mnist(draw())
    for paper, pen in [(255, 0), (0, 255), (200, 40), (90, 160)]:
        grey = np.rint(paper + mask * (pen - paper)).astype(np.uint8)
        assert difference(expected, ink.to_mnist(grey)) < 0.005, (paper, pen)
    yellow, blue = np.array([250, 240, 90]), np.array([20, 30, 200])
    colour = np.rint(yellow + mask[..., None] * (blue - yellow)).astype(np.uint8)
    assert difference(expected, ink.to_mnist(colour)) < 0.005


@pytest.mark.parametrize("pen", [0, 128, 255])
def test_transparent_is_paper(pen):
    alpha = draw()
    rgba = np.dstack([np.full((*alpha.shape, 3), pen, np.uint8), alpha])
    assert difference(ink.to_mnist(draw()), ink.to_mnist(rgba)) < 1e-6


def test_paper_is_what_most_of_the_border_is_even_where_ink_crosses_it():
    drawing = draw([(140, -20), (140, 300)], brush=100)
    assert ink.to_mnist(drawing)[:, 14].mean() > 0.7
    np.testing.assert_allclose(
        ink.to_mnist(drawing), ink.to_mnist(255 - drawing), atol=1e-5
    )


@pytest.mark.parametrize("brush", [2, 8, 20, 60])
def test_thin_and_thick_lines_are_full_of_ink(brush):
    image = ink.to_mnist(draw(brush=brush))
    assert image.max() == 1
    assert image.sum() > 15


def test_an_empty_drawing_is_none():
    for empty in (
        np.zeros((280, 280), np.uint8),
        np.full((100, 50), 255, np.uint8),
        np.zeros((280, 280, 4), np.uint8),
        np.full((280, 280, 4), 255, np.uint8),
        np.full((28, 28, 3), 77, np.uint8),
    ):
        assert ink.to_mnist(empty) is None


def test_faint_noise_on_paper_is_no_ink():
    noise = np.random.default_rng(0).integers(240, 252, (280, 280)).astype(np.uint8)
    assert ink.to_mnist(noise) is None


def test_an_enlarged_image_comes_back_nearly_itself(digits, enlarge):
    back = [ink.to_mnist(enlarge(image, 10)) for image in digits]
    differences = [difference(b, d / 255) for b, d in zip(back, digits, strict=True)]
    # Half a pixel of shift, which MNIST's whole pixels leave, makes up to 0.08.
    assert max(differences) < 0.08
    assert np.mean(differences) < 0.04


def test_a_framed_image_stays_as_it_is(digits):
    for image in digits[:20]:
        once = np.rint(ink.to_mnist(image) * 255).astype(np.uint8)
        assert difference(ink.to_mnist(once), once / 255) < 0.02


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((28,), np.uint8),
        np.zeros((28, 28, 2), np.uint8),
        np.zeros((0, 28), np.uint8),
        np.zeros((28, 28), np.float32),
        np.zeros((2, 28, 28, 3), np.uint8),
    ],
    ids=str,
)
def test_what_is_no_picture_is_refused(wrong):
    with pytest.raises(DrawingError):
        ink.to_mnist(wrong)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "CMYK", "I;16", "LA"])
def test_every_kind_of_file_is_read(mode, tmp_path):
    picture = Image.fromarray(draw())
    if mode == "I;16":
        picture = Image.fromarray(draw().astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    path = tmp_path / ("seven.tif" if mode == "CMYK" else "seven.png")
    picture.save(path)
    image = ink.to_mnist(ink.read_picture(path))
    assert difference(ink.to_mnist(draw()), image) < 0.02


def test_a_photograph_is_turned_upright(tmp_path):
    upright = Image.fromarray(draw())
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right by 90 degrees
    upright.rotate(90, expand=True).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    image = ink.to_mnist(ink.read_picture(tmp_path / "photo.jpg"))
    assert difference(ink.to_mnist(draw()), image) < 0.02


def test_unreadable_files_are_refused_with_the_reason(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    Image.fromarray(draw()).save(tmp_path / "whole.png")
    half = (tmp_path / "whole.png").read_bytes()[:300]
    (tmp_path / "half.png").write_bytes(half)
    Image.new("1", (5000, 4001)).save(tmp_path / "huge.png")
    for name, reason in [
        ("none.png", "no such file"),
        ("text.png", "no picture"),
        ("half.png", "cannot be read"),
        ("huge.png", "20 million"),
        (".", "cannot be read"),
    ]:
        with pytest.raises(DrawingError, match=reason):
            ink.read_picture(tmp_path / name)
