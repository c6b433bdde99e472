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
  let input = image;
  for (const layer of network.layers) {
    KINDS[layer.kind].run(layer, input);
    input = layer.output;
  }
  return softmax(input.subarray(0, network.layers.at(-1).channels));
}

const KINDS = {
  conv: { prepare: prepareConv, run: runConv },
  pool: { prepare: preparePool, run: runPool },
  scale: { prepare: prepareScale, run: runScale },
  dense: { prepare: prepareDense, run: runDense },
};

function prepareConv(described, input, take) {
  const { kernel, channels, same } = described;
  const padding = same ? (kernel - 1) / 2 : 0;
  const width = input.side + 2 * padding;
  const side = width - kernel + 1;
  const scales = take.floats(channels);
  const group = kernel * kernel * input.channels * 4;
  const weights = Float32Array.from(
    take.shorts((group * channels) / 4),
    (short, at) => short * scales[4 * Math.floor(at / group) + (at % 4)],
  );
  return {
    ...described, side, width, padding, inputs: input.channels,
    weights, bias: take.floats(channels),
    // Pixels are read in pairs: the last pair of all reads one pixel too many.
    padded: new Float32Array((width * width + 1) * input.channels),
    output: new Float32Array(side * side * channels),
  };
}

/** Convolve two pixels by four channels at a time; pack.py orders the weights for it. */
function runConv(layer, input) {
  const { side, width, inputs, channels, kernel, weights, bias, relu } = layer;
  const { padded, output } = layer;
  copyInto(layer, input);
  const span = kernel * inputs;
  const floor = relu ? 0 : -Infinity;
  for (let channel = 0; channel < channels; channel += 4) {
    const group = channel * kernel * span;
    const [b0, b1, b2, b3] = bias.subarray(channel, channel + 4);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x += 2) {
        let [p0, p1, p2, p3] = [b0, b1, b2, b3];
        let [q0, q1, q2, q3] = [b0, b1, b2, b3];
        for (let row = 0; row < kernel; row++) {
          let from = ((y + row) * width + x) * inputs;
          let weight = group + row * span * 4;
          for (const end = from + span; from < end; from++, weight += 4) {
            const p = padded[from];
            const q = padded[from + inputs];
            const w0 = weights[weight];
            const w1 = weights[weight + 1];
            const w2 = weights[weight + 2];
            const w3 = weights[weight + 3];
            p0 += p * w0; p1 += p * w1; p2 += p * w2; p3 += p * w3;
            q0 += q * w0; q1 += q * w1; q2 += q * w2; q3 += q * w3;
          }
        }
        const to = (y * side + x) * channels + channel;
        output[to] = Math.max(p0, floor);
        output[to + 1] = Math.max(p1, floor);
        output[to + 2] = Math.max(p2, floor);
        output[to + 3] = Math.max(p3, floor);
        if (x + 1 === side) continue;
        output[to + channels] = Math.max(q0, floor);
        output[to + channels + 1] = Math.max(q1, floor);
        output[to + channels + 2] = Math.max(q2, floor);
        output[to + channels + 3] = Math.max(q3, floor);
      }
    }
  }
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
