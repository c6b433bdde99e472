// Put a reading into rings, bars and words. Of what the server reads,
// pages/components/draw/answer.py and shared/probability_bars.py say the same.
//
//     const { picked, rings, line, bars } = describe(reader.read(...).parts);

import { spell } from "./reader.mjs";

const LIKELY = 0.75;
const STANDS_OUT = 0.2;
const SMALLEST_LABELLED = 0.005;
const NOT_YET = "No digit yet";

/** Return what rings and bars show of the parts of a reading, and say it in a line.
 *
 * `picked` is the part that the network is least sure of. A stroke that has only begun
 * is no digit yet: while it `isBeingDrawn`, nobody is told that it does not look like one.
 */
export function describe(parts, { isBeingDrawn = false } = {}) {
  const picked = parts.reduce(
    (least, { confidence }, at) => (confidence < parts[least].confidence ? at : least), 0,
  );
  const rings = parts.map((part, at) => ({
    digit: nameOf(part),
    confidence: isFarFromAll(part) ? 0 : part.confidence,
    kind: kindOf(part),
    line: part.line,
    picked: parts.length > 1 && at === picked,
  }));
  const line = isBeingDrawn && isNone(parts) ? NOT_YET : sentence(parts);
  return { picked, rings, line, bars: barsOf(parts[picked].probabilities) };
}

const isNone = (parts) => parts.every((part) => part.isDigit === false);

function isFarFromAll({ isDigit, confidence }) {
  return isDigit === false && confidence < STANDS_OUT;
}

export const nameOf = (part) => (isFarFromAll(part) ? "?" : String(part.digit));

function kindOf({ isDigit, confidence }) {
  if (isDigit === false) return "none";
  return confidence >= LIKELY ? "sure" : "unsure";
}

function sentence(parts) {
  if (parts.length === 1) return aboutOne(parts[0]);
  if (isNone(parts)) return "That does not look like a number";
  const name = spell(parts, nameOf);
  if (parts.some(isFarFromAll)) return `Perhaps ${name}`;
  const sure = parts.reduce((all, part) => all * part.confidence, 1);
  const which = parts.length === 2 ? "both" : `all ${parts.length}`;
  return `${name}, ${inPercent(sure)} sure of ${which} digits`;
}

function aboutOne({ isDigit, digit, confidence }) {
  if (isDigit === false) return "That does not look like a digit";
  const name = `${digit === 8 ? "an" : "a"} ${digit}`;
  const start = confidence >= LIKELY ? `A${name.slice(1)}` : `Perhaps ${name}`;
  return `${start}, ${inPercent(confidence)} sure`;
}

/** Write what a network says as formatting.probability does. */
function inPercent(share) {
  const digits = share >= 0.01 && share <= 0.5 ? 0 : 1;
  const smallest = 10 ** -digits;
  const percent = Math.max(Math.min(share, 0.999) * 100, smallest);
  return `${Math.min(percent, 100 - smallest).toFixed(digits)} %`;
}

export function barsOf(probabilities) {
  const most = Math.max(...probabilities);
  return {
    probabilities: [...probabilities],
    percents: Array.from(probabilities, (probability) =>
      probability < SMALLEST_LABELLED ? "" : inPercent(probability),
    ),
    best: most >= STANDS_OUT ? probabilities.indexOf(most) : null,
  };
}
