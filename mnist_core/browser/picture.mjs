// The network at work, as one picture: the image, the strongest maps of each convolution,
// the last layer, ten outputs. It follows the pen, and what is pointed at is told in words.
//
//     const shown = new Picture(place, () => reader);   // has a canvas, and a `.says`
//     shown.show(image);                                // Float32Array (784,), or null
//
// Its colours are the place's: `color`, `--line` and `--mark`.

import { Activations, strengths, strongest } from "./activations.mjs";
import { SIDE } from "./framing.mjs";
import { GLOW, INK, NOTHING_YET, aboutMap, fieldOf, outputTiles } from "./tiles.mjs";
import { channelOf, createPicture, drawLine, fill, rowsOf, topOf, weigh } from "./tiles.mjs";

const MAPS = 4; // of each convolution, the strongest
const NAMES = 18; // pixels at the foot, for what the columns are called
const LINES = 24; // from one step to the next, the strongest

/** A picture of a network, in a place that has a canvas and a line that says things. */
export class Picture {
  /** `readerOf` returns the `Reader` whose network it shows; null where there is none. */
  constructor(place, readerOf) {
    this.place = place;
    this.readerOf = readerOf;
    this.canvas = place.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.tiles = []; // what can be pointed at: {x, y, width, height, ...}
    this.shown = []; // channels, for each step
    this.painted = []; // small canvases
    this.pointed = null;
    this.isMoving = false; // while a pen draws
    this.timer = 0; // until it is drawn
    this.observer = new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect;
      this.draw();
    });
    this.listen();
  }

  listen() {
    const on = (kind, react) => this.canvas.addEventListener(kind, react);
    on("pointerdown", (event) => this.point(event));
    on("pointermove", (event) => this.point(event));
    // A finger that is lifted has left, but what it pointed at is still being read.
    on("pointerleave", ({ pointerType }) => pointerType === "touch" || this.pointAt(null));
    on("blur", () => this.pointAt(null));
    on("keydown", (event) => this.step(event));
  }

  /** Draw it now, and whenever its size changes, until `rest`. */
  follow() {
    this.observer.observe(this.canvas);
  }

  rest() {
    this.observer.disconnect();
  }

  /** Show an image after this frame: an answer is not to wait for the picture.
   *
   * In the next frame's turn it would come before the next answer, which waits for it.
   */
  showSoon(image) {
    this.image = image;
    this.timer ||= setTimeout(() => this.draw());
  }

  /** Show what the network makes of an image, Float32Array (784,), or of nothing. */
  show(image) {
    this.image = image || null;
    this.draw();
  }

  draw() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { width, height } = this.size ?? {};
    const reads = this.readerOf();
    if (!reads || !width) return;
    if (!this.isMoving || !this.style) this.readStyle();
    const ratio = devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== across || this.canvas.height !== down) {
      Object.assign(this.canvas, { width: across, height: down });
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.lay(reads, width, height);
    this.context.imageSmoothingEnabled = false;
    this.drawLines();
    for (const tile of this.tiles) this.drawTile(tile);
    if (this.pointed !== null) this.drawPointed();
    this.describe();
  }

  /** Look up the theme's colours: not while the pen moves, because that takes time. */
  readStyle() {
    const style = getComputedStyle(this.place);
    this.style = {
      ink: style.color, font: style.fontFamily,
      line: style.getPropertyValue("--line"), mark: style.getPropertyValue("--mark"),
    };
  }

  /** Say where each tile is, and what is in it. */
  lay(reads, width, height) {
    reads.activations ??= new Activations(reads.network);
    const steps = reads.activations.of(this.image ?? new Float32Array(SIDE * SIDE));
    const answer = this.image ? reads.answer(this.image) : null;
    const hidden = steps.slice(0, -1);
    const columns = hidden.length + 2 + (hidden.at(-1).isMaps ? 1 : 0);
    const [column, room] = [width / columns, height - NAMES];
    for (const kept of this.painted) kept.isUsed = false;
    this.tiles = [this.imageTile(column, room)];
    hidden.forEach((step, index) => {
      const left = (index + 1) * column;
      if (step.isMaps) this.tiles.push(...this.mapTiles(step, index, left, column, room));
      else this.tiles.push(this.numbersTile(step, left, column, room));
    });
    if (hidden.at(-1).isMaps) {
      const left = (columns - 2) * column;
      this.tiles.push(this.numbersTile(hidden.at(-1), left, column, room));
    }
    const outputs = answer?.probabilities ?? new Float32Array(10);
    this.tiles.push(...outputTiles(outputs, (columns - 1) * column, column, room));
  }

  imageTile(column, room) {
    const side = Math.min(column * 0.86, room);
    return {
      kind: "image", x: 0, y: (room - side) / 2, width: side, height: side,
      name: "28 \u00d7 28",
      picture: this.paint(SIDE, SIDE, this.image ?? new Float32Array(SIDE * SIDE), 1, INK),
      says: "Your digit, cropped, centred and shrunk to 28 \u00d7 28 pixels. "
        + "This is all the network sees.",
    };
  }

  mapTiles(step, index, left, column, room) {
    const strength = strengths(step);
    const before = this.shown[index] ?? [];
    const channels = this.image ? strongest(strength, MAPS, before) : before;
    const shown = channels.length ? channels : [...Array(MAPS).keys()];
    this.shown[index] = shown;
    const most = Math.max(...strength);
    const space = room / MAPS;
    const side = Math.min(column * 0.7, space * 0.86);
    return shown.map((channel, row) => {
      const values = this.image ? channelOf(step, channel) : new Float32Array(step.side ** 2);
      return {
        kind: "map", step, channel, values,
        x: left + (column - side) / 2, y: row * space + (space - side) / 2,
        width: side, height: side, name: row ? "" : `Layer ${index + 1}`,
        picture: this.paint(step.side, step.side, values, topOf(values, most), GLOW),
        bright: this.image && most ? strength[channel] / most : 0,
        says: this.image ? aboutMap(step, index, channel, values) : NOTHING_YET,
      };
    });
  }

  numbersTile(step, left, column, room) {
    const count = step.values.length;
    const rows = rowsOf(count);
    const values = this.image ? step.values : new Float32Array(count);
    const [across, down] = [count / rows, rows];
    const scale = Math.min((column * 0.6) / across, (room * 0.96) / down);
    return {
      kind: "numbers", step, name: "Last layer",
      x: left + (column - scale * across) / 2, y: (room - scale * down) / 2,
      width: scale * across, height: scale * down,
      picture: this.paint(across, down, values, Math.max(...values), GLOW), bright: 1,
      says: `The last layer: ${count} numbers. The answer is decided by these.`,
    };
  }

  /** Return values as a small canvas; each is used again in the next picture. */
  paint(width, height, values, top, ramp) {
    const next = this.painted.findIndex(({ canvas, isUsed }) =>
      !isUsed && canvas.width === width && canvas.height === height);
    const kept = this.painted[next] ?? createPicture(width, height);
    if (next < 0) this.painted.push(kept);
    kept.isUsed = true;
    fill(kept, values, top, ramp);
    return kept.canvas;
  }

  drawLines() {
    const context = this.context;
    context.strokeStyle = this.style.line;
    const columns = [];
    for (const tile of this.tiles) {
      if (columns.at(-1)?.[0].x === tile.x) columns.at(-1).push(tile);
      else columns.push([tile]);
    }
    for (let at = 1; at < columns.length; at++) {
      const lines = columns[at - 1].flatMap((from) =>
        columns[at].map((to) => ({ from, to, weight: weigh(from, to) })));
      // Nothing flows through a network at rest.
      const weights = lines.map(({ weight }) => weight);
      const most = this.image ? Math.max(...weights, 1e-9) : Infinity;
      lines.sort((a, b) => b.weight - a.weight);
      for (const line of lines.slice(0, LINES)) drawLine(context, line, line.weight / most);
    }
    context.globalAlpha = 1;
  }

  drawTile(tile) {
    const { x, y, width, height } = tile;
    const context = this.context;
    if (tile.kind === "output") this.drawOutput(tile);
    else {
      context.drawImage(tile.picture, x, y, width, height);
      context.globalAlpha = 0.3;
      context.lineWidth = 1;
      context.strokeStyle = this.style.ink; // on dark paper it ends where it ends
      context.strokeRect(x, y, width, height);
      context.globalAlpha = 1;
    }
    if (!tile.name) return;
    context.fillStyle = this.style.ink;
    context.font = `12px ${this.style.font}`;
    const isLast = tile.kind === "output"; // its name is not to be cut off
    context.textAlign = isLast ? "right" : "center";
    const [middle, below] = [isLast ? x + width : x + width / 2, this.size.height - 4];
    const most = tile.kind === "image" ? width : Math.max(width * 1.3, 40); // pixels
    context.fillText(tile.name, middle, below, most);
  }

  drawOutput({ x, y, width, height, digit, probability, isBest }) {
    const context = this.context;
    context.globalAlpha = 0.12;
    context.fillStyle = this.style.ink;
    context.beginPath();
    context.roundRect(x, y, width, height, 3);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = this.style.line;
    context.beginPath();
    context.roundRect(x, y, width * probability, height, 3);
    context.fill();
    context.fillStyle = this.style.ink;
    context.font = `${isBest ? 700 : 400} ${Math.min(height, 14)}px ${this.style.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(digit, x - 4, y + height / 2 + 1);
    context.textBaseline = "alphabetic";
  }

  drawPointed() {
    const tile = this.tiles[this.pointed];
    if (!tile) return;
    const context = this.context;
    context.lineWidth = 2;
    context.strokeStyle = this.style.mark;
    context.strokeRect(tile.x - 1, tile.y - 1, tile.width + 2, tile.height + 2);
    if (tile.kind !== "map" || !tile.bright) return;
    const image = this.tiles[0];
    const { left, top, size } = fieldOf(tile);
    const scale = image.width / SIDE;
    context.strokeRect(
      image.x + left * scale, image.y + top * scale, size * scale, size * scale,
    );
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const at = this.tiles.findIndex((tile) =>
      x >= tile.x && x <= tile.x + tile.width && y >= tile.y && y <= tile.y + tile.height);
    this.pointAt(at < 0 ? null : at);
  }

  /** Go from tile to tile with the arrow keys. */
  step(event) {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const next = (this.pointed ?? (move > 0 ? -1 : 0)) + move;
    this.pointAt((next + this.tiles.length) % this.tiles.length);
  }

  pointAt(index) {
    if (index === this.pointed) return;
    this.pointed = index;
    this.draw();
  }

  describe() {
    const line = this.place.querySelector(".says");
    const says = this.tiles[this.pointed]?.says ?? this.place.dataset.rest;
    if (line.textContent !== says) line.textContent = says;
    const best = this.tiles.find((tile) => tile.isBest);
    const order = "from the image on the left to ten outputs on the right";
    this.canvas.setAttribute("aria-label", best
      ? `The network at work, ${order}. ${best.says}.`
      : "The network at rest: nothing is drawn.");
  }
}
