"""Photographs made from drawings: uneven light, grain, and what cameras do to them."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter
from scipy import ndimage

from mnist_core.data import glyphs, pen_drawings
from mnist_core.preprocessing import framing, photo, surroundings

HEIGHT, WIDTH = 360, 480


def written(digit: int, rng: np.random.Generator, *, pen: float = 9) -> np.ndarray:
    """A digit on a large paper: ink 1, paper 0."""
    drawing = glyphs.digit(digit, rng)
    points = np.concatenate(drawing)
    scale = rng.uniform(130, 220) / np.ptp(points, axis=0).max()
    room = [WIDTH, HEIGHT] - np.ptp(points, axis=0) * scale - 60
    corner = rng.uniform(30, 30 + room)
    placed = [(s - points.min(axis=0)) * scale + corner for s in drawing]
    return pen_drawings.draw(placed, shape=(HEIGHT, WIDTH), brush=pen) / 255


def photograph(
    marks: np.ndarray, rng: np.random.Generator, *, chalk=False
) -> np.ndarray:
    """As a camera sees them: light from one side, a shadow, blur, grain, JPEG."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] / HEIGHT
    light = 1 - rng.uniform(0.2, 0.5) * (x * rng.uniform(0.3, 1) + y * rng.random()) / 2
    light *= 1 - 0.25 / (1 + np.exp(-(x - y - rng.uniform(-0.3, 0.5)) * 25))
    seen = light * ((0.2 + 0.6 * marks) if chalk else (0.85 - 0.55 * marks))
    seen = seen * 255 + rng.normal(0, 6, seen.shape)
    picture = Image.fromarray(seen.clip(0, 255).astype(np.uint8)).convert("RGB")
    file = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1)).save(file, "JPEG", quality=60)
    return framing.read_picture(file)


@pytest.fixture(scope="module")
def predictor():
    from mnist_core.inference.predictor import Predictor

    return Predictor("pretrained")


def lay_on_table(taken: np.ndarray, marks: np.ndarray, level: float) -> np.ndarray:
    """Let wood, with its grain, show just below the writing; mark where it is."""
    rng = np.random.default_rng(3)
    grain = ndimage.gaussian_filter(rng.standard_normal(marks.shape), (1, 12))
    wood = level * (1 + 0.12 * grain / grain.std())
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    lowest = np.flatnonzero(marks.any(axis=1))[-1]
    beyond = rows > lowest + 14 + 0.04 * (columns - WIDTH / 2)
    taken[beyond] = wood[beyond][:, None].clip(0, 255)
    return beyond


@pytest.mark.parametrize("level", [40, 90])
def test_the_table_under_the_paper_is_no_ink(predictor, level):
    for digit in range(6):
        rng = np.random.default_rng(40 + digit)
        marks = written(digit, rng, pen=6) * 0.4
        taken = photograph(marks, rng)[..., :3].copy()
        beyond = lay_on_table(taken, marks, level)
        assert not photo.extract_ink(taken)[beyond].any()
        assert predictor.predict(framing.to_mnist(taken)).digit == digit


@pytest.mark.parametrize("chalk", [False, True])
def test_a_photograph_is_read_as_the_drawing_is(predictor, chalk):
    rng = np.random.default_rng(8)
    digits = np.tile(np.arange(10), 2)
    marks = [written(digit, rng) for digit in digits]
    photos = [photograph(mark, rng, chalk=chalk) for mark in marks]
    assert all(photo.is_photo(taken) for taken in photos)
    framed = [framing.to_mnist(taken) for taken in photos]
    drawn = [framing.to_mnist((mark * 255).astype(np.uint8)) for mark in marks]
    read, expected = (
        predictor.probabilities(np.stack(images)).argmax(axis=1)
        for images in (framed, drawn)
    )
    assert (read == expected).mean() > 0.94


def test_a_photograph_of_empty_paper_is_empty():
    rng = np.random.default_rng(3)
    for _ in range(20):
        assert framing.to_mnist(photograph(np.zeros((HEIGHT, WIDTH)), rng)) is None


def test_the_ink_of_a_photograph_is_where_the_digit_is():
    rng = np.random.default_rng(1)
    for digit in range(10):
        marks = written(digit, rng)
        found = framing.extract_ink(photograph(marks, rng))
        assert found.shape == marks.shape
        assert (found.min(), found.max()) == (0, 1)
        assert found[marks > 0.5].mean() > 0.7
        assert found[marks == 0].mean() < 0.06


@pytest.mark.parametrize("paper", [0, 90, 255])
def test_a_clean_drawing_is_no_photograph(paper):
    drawing = written(4, np.random.default_rng(2)) * (255 if paper < 128 else -255)
    clean = (paper + drawing).clip(0, 255).astype(np.uint8)
    assert not photo.is_photo(clean)
    assert not photo.is_photo(clean[:, :140])  # even where its border cuts the ink


@pytest.fixture(scope="module")
def marks():
    return written(4, np.random.default_rng(6))


def ink_of(marks: np.ndarray, *, seed: int = 7, chalk: bool = False) -> np.ndarray:
    return photo.extract_ink(
        photograph(marks, np.random.default_rng(seed), chalk=chalk)
    )


def test_chalk_is_told_from_ink(marks):
    for chalk in (False, True):
        ink = ink_of(marks, chalk=chalk)
        assert ink[marks > 0.5].mean() > 0.7
        assert ink[marks == 0].mean() < 0.06


def test_a_board_may_have_dark_stains(marks):
    stained = marks.copy()
    stained[20:50, 20:50] = -0.15
    ink = ink_of(stained, chalk=True)
    assert ink[marks > 0.5].mean() > 0.7
    assert not ink[:50, :50].any()


def test_a_far_fainter_blot_beside_the_digit_is_no_ink(marks):
    blotted = marks.copy()
    blotted[20:50, 20:50] = 0.44
    ink = ink_of(blotted)
    assert ink[marks > 0.5].mean() > 0.7
    assert not ink[:50, :50].any()


def test_what_reaches_the_border_is_no_digit(marks):
    table = marks.copy()
    table[:, :25] = 1
    ink = ink_of(table)
    assert not ink[:, :25].any()
    assert ink[marks > 0.5].mean() > 0.7
    assert not ink_of(np.where(table == marks, 0, table)).any()


def test_a_line_that_comes_from_the_border_is_no_digit(marks):
    assert not marks[20:45, :150].any()
    lined = marks.copy()
    lined[28:37, :130] = 1
    ink = ink_of(lined)
    assert not ink[20:45, :140].any()
    assert ink[marks > 0.5].mean() > 0.7
    lined[28:37, :20] = 0  # begins inside
    assert ink_of(lined)[28:37, 30:120].mean() > 0.7


@pytest.mark.parametrize("width", [120, 150, 180])
def test_the_edge_of_the_table_is_no_stroke(marks, width):
    # It is dark beside the paper, as far as a window of the closing and farther.
    empty = np.zeros((HEIGHT, WIDTH))
    empty[:, :width] = 0.9
    for seed in range(3):
        assert not ink_of(empty, seed=seed).any()


@pytest.mark.parametrize(("plain", "expected"), [(0.8, True), (0.97, False)])
def test_paper_is_plain_where_all_but_a_little_of_its_border_is(plain, expected):
    drawing = np.full((200, 300), 230, np.uint8)
    drawing[:, round(plain * 300) :] -= np.arange(300 - round(plain * 300)).astype(
        np.uint8
    )
    border = surroundings.rim(drawing)
    assert np.abs(border.astype(int) - 230).max() > photo.SAME
    assert photo.is_photo(drawing) == expected


def test_a_speck_beside_the_digit_is_no_ink(marks):
    row, column = 20, 20
    assert not marks[: row + 20, : column + 20].any()
    specked = marks.copy()
    specked[row : row + 4, column : column + 4] = 1
    assert not ink_of(specked)[: row + 15, : column + 15].any()


def test_a_soft_shadow_is_no_ink():
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    away = np.hypot(x - WIDTH / 2, y - HEIGHT / 2)
    shadow = 0.5 / (1 + np.exp((away - 25) / 12))
    assert not ink_of(shadow).any()


@pytest.mark.parametrize("edge", [248, 252])
def test_a_faint_stroke_at_the_edge_of_a_shadow_stays_whole(edge):
    stroke = np.zeros((HEIGHT, WIDTH))
    stroke[120:240, 150:156] = stroke[120:240, 236:242] = 1
    seen = (200 * (1 - 0.3 * stroke)).astype(np.float32)
    shaded = 1 - 0.4 / (1 + np.exp((edge - np.mgrid[:HEIGHT, :WIDTH][1]) / 2))
    seen = seen * shaded + np.random.default_rng(1).normal(0, 2, seen.shape)
    ink = photo.extract_ink(seen.clip(0, 255).astype(np.uint8))
    assert ink[:, 236:242][120:240].mean() > 0.65
    assert not ink[:100].any(), "the edge itself"


def test_what_is_as_wide_as_long_was_not_written_with_a_pen():
    for width, is_writing in ((12, True), (70, False)):
        blot = np.zeros((HEIGHT, WIDTH))
        blot[120:220, 150 : 150 + width] = 1
        assert ink_of(blot).any() == is_writing


@pytest.mark.parametrize("blur", [0, 2, 4, 6])
def test_a_thick_stroke_may_be_out_of_focus(blur):
    marks = ndimage.gaussian_filter(written(7, np.random.default_rng(6), pen=20), blur)
    ink = ink_of(marks)
    assert ink[marks > 0.7].mean() > 0.7


@pytest.mark.parametrize(("grain", "expected"), [(0.4, True), (7, False)])
def test_what_is_far_out_of_focus_is_read_where_there_is_no_grain(grain, expected):
    stroke = np.zeros((HEIGHT, WIDTH))  # long, with a corner above and below
    stroke[40:320, 236:244] = stroke[40:48, 90:240] = stroke[312:320, 240:400] = 1
    seen = 200 * (1 - 0.6 * ndimage.gaussian_filter(stroke, 12))
    seen += np.random.default_rng(1).normal(0, grain, seen.shape)
    taken = seen.clip(0, 255).astype(np.uint8)
    assert photo.extract_ink(taken).any() == expected


def test_a_frame_around_the_digit_is_no_ink(marks):
    framed = marks.copy()
    for inset in range(12, 16):
        framed[inset, inset:-inset] = framed[-inset, inset:-inset] = 1
        framed[inset:-inset, inset] = framed[inset:-inset, -inset] = 1
    ink = ink_of(framed)
    assert not ink[:20].any()
    assert ink[marks > 0.5].mean() > 0.7


def test_a_digit_that_a_ruled_line_crosses_is_written_like_the_others():
    ones = np.zeros((HEIGHT, WIDTH))
    for left in range(30, 450, 42):
        ones[120:220, left : left + 7] = 1
    lined = ones.copy()
    lined[226:229] = 0.3
    lined[220:226, 240:247] = 1  # the sixth reaches down to the line
    ink = ink_of(lined)
    assert ink[130:210][:, ones[130] > 0].mean(axis=0).min() > 0.5
    assert not ink[224:, :200].any(), "the line itself"


def test_of_a_low_strip_of_paper_the_whole_row_is_read():
    rng = np.random.default_rng(5)
    marks = written(2, rng)[:, :400]
    strip = np.tile(marks[framing.bounding_box(marks.astype(np.float32))], (1, 3))
    strip = np.pad(strip, ((30, 30), (40, 40)))
    small = Image.fromarray((230 - 150 * strip).astype(np.uint8))
    small = small.resize((round(44 * small.width / small.height), 44))
    light = np.linspace(0.7, 1, small.width)
    seen = np.asarray(small) * light + rng.normal(0, 3, (44, small.width))
    taken = seen.clip(0, 255).astype(np.uint8)
    assert photo.is_photo(taken)
    ink = photo.extract_ink(taken)
    wanted = np.asarray(Image.fromarray(strip).resize(ink.shape[::-1]))
    assert ink[wanted > 0.8].mean() > 0.7
    assert ink[wanted == 0].mean() < 0.1


@pytest.mark.parametrize(("blots", "expected"), [(0, True), (2, True), (28, False)])
def test_where_much_else_is_as_dark_nothing_was_written(blots, expected):
    stroke = np.zeros((HEIGHT, WIDTH))
    stroke[200:300, 236:246] = 1
    for n in range(blots):  # from the upper border, so that none is a digit
        stroke[:120, 6 + 16 * n : 14 + 16 * n] = 1
    assert ink_of(stroke).any() == expected


def test_only_a_dry_pen_writes_unevenly():
    """Beads on a string, in one piece and in many."""
    for gap, expected in ((0, False), (9, True)):
        beads = np.zeros((HEIGHT, WIDTH))
        beads[60:300, 238:243] = 1
        for top in range(60, 300, 32):
            beads[top : top + 15, 230:250] = 1
            beads[top + 15 : top + 15 + gap] = 0
        assert ink_of(beads).any() == expected, gap


def test_the_inside_of_a_digit_is_even_too_but_softer():
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    away = np.hypot((x - 240) / 60, (y - 180) / 90)
    ring = (np.abs(away - 1) < 0.08).astype(float)
    ink = ink_of(ring)
    assert ink[ring > 0.5].mean() > 0.7
    assert not ink[away < 0.7].any()


def test_what_is_tiny_is_no_digit():
    for height, is_digit in ((26, False), (60, True)):
        stroke = np.zeros((HEIGHT, WIDTH))
        stroke[150 : 150 + height, 200:212] = 1
        assert ink_of(stroke).any() == is_digit


def test_faint_ink_is_none():
    for strength, is_digit in ((0.06, False), (0.6, True)):
        assert ink_of(strength * written(4, np.random.default_rng(6))).any() == is_digit


def test_a_hairline_is_thickened_as_mnist_s_strokes_are():
    # Of a network's 20 pixels no stroke is less than two wide.
    thin = written(1, np.random.default_rng(3), pen=3)
    taken = photograph(thin, np.random.default_rng(7))
    assert framing.to_mnist(taken).sum(axis=1).max() > 1.6
    assert framing.frame(framing.extract_ink(taken)).sum(axis=1).max() < 1.6


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(39, 200, False), (41, 200, True), (200, 39, False), (120, 900, True)],
)
def test_a_picture_that_is_too_small_is_no_photograph(height, width, expected):
    grain = np.random.default_rng(0).integers(150, 220, (height, width))
    assert photo.is_photo(grain.astype(np.uint8)) == expected


def test_the_ink_of_a_large_photograph_is_smaller(marks):
    small = Image.fromarray(photograph(marks, np.random.default_rng(7)))
    large = np.asarray(small.resize((1200, 900)))
    assert photo.extract_ink(large).shape == (520, 693)
