// What the picture of a network is made of: small pictures, words, and colours.

import { SIDE } from "./framing.mjs";

// As in colormap.py: from weak to strong, and from paper to ink.
export const GLOW = colourRamp("0d1230", "2b3fae", "8a58b8", "e0705e", "ffab52", "fff3dc");
export const INK = colourRamp("0d1230", "ffffff");

export const NOTHING_YET = "Nothing is drawn yet, so it has found nothing.";

export function outputTiles(probabilities, left, column, room) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  const space = room / 10;
  return Array.from(probabilities, (probability, digit) => ({
    kind: "output", digit, probability, x: left + column * 0.3, y: digit * space + 1,
    width: column * 0.7, height: space - 2, name: digit ? "" : "Answer",
    isBest: digit === best && probability > 0, bright: probability,
    // As formatting.probability has it: a network is never wholly certain.
    says: `${digit === 8 ? "An" : "A"} ${digit}: ${
      Math.min(100 * probability, 99.9).toFixed(1)} %`,
  }));
}

/** Say what a map shows, and where on the drawing it looks. */
export function aboutMap(step, index, channel, values) {
  const name = `Map ${channel + 1} of layer ${index + 1}`;
  const most = Math.max(...values);
  const { size } = step.field;
  const whole = size >= SIDE ? "all of the image" : `${size} \u00d7 ${size} pixels`;
  const each = `Each of its points looks at ${whole}.`;
  if (most <= 0) return `${name} does not find its pattern in this drawing. ${each}`;
  const at = values.indexOf(most);
  const [row, column] = [Math.floor(at / step.side), at % step.side];
  const third = (place) => Math.min(Math.floor((3 * (place + 0.5)) / step.side), 2);
  const where = [
    ["upper left", "top", "upper right"], ["left", "middle", "right"],
    ["lower left", "bottom", "lower right"],
  ][third(row)][third(column)];
  return `${name} finds its pattern most clearly at the ${where} of the image. ${each}`;
}

/** Return which pixels of the image the brightest point of a map looks at. */
export function fieldOf({ step, values }) {
  const at = values.indexOf(Math.max(...values));
  const { size, step: apart, start } = step.field;
  return {
    left: start + (at % step.side) * apart,
    top: start + Math.floor(at / step.side) * apart,
    size,
  };
}

/** Return how much one tile gives to another. */
export function weigh(from, to) {
  if (to.kind === "output") return Math.max(to.probability, 0.02) * (from.bright ?? 1);
  if (to.kind === "numbers") return from.bright ?? 1;
  if (from.kind === "image") return to.bright;
  const link = to.step.links[to.channel * from.step.channels + from.channel];
  return from.bright * link * to.bright;
}

export function drawLine(context, { from, to }, share) {
  const [x0, y0] = [from.x + from.width, from.y + from.height / 2];
  const [x1, y1] = [to.x - (to.kind === "output" ? 14 : 0), to.y + to.height / 2];
  context.globalAlpha = 0.08 + 0.6 * share;
  context.lineWidth = 0.75 + 1.75 * share;
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
  context.stroke();
}

export function channelOf({ values, side, channels }, channel) {
  return Float32Array.from({ length: side * side }, (_, at) => values[at * channels + channel]);
}

export const topOf = (values, least) => Math.max(...values, least, 1e-6);

export function createPicture(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  return { canvas, context, pixels: context.createImageData(width, height) };
}

/** Colour the pixels of a small canvas, from 0 to `top`. */
export function fill({ context, pixels }, values, top, ramp) {
  const colours = new Uint32Array(pixels.data.buffer);
  const scale = 255 / (top || 1);
  for (let at = 0; at < colours.length; at++) {
    colours[at] = ramp[Math.max(Math.min(Math.round(values[at] * scale), 255), 0)];
  }
  context.putImageData(pixels, 0, 0);
}

/** Return 256 colours from the first of these to the last, each as a pixel holds it. */
function colourRamp(...colours) {
  const stops = colours.map((stop) =>
    [0, 2, 4].map((at) => parseInt(stop.slice(at, at + 2), 16)));
  return Uint32Array.from({ length: 256 }, (_, index) => {
    const at = (index / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const [red, green, blue] = stops[low].map((from, k) =>
      Math.round(from + (stops[low + 1][k] - from) * (at - low)));
    return (255 << 24) | (blue << 16) | (green << 8) | red;
  });
}

/** Return in how many full rows to lay numbers out: half as wide as high, about. */
export function rowsOf(count) {
  const divisors = Array.from({ length: count }, (_, n) => n + 1).filter((n) => count % n === 0);
  const wanted = Math.sqrt(2 * count);
  return divisors.reduce((best, n) => (Math.abs(n - wanted) < Math.abs(best - wanted) ? n : best));
}
