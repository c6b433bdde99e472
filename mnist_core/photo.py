import numpy as np
from PIL import Image
from scipy import ndimage

LONGEST = 600
WINDOW = 0.25
SMOOTH = 1.0
THINNEST = 0.09


def ink(picture):
    grey = _smooth(picture)
    return _digit(_contrast(255 - grey if _chalk(grey) else grey))


def _chalk(grey):
    a = np.asarray(Image.fromarray(grey).reduce(4))
    coarse = Image.fromarray(a).reduce(4)
    m = ndimage.median_filter(
        coarse, size=[s // 2 | 1 for s in coarse.size[::-1]], mode="nearest"
    )
    m = np.asarray(Image.fromarray(m).resize(a.shape[::-1], Image.Resampling.BILINEAR))
    r = np.log((a + 1) / (m + 1))
    lo, hi = np.percentile(r, [0.5, 99.5])
    return hi > -1.3 * lo


def _smooth(picture):
    im = Image.fromarray(picture).convert("L")
    im.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX, reducing_gap=None)
    return ndimage.gaussian_filter(np.asarray(im, np.float32), SMOOTH)


def _contrast(grey):
    coarse = Image.fromarray(grey).reduce(4)
    a = np.asarray(coarse)
    side = int(WINDOW * min(a.shape)) | 1
    half = side // 2
    padded = np.pad(a, side, mode="edge")
    closed = ndimage.minimum_filter(ndimage.maximum_filter(padded, side), side + 4)
    closed = ndimage.gaussian_filter(closed, 1)[side:-side, side:-side]
    paper = np.asarray(
        Image.fromarray(closed).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    )
    c = 1 - grey / np.maximum(paper, 1)
    return c - np.median(c)


def _noise(c):
    return 1.4826 * np.median(np.abs(c))


def _strength(c):
    return np.sort(c, axis=None)[-max(c.size // 1000, 1)]


def _digit(c):
    noise = _noise(c)
    empty = np.zeros_like(c)
    high = max(0.1, 6 * noise)
    best, mask, level = 0, None, 0
    t = high
    while t < min(c.max(), 0.8):
        m = _inner(c, c > t)
        s = c[m].sum()
        if s > 1.1 * best:
            best, mask, level = s, m, t
        t *= 1.5
    if mask is None:
        return empty
    peak = np.percentile(c[mask], 75)
    if peak < max(0.12, 7 * noise):
        return empty
    low = max(3.5 * noise, 0.4 * peak)
    if low > level:
        mask &= c > low
    else:
        grown = ndimage.binary_propagation(mask, mask=c > low)
        if not _rim(grown).any():
            mask = grown
    rows, cols = ndimage.find_objects(mask.astype(int))[0]
    if max(rows.stop - rows.start, cols.stop - cols.start) < 0.05 * min(c.shape):
        return empty
    near = ndimage.binary_dilation(mask, np.ones((3, 3)), 2)
    full = np.percentile(c[mask], 75)
    soft = np.clip((c - low / 2) / (full - low / 2), 0, 1) * near
    return _thick(soft.astype(np.float32), mask)


def _rim(labels):
    return np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])


def _inner(c, mask):
    labels, n = ndimage.label(mask, np.ones((3, 3)))
    ids = np.arange(1, n + 1)
    tops = ndimage.maximum(c, labels, ids)
    sums = ndimage.sum(c, labels, ids)
    keep = ~np.isin(ids, _rim(labels))
    if keep.any():
        keep &= tops > tops[keep].max() / 2
    if keep.any():
        keep &= sums > 0.06 * sums[keep].max()
    return np.isin(labels, ids[keep])


def _thick(soft, mask):
    r, q = ndimage.find_objects(mask.astype(int))[0]
    longest = max(r.stop - r.start, q.stop - q.start)
    width = 4 * ndimage.distance_transform_edt(mask)[mask].mean() - 1
    more = THINNEST * longest - width
    if more <= 0:
        return soft
    away = ndimage.distance_transform_edt(~mask)
    return np.maximum(soft, np.clip(more / 2 + 1 - away, 0, 1)).astype(np.float32)
