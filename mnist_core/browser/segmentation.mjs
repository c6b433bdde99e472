// Find the digits of a number in one drawing: what preprocessing/segmentation.py does.
// That file says why, and has the same names in the same order.
//
//     for (const { box, image, line } of digits(ink)) ...   // line by line

import { boundingBox, crop, frame, largest, threshold } from "./framing.mjs";

const SPECK = 0.02;
const MOST = 100;
const SHORT = 0.3;
const NEAR = 0.25;
const SHORT_BAR = 0.4;
const BAR = 1.3;
const ABOVE = 0.6;
const STEPPED = 0.6;
const BESIDE = 0.4;
const FAR = 3;
const APART = 0.15;
const HALVES = 0.35;
const TOUCHING = 0.05;

/** Find each digit in the ink of a drawing: its box there, its image (784,), its line. */
export function digits(drawing) {
  const whole = boundingBox(drawing);
  if (!whole) return [];
  const ink = crop(drawing, whole);
  const { labels, pieces } = label(ink);
  if (pieces.length === 1) return [{ box: whole, image: frame(ink), line: 0 }];
  const lines = linesOf(joinShort(withoutSpecks(pieces)));
  return lines.flatMap((parts, line) =>
    inOrder(joinCrossing(parts, labels, ink.width)).map((part) => ({
      box: moved(part.box, whole),
      image: frame(alone(part, ink, labels)),
      line,
    })),
  );
}

function inOrder(parts) {
  return [...parts].sort((one, other) => one.box.left - other.box.left);
}

function linesOf(parts) {
  let lines = [];
  for (const part of inOrder(parts)) {
    const near = lines.filter((line) => line.some((other) => areBeside(part, other)));
    const rest = lines.filter((line) => !near.includes(line));
    lines = [...rest, [part, ...near.flat()]];
  }
  lines.sort((one, other) => around(one).box.top - around(other).box.top);
  const joined = [];
  for (const line of lines) {
    if (joined.length && !areApart(joined.at(-1), line)) joined.at(-1).push(...line);
    else joined.push(line);
  }
  return joined;
}

function areBeside(one, other) {
  const shared = heightOf(one) + heightOf(other) - heightOf(union(one, other));
  const [shorter, taller] = [heightOf(one), heightOf(other)].sort((a, b) => a - b);
  return shared >= BESIDE * shorter && gaps(one, other)[1] <= FAR * taller;
}

function areApart(above, below) {
  const whole = [around(above), around(below)];
  const pairs = above.flatMap((over) => below.map((under) => [over, under]));
  const stacked = pairs.filter(([over, under]) => gaps(over, under)[1] === 0);
  const compared = stacked.length ? stacked : [whole];
  const apart = compared.map(([over, under]) => under.box.top - over.box.bottom);
  const surelyLines = stacked.length && Math.max(above.length, below.length) > 1;
  const least = surelyLines ? APART : HALVES;
  return Math.min(...apart) >= least * Math.min(...whole.map(heightOf));
}

const around = (line) => line.reduce(union);

/** Number the pieces of ink that hang together, by the row in which each begins. */
function label({ data, width, height }) {
  const least = threshold(largest(data));
  const labels = new Uint16Array(width * height);
  const pieces = [];
  const stack = [];
  for (let start = 0; start < data.length; start++) {
    if (labels[start] || data[start] < least) continue;
    const number = pieces.length + 1;
    const box = { top: height, left: width, bottom: 0, right: 0 };
    let size = 0;
    labels[start] = number;
    stack.push(start);
    while (stack.length) {
      const at = stack.pop();
      const x = at % width;
      const y = (at - x) / width;
      size++;
      if (y < box.top) box.top = y;
      if (y >= box.bottom) box.bottom = y + 1;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      for (let row = Math.max(y - 1, 0); row <= y + 1 && row < height; row++) {
        for (let col = Math.max(x - 1, 0); col <= x + 1 && col < width; col++) {
          const near = row * width + col;
          if (labels[near] || data[near] < least) continue;
          labels[near] = number;
          stack.push(near);
        }
      }
    }
    pieces.push({ labels: [number], box, size });
  }
  return { labels, pieces };
}

function withoutSpecks(pieces) {
  const sorted = [...pieces].sort((one, other) => other.size - one.size);
  return sorted.slice(0, MOST).filter((piece) => piece.size >= SPECK * sorted[0].size);
}

function joinShort(parts) {
  const tallest = Math.max(...parts.map(heightOf));
  for (;;) {
    const short = parts.find((part) => isShort(part, tallest));
    if (!short) return parts;
    const others = parts.filter((part) => part !== short);
    const distances = others.map((other) => Math.hypot(...gaps(short, other)));
    const nearest = others[distances.indexOf(Math.min(...distances))];
    const isNear = Math.min(...distances) <= NEAR * tallest;
    parts = isNear
      ? [...others.filter((part) => part !== nearest), union(short, nearest)]
      : others;
  }
}

function isShort(part, tallest) {
  const limit = widthOf(part) > BAR * heightOf(part) ? SHORT_BAR : SHORT;
  return heightOf(part) < limit * tallest;
}

function joinCrossing(parts, labels, width) {
  for (let i = 0; i < parts.length; i++) {
    for (let j = i + 1; j < parts.length; j++) {
      const [one, other] = [parts[i], parts[j]];
      if (!isAbove(one, other) && !isStepped(one, other, labels, width)) continue;
      const rest = parts.filter((part) => part !== one && part !== other);
      return joinCrossing([...rest, union(one, other)], labels, width);
    }
  }
  return parts;
}

function isAbove(one, other) {
  const shared = widthOf(one) + widthOf(other) - widthOf(union(one, other));
  return shared >= ABOVE * Math.min(widthOf(one), widthOf(other));
}

function isStepped(one, other, labels, width) {
  const height = heightOf(union(one, other));
  const shared = heightOf(one) + heightOf(other) - height;
  const limit = TOUCHING * height;
  if (shared >= STEPPED * height || Math.max(...gaps(one, other)) > limit) return false;
  const mine = pixelsOf(one, other.box, limit, labels, width);
  const theirs = pixelsOf(other, one.box, limit, labels, width);
  return mine.some(([y, x]) =>
    theirs.some(([row, col]) => Math.hypot(row - y, col - x) <= limit),
  );
}

/** Return the pixels of a part, [y, x], that are not farther from a box than `limit`. */
function pixelsOf(part, near, limit, labels, width) {
  const pixels = [];
  const top = Math.max(part.box.top, Math.floor(near.top - limit));
  const bottom = Math.min(part.box.bottom, Math.ceil(near.bottom + limit));
  const left = Math.max(part.box.left, Math.floor(near.left - limit));
  const right = Math.min(part.box.right, Math.ceil(near.right + limit));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (part.labels.includes(labels[y * width + x])) pixels.push([y, x]);
    }
  }
  return pixels;
}

/** Return the rows and columns between two boxes, 0 where they overlap. */
function gaps({ box: one }, { box: other }) {
  return [
    Math.max(one.top - other.bottom, other.top - one.bottom, 0),
    Math.max(one.left - other.right, other.left - one.right, 0),
  ];
}

/** Return the ink in a part's box, without that of others and of specks. */
function alone(part, ink, labels) {
  const own = crop(ink, part.box);
  for (let y = 0, at = 0; y < own.height; y++) {
    const start = (part.box.top + y) * ink.width + part.box.left;
    for (let x = 0; x < own.width; x++, at++) {
      const piece = labels[start + x];
      if (piece && !part.labels.includes(piece)) own.data[at] = 0;
    }
  }
  return own;
}

function union(one, other) {
  const box = {
    top: Math.min(one.box.top, other.box.top),
    left: Math.min(one.box.left, other.box.left),
    bottom: Math.max(one.box.bottom, other.box.bottom),
    right: Math.max(one.box.right, other.box.right),
  };
  return { labels: [...one.labels, ...other.labels], box };
}

function moved(box, { top, left }) {
  return {
    top: box.top + top,
    left: box.left + left,
    bottom: box.bottom + top,
    right: box.right + left,
  };
}

const heightOf = ({ box }) => box.bottom - box.top;
const widthOf = ({ box }) => box.right - box.left;
