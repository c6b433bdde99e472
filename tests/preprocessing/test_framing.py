import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from mnist_core.data import synthetic
from mnist_core.errors import DrawingError
from mnist_core.preprocessing import framing
from tests import drawings

SEVEN = [(60, 50), (210, 60), (120, 230)]
MOVED = 0.02  # mean difference a pixel, 0 to 1, that moving or scaling may make


def draw(points=SEVEN, *, size=280, brush=20, scale=1.0, shift=(0, 0)) -> np.ndarray:
    """A line through the points, scaled and moved, white on black."""
    placed = [(x * scale + shift[0], y * scale + shift[1]) for x, y in points]
    return drawings.draw([placed], brush=brush * scale, size=(size, size))


def difference(one, other) -> float:
    return float(np.abs(one - other).mean())


@pytest.fixture(scope="module")
def digits():
    images, _ = synthetic.digits(60, seed=5)
    return images


def test_an_image_is_framed_as_mnist_frames_its_digits():
    image = framing.to_mnist(draw())
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
    image = framing.to_mnist(heavy_top)
    assert image[27, :].max() > 0.3, "the stem reaches the last row and is not cut off"
    assert (image.max(axis=1) > 0.3).sum() == pytest.approx(20, abs=1)


@pytest.mark.parametrize("shift", [(-40, -30), (50, 0), (0, 35), (50, 30)])
def test_moving_a_drawing_changes_nothing(shift):
    assert (
        difference(framing.to_mnist(draw()), framing.to_mnist(draw(shift=shift))) < 1e-6
    )


@pytest.mark.parametrize("scale", [0.3, 0.5, 0.77, 1.1, 2.0, 6.5])
def test_scaling_a_drawing_changes_next_to_nothing(scale):
    scaled = draw(scale=scale, size=max(280, round(280 * scale)))
    assert difference(framing.to_mnist(draw()), framing.to_mnist(scaled)) < MOVED


@pytest.mark.parametrize("size", [28, 56, 100, 280, 1000, 2000])
def test_any_size_of_canvas_gives_the_same_image(size):
    drawing = np.asarray(Image.fromarray(draw(size=2000, scale=7)).resize((size, size)))
    expected = framing.to_mnist(draw(size=2000, scale=7))
    assert difference(expected, framing.to_mnist(drawing)) < 0.04


def test_ink_and_paper_may_be_any_two_colours():
    mask = draw() / 255
    expected = framing.to_mnist(draw())
    for paper, pen in [(255, 0), (0, 255), (200, 40), (90, 160)]:
        grey = np.rint(paper + mask * (pen - paper)).astype(np.uint8)
        assert difference(expected, framing.to_mnist(grey)) < 0.005, (paper, pen)
    yellow, blue = np.array([250, 240, 90]), np.array([20, 30, 200])
    colour = np.rint(yellow + mask[..., None] * (blue - yellow)).astype(np.uint8)
    assert difference(expected, framing.to_mnist(colour)) < 0.005


@pytest.mark.parametrize("pen", [0, 128, 255])
def test_transparent_is_paper(pen):
    alpha = draw()
    rgba = np.dstack([np.full((*alpha.shape, 3), pen, np.uint8), alpha])
    assert difference(framing.to_mnist(draw()), framing.to_mnist(rgba)) < 1e-6


def test_paper_is_what_most_of_the_border_is_even_where_ink_crosses_it():
    drawing = draw([(140, -20), (140, 300)], brush=100)
    assert framing.to_mnist(drawing)[:, 14].mean() > 0.7
    np.testing.assert_allclose(
        framing.to_mnist(drawing), framing.to_mnist(255 - drawing), atol=1e-5
    )


def test_paper_is_the_colour_of_most_of_the_border_and_no_mixture():
    drawing = draw([(140, -20), (140, 300)], brush=100)
    ink = framing.extract_ink(drawing)
    assert (ink[drawing == 0] == 0).all()
    assert (ink[drawing == 255] == 1).all()


def test_paper_may_let_something_through():
    # A little more than half opaque: it is paper, and the pen is darker than it.
    white = np.full((280, 280, 3), 255, np.uint8)
    white[draw() == 255] = 0
    glass = np.dstack([white, np.full((280, 280), 180, np.uint8)])
    rows, columns = framing.bounding_box(framing.extract_ink(draw()))
    assert framing.bounding_box(framing.extract_ink(glass)) == (rows, columns)
    assert framing.extract_ink(glass)[0, 0] == 0


def test_transparent_is_paper_even_where_ink_crosses_its_border():
    drawing = draw([(140, -20), (140, 150)], brush=60)
    clear = np.dstack([np.zeros((280, 280, 3), np.uint8), drawing])
    np.testing.assert_allclose(
        framing.to_mnist(clear), framing.to_mnist(drawing), atol=1e-6
    )


def test_a_hole_in_the_paper_is_no_ink():
    drawing = np.full((280, 280, 4), 255, np.uint8)
    drawing[draw() == 255, :3] = 0
    clean = framing.to_mnist(drawing)
    drawing[20:30, 230:260] = 0  # black, but wholly transparent
    np.testing.assert_array_equal(framing.to_mnist(drawing), clean)


@pytest.mark.parametrize(("share", "belongs"), [(0.2, False), (0.3, True), (0.5, True)])
def test_ink_of_a_quarter_of_the_darkest_belongs_to_the_digit(share, belongs):
    drawing = np.zeros((280, 280), np.uint8)
    drawing[40:140, 100:120] = 255
    drawing[140:240, 100:120] = round(255 * share)
    rows, columns = framing.bounding_box(framing.extract_ink(drawing))
    assert (rows.start, rows.stop) == (40, 240 if belongs else 140)
    assert (columns.start, columns.stop) == (100, 120)


@pytest.mark.parametrize(("ink", "is_empty"), [(20, True), (35, False)])
def test_a_tenth_of_the_contrast_is_the_faintest_ink(ink, is_empty):
    faint = np.where(draw() > 0, 255 - ink, 255).astype(np.uint8)
    assert (framing.to_mnist(faint) is None) == is_empty


def test_the_centre_of_mass_lies_where_mnist_s_do():
    image = framing.to_mnist(draw())
    for axis in (0, 1):
        middle = (np.arange(28) + 0.5) @ image.sum(axis=axis) / image.sum()
        assert middle == pytest.approx(14.5, abs=0.05)


@pytest.mark.parametrize("brush", [2, 8, 20, 60])
def test_thin_and_thick_lines_are_full_of_ink(brush):
    image = framing.to_mnist(draw(brush=brush))
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
        assert framing.to_mnist(empty) is None


def test_faint_noise_on_paper_is_no_ink():
    noise = np.random.default_rng(0).integers(240, 252, (280, 280)).astype(np.uint8)
    assert framing.to_mnist(noise) is None


def test_an_enlarged_image_comes_back_nearly_itself(digits, enlarge):
    back = [framing.to_mnist(enlarge(image, 10)) for image in digits]
    differences = [difference(b, d / 255) for b, d in zip(back, digits, strict=True)]
    # Half a pixel of shift, which MNIST's whole pixels leave, makes up to 0.08.
    assert max(differences) < 0.08
    assert np.mean(differences) < 0.04


def test_a_framed_image_stays_as_it_is(digits):
    for image in digits[:20]:
        once = np.rint(framing.to_mnist(image) * 255).astype(np.uint8)
        assert difference(framing.to_mnist(once), once / 255) < 0.02


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
        framing.to_mnist(wrong)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "CMYK", "I;16", "LA"])
def test_every_kind_of_file_is_read(mode, tmp_path):
    picture = Image.fromarray(draw())
    if mode == "I;16":
        picture = Image.fromarray(draw().astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    path = tmp_path / ("seven.tif" if mode == "CMYK" else "seven.png")
    picture.save(path)
    image = framing.to_mnist(framing.read_picture(path))
    assert difference(framing.to_mnist(draw()), image) < 0.02


def test_a_photograph_is_turned_upright(tmp_path):
    upright = Image.fromarray(draw())
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right by 90 degrees
    upright.rotate(90, expand=True).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    image = framing.to_mnist(framing.read_picture(tmp_path / "photo.jpg"))
    assert difference(framing.to_mnist(draw()), image) < 0.02


def test_a_phone_s_photo_is_made_smaller_and_a_drawing_is_not(tmp_path):
    for side, expected in ((1000, 1000), (3000, 1000)):
        Image.new("L", (side, side // 2), 200).save(tmp_path / "paper.jpg")
        read = framing.read_picture(tmp_path / "paper.jpg")
        assert read.shape == (expected // 2, expected)


def png_with_16_bits_a_colour(grey: np.ndarray) -> bytes:
    """Pillow writes no such file, and other programs do."""
    height, width = grey.shape
    rows = np.repeat((grey.astype(">u2") * 257)[..., None], 3, axis=2)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def test_rare_kinds_of_files_are_read_too(tmp_path):
    paper = Image.fromarray(255 - draw())
    clear = Image.merge("LA", [Image.new("L", paper.size), Image.fromarray(draw())])
    colours = paper.convert("P")
    paper.convert("CMYK").save(tmp_path / "cmyk.jpg", quality=95)
    colours.save(tmp_path / "clear_palette.png", transparency=255)
    clear.save(tmp_path / "clear.png")
    paper.save(tmp_path / "paper.gif")
    paper.save(tmp_path / "paper.webp", lossless=True)
    paper.convert("F").save(tmp_path / "float.tif")
    (tmp_path / "deep.png").write_bytes(png_with_16_bits_a_colour(255 - draw()))
    for path in tmp_path.iterdir():
        image = framing.to_mnist(framing.read_picture(path))
        assert difference(framing.to_mnist(draw()), image) < 0.02, path.name


def test_a_wholly_transparent_picture_is_empty(tmp_path):
    for mode, colour in (("RGBA", (255, 0, 0, 0)), ("LA", (9, 0))):
        Image.new(mode, (80, 60), colour).save(tmp_path / "clear.png")
        assert framing.to_mnist(framing.read_picture(tmp_path / "clear.png")) is None


@pytest.mark.parametrize("kind", ["gif", "png", "webp"])
def test_an_animated_picture_is_refused(tmp_path, kind):
    frames = [Image.fromarray(draw()).rotate(turn) for turn in (0, 30, 60)]
    path = tmp_path / f"dance.{kind}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    with pytest.raises(DrawingError, match="animated; save a still one"):
        framing.read_picture(path)


def unreadable(folder) -> dict[str, str]:
    """Files that are no pictures, or not whole, and what is said about each."""
    Image.fromarray(draw()).save(folder / "whole.png")
    noise = np.random.default_rng(0).integers(0, 256, (200, 200)).astype(np.uint8)
    Image.fromarray(noise).save(folder / "whole.jpg")
    for kind in ("png", "jpg"):
        whole = (folder / f"whole.{kind}").read_bytes()
        (folder / f"half.{kind}").write_bytes(whole[: len(whole) // 2])
    Image.new("1", (5000, 4001)).save(folder / "huge.png")
    bomb = bytearray((folder / "whole.png").read_bytes())
    bomb[16:24] = struct.pack(">II", 60_000, 60_000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bomb[12:29]))
    (folder / "bomb.png").write_bytes(bomb)
    (folder / "nothing.png").touch()
    (folder / "text.png").write_text("no picture")
    (folder / "vector.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    return {
        "none.png": "no such file",
        ".": "a folder",
        "half.png": "damaged",
        "half.jpg": "damaged",
        "huge.png": "20 million",
        "bomb.png": "20 million",
        "nothing.png": "no picture",
        "text.png": "no picture",
        "vector.svg": "no picture",
        "phone.heic": "HEIC photo, as iPhones keep them; save it as JPEG",
    }


def test_unreadable_files_are_refused_with_the_reason(tmp_path):
    for name, reason in unreadable(tmp_path).items():
        with pytest.raises(DrawingError, match=reason) as caught:
            framing.read_picture(tmp_path / name)
        assert "Error" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "size", "options"),
    [
        ("large.png", (5000, 3990), {"compress_level": 1}),
        ("large.jpg", (8160, 6120), {}),
        ("progressive.jpg", (8160, 6120), {"progressive": True}),
    ],
)
def test_a_large_photograph_takes_little_memory(tmp_path, name, size, options):
    path = tmp_path / name
    Image.new("RGB", size, "white").save(path, **options)
    code = (
        "import resource, sys\n"
        "from mnist_core.preprocessing import framing\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "framing.to_mnist(framing.read_picture(sys.argv[1]))\n"
        "print(peak() - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes here
    assert int(done.stdout) * unit < 250_000_000


def test_a_phone_s_photograph_is_read_as_a_smaller_one_is(tmp_path, enlarge, made_up):
    digit = np.pad(255 - enlarge(made_up.x_test[0], 30), 80, constant_values=255)
    small = Image.fromarray(digit)
    small.resize((5656, 5656), Image.Resampling.BICUBIC).save(tmp_path / "phone.jpg")
    images = [framing.to_mnist(digit)]
    images.append(framing.to_mnist(framing.read_picture(tmp_path / "phone.jpg")))
    np.testing.assert_allclose(*images, atol=0.15)


@pytest.mark.parametrize("name", ["baseline", "progressive"])
def test_what_would_fill_the_memory_is_refused(tmp_path, name):
    size = (8200, 6200) if name == "baseline" else (6000, 5000)
    options = {"progressive": name == "progressive", "subsampling": 0}
    Image.new("RGB", size, "white").save(tmp_path / "too-large.jpg", **options)
    with pytest.raises(DrawingError, match="make it smaller"):
        framing.read_picture(tmp_path / "too-large.jpg")
