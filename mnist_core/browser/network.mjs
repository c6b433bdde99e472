// A stored network, packed by pack.py: unpack it and run it on an image.
//
//     const network = unpack(buffer);
//     const probabilities = forward(network, image);   // Float32Array (10,)
//     network.layers[0].output                          // what each layer made of it
//
// Activations lie row by row, the channels of a pixel beside each other, as in Keras.

/** Read a packed network. */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  const header = JSON.parse(text);
  const take = {
    floats: taker(new Float32Array(buffer, 4 + length, header.floats)),
    shorts: taker(new Int16Array(buffer, 4 + length + 4 * header.floats)),
  };
  let shape = { side: header.side, channels: 1 };
  const layers = header.layers.map((described) => {
    const layer = KINDS[described.kind].prepare(described, shape, take);
    shape = { side: layer.side, channels: layer.channels };
    return layer;
  });
  return { ...header, layers };
}

/** Return a function that returns the next so many numbers. */
function taker(numbers) {
  let at = 0;
  return (count) => numbers.subarray(at, (at += count));
}

/** Return the ten probabilities of an image, Float32Array (784,), before calibration. */
export function forward(network, image) {
  network.image = image; // what the layers' outputs are about
  let input = image;
  for (const layer of network.layers) {
    KINDS[layer.kind].run(layer, input);
    input = layer.output;
  }
  return softmax(input.subarray(0, network.layers.at(-1).channels));
}

export const GROUP = 8; // channels, as in pack.py

const KINDS = {
  conv: { prepare: prepareConv, run: runConv },
  pool: { prepare: preparePool, run: runPool },
  scale: { prepare: prepareScale, run: runScale },
  dense: { prepare: prepareDense, run: runDense },
};

function prepareConv(described, input, take) {
  const { kernel, channels, same } = described;
  const inputs = input.channels;
  const padding = same ? (kernel - 1) / 2 : 0;
  const width = input.side + 2 * padding;
  const side = width - kernel + 1;
  const [scales, bias] = [take.floats(channels), take.floats(channels)];
  const group = kernel * kernel * inputs * GROUP;
  const weights = Float32Array.from(
    take.shorts((group * channels) / GROUP),
    (short, at) => short * scales[GROUP * Math.floor(at / group) + (at % GROUP)],
  );
  return {
    ...described, side, width, padding, inputs, weights, bias,
    padded: new Float32Array(width * width * inputs),
    places: new Int32Array(width * width * inputs),
    starts: new Int32Array(width * width + 1),
    output: new Float32Array(side * side * channels),
  };
}

/** Convolve for eight channels at a time; pack.py orders the weights for it.
 *
 * Two of three activations are 0, as a rule, and only the others are looked at: that
 * takes 6 ms for the bundled network where all of them take 15.
 */
function runConv(layer, input) {
  const { side, width, inputs, channels, kernel, weights, bias, relu } = layer;
  const { padded, places, starts, output } = layer;
  copyInto(layer, input);
  listPlaces(layer);
  const floor = relu ? 0 : -Infinity;
  const row = kernel * inputs * GROUP; // weights for a row of the kernel
  for (let channel = 0; channel < channels; channel += GROUP) {
    const group = (channel / GROUP) * kernel * row;
    const [b0, b1, b2, b3, b4, b5, b6, b7] = bias.subarray(channel, channel + GROUP);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let [s0, s1, s2, s3] = [b0, b1, b2, b3];
        let [s4, s5, s6, s7] = [b4, b5, b6, b7];
        for (let down = 0; down < kernel; down++) {
          const pixel = (y + down) * width + x;
          const first = group + down * row - pixel * inputs * GROUP;
          const end = starts[pixel + kernel];
          for (let at = starts[pixel]; at < end; at++) {
            const place = places[at];
            const value = padded[place];
            const weight = first + place * GROUP;
            s0 += value * weights[weight];
            s1 += value * weights[weight + 1];
            s2 += value * weights[weight + 2];
            s3 += value * weights[weight + 3];
            s4 += value * weights[weight + 4];
            s5 += value * weights[weight + 5];
            s6 += value * weights[weight + 6];
            s7 += value * weights[weight + 7];
          }
        }
        const to = (y * side + x) * channels + channel;
        output[to] = Math.max(s0, floor);
        output[to + 1] = Math.max(s1, floor);
        output[to + 2] = Math.max(s2, floor);
        output[to + 3] = Math.max(s3, floor);
        output[to + 4] = Math.max(s4, floor);
        output[to + 5] = Math.max(s5, floor);
        output[to + 6] = Math.max(s6, floor);
        output[to + 7] = Math.max(s7, floor);
      }
    }
  }
}

/** List where the padded image is not 0, and where in the list each pixel starts. */
function listPlaces({ padded, places, starts, inputs }) {
  let count = 0;
  for (let pixel = 0, at = 0; pixel < starts.length - 1; pixel++) {
    starts[pixel] = count;
    for (const end = at + inputs; at < end; at++) {
      if (padded[at] !== 0) places[count++] = at;
    }
  }
  starts[starts.length - 1] = count;
}

/** Copy an image into its padded place. */
function copyInto({ padded, width, padding, inputs }, input) {
  const inside = (width - 2 * padding) * inputs;
  for (let y = padding; y < width - padding; y++) {
    const from = (y - padding) * inside;
    padded.set(input.subarray(from, from + inside), (y * width + padding) * inputs);
  }
}

function preparePool(described, { side, channels }) {
  const half = Math.floor(side / 2);
  const output = new Float32Array(half * half * channels);
  return { ...described, side: half, width: side, channels, output };
}

function runPool({ side, width, channels, output, relu }, input) {
  const floor = relu ? 0 : -Infinity;
  const row = width * channels;
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = 2 * y * row + 2 * x * channels;
      for (let at = from; at < from + channels; at++, to++) {
        const above = Math.max(input[at], input[at + channels]);
        const below = Math.max(input[at + row], input[at + row + channels]);
        output[to] = Math.max(above, below, floor);
      }
    }
  }
}

function prepareScale(described, { side, channels }, take) {
  const output = new Float32Array(side * side * channels);
  const [factors, shifts] = [take.floats(channels), take.floats(channels)];
  return { ...described, side, channels, factors, shifts, output };
}

function runScale({ channels, factors, shifts, relu, output }, input) {
  const floor = relu ? 0 : -Infinity;
  for (let at = 0; at < output.length;) {
    for (let channel = 0; channel < channels; channel++, at++) {
      output[at] = Math.max(input[at] * factors[channel] + shifts[channel], floor);
    }
  }
}

function prepareDense(described, input, take) {
  const { channels } = described;
  const inputs = input.side * input.side * input.channels;
  const [scales, bias] = [take.floats(channels), take.floats(channels)];
  const weights = Float32Array.from(
    take.shorts(inputs * channels), (short, at) => short * scales[Math.floor(at / inputs)],
  );
  const output = new Float32Array(channels);
  return { ...described, side: 1, inputs, weights, bias, output };
}

function runDense({ inputs, channels, weights, bias, relu, output }, input) {
  for (let unit = 0; unit < channels; unit++) {
    let sum = bias[unit];
    const start = unit * inputs;
    for (let at = 0; at < inputs; at++) sum += input[at] * weights[start + at];
    output[unit] = relu ? Math.max(sum, 0) : sum;
  }
}

function softmax(logits) {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
