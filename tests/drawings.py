"""Drawings that several tests make: lines with a round brush, digits side by side."""

import numpy as np
from PIL import Image, ImageDraw

from mnist_core.preprocessing import framing

# Strokes of one digit on a canvas of 280 that do not touch.
IN_PIECES = {
    "5 without its hat": [
        [(100, 60), (95, 130), (150, 130), (170, 180), (140, 230), (90, 220)],
        [(130, 40), (210, 40)],
    ],
    "4 in two strokes": [
        [(100, 40), (70, 150), (162, 150)],
        [(185, 110), (175, 240)],
    ],
    "7 with a bar beside it": [
        [(60, 50), (210, 60), (140, 230)],
        [(90, 150), (130, 150)],
    ],
    "1 with a foot": [[(140, 40), (140, 200)], [(100, 240), (180, 240)]],
    "1 with a flag": [[(150, 40), (150, 240)], [(100, 80), (118, 62)]],
    "0 with a slash": [
        [(140, 30), (70, 90), (70, 190), (140, 250), (210, 190), (210, 90), (140, 30)],
        [(120, 170), (160, 110)],
    ],
    "1 of a broken pen": [[(150, 30), (145, 90)], [(143, 118), (135, 240)]],
    "8 in two halves": [
        [(180, 70), (140, 30), (100, 70), (140, 115), (180, 70)],
        [(140, 150), (90, 200), (140, 245), (190, 200), (140, 150)],
    ],
}


def draw(strokes, *, brush: float = 20, size: tuple[int, int] = (280, 280)):
    """Lines through points with a round brush, white on black: uint8 (h, w)."""
    image = Image.new("L", size[::-1], 0)
    pen = ImageDraw.Draw(image)
    for points in strokes:
        pen.line(points, fill=255, width=round(brush), joint="curve")
        for point in points:
            pen.circle(point, brush / 2, fill=255)
    return np.asarray(image)


def beside(
    digits, *, gap: int = 20, tops: list[int] | None = None, size=(280, 640)
) -> tuple[np.ndarray, list[framing.Box]]:
    """Put digits side by side, `gap` pixels of paper between: drawing and boxes."""
    drawing, boxes, left = np.zeros(size, np.uint8), [], 10
    for digit, top in zip(digits, tops or [40] * len(digits), strict=True):
        cut = digit[framing.bounding_box(framing.extract_ink(digit))]
        box = slice(top, top + cut.shape[0]), slice(left, left + cut.shape[1])
        drawing[box] = np.maximum(drawing[box], cut)
        boxes.append(box)
        left = box[1].stop + gap
    return drawing, boxes
