// Read the digits of a drawing as one number: what inference/reader.py, predictor.py and
// rejection.py do.
//
//     const reader = new Reader(unpack(buffer));
//     const reading = reader.read(pixels, width, height, [0, 0, 0]);
//     reading.number, reading.parts[0].probabilities

import { extractInk } from "./framing.mjs";
import { forward } from "./network.mjs";
import { digits } from "./segmentation.mjs";

const ONE_OF_TWO = 0.9;

/** Find the digits of a drawing, line by line: a `box`, an `image` and a `line` each. */
export function find(pixels, width, height, paper) {
  return digits(extractInk(pixels, width, height, paper));
}

/** A network that reads drawings, and remembers those that it has just read. */
export class Reader {
  constructor(network) {
    this.network = network;
    this.parts = [];
  }

  /** Read a drawing: RGBA pixels, its size, and the colour of its paper, [r, g, b].
   *
   * Returns `{number, confidence, parts}`, the parts line by line, each with its `box`,
   * `image`, `line`, `probabilities`, `digit`, `confidence` and `isDigit`: null where
   * the network cannot tell.
   */
  read(pixels, width, height, paper) {
    return this.answerAll(find(pixels, width, height, paper));
  }

  /** Answer for the digits that `find` found: so two networks look at the same. */
  answerAll(found) {
    // While one digit is drawn, those beside it stay as they are.
    this.parts = found.map(({ box, image, line }) => ({
      ...this.answer(image),
      box,
      line,
    }));
    const number = spell(this.parts, ({ digit }) => digit);
    const confidence = this.parts.reduce((all, part) => all * part.confidence, 1);
    return { number, confidence, parts: this.parts };
  }

  /** Return the answer for one framed image, Float32Array (784,). */
  answer(image) {
    const known = this.parts.find((part) => isSame(part.image, image));
    if (known) return known;
    const { temperature, threshold } = this.network;
    const probabilities = calibrate(forward(this.network, image), temperature);
    const confidence = Math.max(...probabilities);
    const digit = probabilities.indexOf(confidence);
    const isDigit = threshold === null ? null : looksLikeDigit(probabilities, threshold);
    return { image, probabilities, digit, confidence, isDigit };
  }
}

/** Return what each part is called, with a space between two lines. */
export function spell(parts, nameOf) {
  return parts
    .map((part, at) => (at && part.line !== parts[at - 1].line ? " " : "") + nameOf(part))
    .join("");
}

function isSame(image, other) {
  return image.every((value, at) => value === other[at]);
}

/** Return the probabilities that logits divided by `temperature` give. */
function calibrate(probabilities, temperature) {
  const powers = probabilities.map((p) => Math.max(p, 1e-30) ** (1 / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Tell whether an answer is sure, or cannot decide between two digits. */
function looksLikeDigit(probabilities, threshold) {
  const [second, first] = [...probabilities].sort((a, b) => a - b).slice(-2);
  return first >= threshold || first + second >= ONE_OF_TWO;
}
