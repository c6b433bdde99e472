// What each step through a network makes of an image, for a picture of the network.
//
//     const activations = new Activations(unpack(buffer));
//     const steps = activations.of(image);       // convolutions, dense layers
//     strongest(steps[0], 4, []);                // its most active channels
//
// A step is a convolution or a dense layer with what belongs to it: `values` is what it
// passes on, row by row, its `channels` beside each other, `side` by `side` pixels.

import { SIDE } from "./framing.mjs";
import { GROUP, forward } from "./network.mjs";

/** A network's activations, and what there is to know of its layers beforehand. */
export class Activations {
  constructor(network) {
    this.network = network;
    const steps = group(network.layers);
    this.run(new Float32Array(SIDE * SIDE));
    let field = { size: 1, step: 1, start: 0 };
    this.steps = steps.map((layers, index) => {
      field = layers.reduce(widen, field);
      const end = layers.at(-1);
      return {
        isMaps: layers[0].kind === "conv",
        side: end.side,
        channels: end.channels,
        values: end.output.subarray(0, end.side * end.side * end.channels),
        onPaper: end.output.slice(0, end.side * end.side * end.channels),
        links: index && layers[0].kind === "conv" ? linksOf(layers[0]) : null,
        field,
      };
    });
  }

  /** Return the steps, with their values for an image, Float32Array (784,). */
  of(image) {
    this.run(image);
    return this.steps;
  }

  run(image) {
    if (this.network.image !== image) forward(this.network, image);
  }
}

/** Return the layers in steps: a convolution or a dense layer begins one. */
function group(layers) {
  const steps = [];
  for (const layer of layers) {
    if (layer.kind === "conv" || layer.kind === "dense") steps.push([]);
    steps.at(-1).push(layer);
  }
  return steps;
}

/** Return how many pixels of the image a number sees, one layer further on.
 *
 * `size` pixels each way; those of two neighbours begin `step` pixels apart, and those
 * of the first at pixel `start`.
 */
function widen({ size, step, start }, { kind, kernel, padding }) {
  if (kind === "conv") {
    return { size: size + (kernel - 1) * step, step, start: start - padding * step };
  }
  return kind === "pool" ? { size: size + step, step: 2 * step, start } : { size, step, start };
}

/** Return how strongly each map can speak for each of the next convolution's.
 *
 * Float32Array (maps of the convolution, maps before it): the positive weights between
 * them, on average.
 */
function linksOf({ kernel, inputs, weights, channels }) {
  const links = new Float32Array(channels * inputs);
  const places = kernel * kernel;
  for (let to = 0; to < channels; to++) {
    const group = Math.floor(to / GROUP) * places * inputs;
    for (let input = 0; input < places * inputs; input++) {
      const weight = weights[(group + input) * GROUP + (to % GROUP)];
      links[to * inputs + (input % inputs)] += Math.max(weight, 0) / places;
    }
  }
  return links;
}

/** Return by how much each channel is above what it is for empty paper, on average. */
export function strengths({ values, onPaper, channels }) {
  const sums = new Float32Array(channels);
  for (let at = 0; at < values.length;) {
    for (let channel = 0; channel < channels; channel++, at++) {
      if (values[at] > onPaper[at]) sums[channel] += values[at] - onPaper[at];
    }
  }
  return sums.map((sum) => (sum * channels) / values.length);
}

/** Return the strongest channels; those shown before stay while they come close.
 *
 * Each stays in its place, so that a picture of them does not flicker.
 */
export function strongest(strength, count, shown) {
  const order = [...strength.keys()].sort((a, b) => strength[b] - strength[a]);
  const near = new Set(order.slice(0, 2 * count));
  const kept = shown.map((channel) => (near.has(channel) ? channel : null));
  const free = order.filter((channel) => !kept.includes(channel));
  while (kept.length < Math.min(count, order.length)) kept.push(null);
  return kept.map((channel) => channel ?? free.shift());
}
