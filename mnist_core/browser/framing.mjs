// Frame a drawing as MNIST framed its digits: what preprocessing/framing.py does, for a
// drawing whose paper has a known colour. That file says why; here it is only fast.
//
//     const ink = extractInk(pixels, width, height, [0, 0, 0]);
//     const box = boundingBox(ink);
//     const image = box && frame(crop(ink, box));   // Float32Array (784,), ink 1
//
// Numbers are rounded to 32 bits where NumPy's are, so that both come to the same image.

export const SIDE = 28;
const EDGE = 0.25;
const BOX = 20;
const CENTRE = 14.5;
const FAINTEST = 0.1;

const SHARES = Float32Array.from({ length: 256 }, (_, level) => level / 255);

/** Return how much each pixel differs from the paper, 0 to 1.
 *
 * `pixels` are RGBA, four bytes each, row by row; `paper` is a colour, [r, g, b].
 * Returns `{data, width, height}`, data a Float32Array (height * width).
 */
export function extractInk(pixels, width, height, paper) {
  const data = new Float32Array(width * height);
  const [red, green, blue] = paper.map(
    (level) => SHARES.map((share) => Math.abs(share - SHARES[level])),
  );
  const [blank] = new Uint32Array(Uint8Array.of(...paper, 255).buffer);
  const colours = new Uint32Array(pixels.buffer, pixels.byteOffset, data.length);
  for (let at = 0, from = 0; at < data.length; at++, from += 4) {
    if (colours[at] === blank) continue; // as nearly all are
    const contrast = Math.max(
      red[pixels[from]], green[pixels[from + 1]], blue[pixels[from + 2]],
    );
    data[at] = contrast * SHARES[pixels[from + 3]];
  }
  return { data, width, height };
}

/** Return the box that holds the ink, `{top, left, bottom, right}`, or null. */
export function boundingBox({ data, width, height }) {
  const darkest = largest(data);
  if (darkest < Math.fround(FAINTEST)) return null;
  const least = threshold(darkest);
  let [top, left, bottom, right] = [height, width, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (data[at] < least) continue;
      if (y < top) top = y;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      bottom = y + 1;
    }
  }
  return { top, left, bottom, right };
}

/** Return the ink from which a pixel belongs to a digit. */
export function threshold(darkest) {
  return Math.fround(EDGE * darkest);
}

/** Return the largest of some numbers that are at least 0. */
export function largest(numbers) {
  let most = 0;
  for (let at = 0; at < numbers.length; at++) if (numbers[at] > most) most = numbers[at];
  return most;
}

/** Return the ink in a box. */
export function crop(ink, { top, left, bottom, right }) {
  const width = right - left;
  const data = new Float32Array(width * (bottom - top));
  for (let y = top; y < bottom; y++) {
    const start = y * ink.width;
    data.set(ink.data.subarray(start + left, start + right), (y - top) * width);
  }
  return { data, width, height: bottom - top };
}

/** Frame the ink in its bounding box as MNIST's: Float32Array (784,), ink 1.
 *
 * It is resampled as Pillow does with its box filter: first across, then down.
 */
export function frame({ data, width, height }) {
  const scale = Math.max(width, height) / BOX;
  const { rows, columns } = profiles(data, width, height);
  const across = taps(placeOf(columns, scale), width, scale);
  const down = taps(placeOf(rows, scale), height, scale);
  const narrow = new Float32Array(height * SIDE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < SIDE; x++) {
      narrow[y * SIDE + x] = mean(data, y * width, 1, across[x]);
    }
  }
  const image = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) image[y * SIDE + x] = mean(narrow, x, SIDE, down[y]);
  }
  const most = largest(image);
  for (let at = 0; at < image.length; at++) image[at] /= most;
  return image;
}

function profiles(data, width, height) {
  const rows = new Float64Array(height);
  const columns = new Float64Array(width);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      rows[y] += data[at];
      columns[x] += data[at];
    }
  }
  return { rows, columns };
}

/** Return where along an axis the ink starts in the image, in the drawing's pixels. */
function placeOf(profile, scale) {
  let [sum, moment] = [0, 0];
  profile.forEach((ink, at) => {
    sum += ink;
    moment += ink * (at + 0.5);
  });
  const centre = Math.floor((moment / sum) * 1000 + 0.5) / 1000;
  const most = SIDE - profile.length / scale;
  return Math.min(Math.max(CENTRE - centre / scale, 0), most) * scale;
}

/** Return, for each pixel of the image, which pixels of the ink it is the mean of.
 *
 * The ink lies in a padded frame, whose paper counts as well: so `count` may be larger
 * than the number of pixels from `first` to `last`.
 */
function taps(start, length, scale) {
  const window = SIDE * scale;
  const before = Math.ceil(start);
  const padded = before + length + Math.max(Math.ceil(window) - length, 0) + 1;
  // Pillow keeps the ends of the window as 32-bit floats.
  const offset = Math.fround(before - start);
  const step = Math.fround(Math.fround(before - start + window) - offset) / SIDE;
  const support = 0.5 * Math.max(step, 1);
  return Array.from({ length: SIDE }, (_, place) => {
    const centre = offset + (place + 0.5) * step;
    const from = Math.max(Math.trunc(centre - support + 0.5), 0);
    const to = Math.min(Math.trunc(centre + support + 0.5), padded);
    let [first, last, count] = [to, from, 0];
    for (let pixel = from; pixel < to; pixel++) {
      const away = (pixel - centre + 0.5) / Math.max(step, 1);
      if (away <= -0.5 || away > 0.5) continue;
      count++;
      first = Math.min(first, pixel);
      last = Math.max(last, pixel + 1);
    }
    const inside = (pixel) => Math.min(Math.max(pixel - before, 0), length);
    return { first: inside(first), last: inside(last), count };
  });
}

function mean(data, start, stride, { first, last, count }) {
  let sum = 0;
  for (let at = start + first * stride, n = first; n < last; n++, at += stride) {
    sum += data[at];
  }
  return sum / count;
}
