const SIDE = 28;
const MAPS = 4; // of each convolution, the strongest
const LINES = 24; // from one step to the next, the strongest
const RAMP = colourRamp();
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
    const place = parentElement.querySelector(".living-network");
    place.view ??= new View(place);
    place.view.update(data);
    return () => place.view.rest();
}

/** One picture of a network: the image, its strongest maps, the last layer, ten outputs. */
class View {
    constructor(place) {
        this.place = place;
        this.canvas = place.querySelector("canvas");
        this.context = this.canvas.getContext("2d");
        this.tiles = []; // what can be pointed at: {x, y, width, height, ...}
        this.shown = []; // channels, for each step
        this.pointed = null;
        this.isFollowing = false;
        this.observer = new ResizeObserver(() => this.draw());
        this.onReady = () => this.draw();
        this.canvas.addEventListener("pointermove", (event) => this.point(event));
        this.canvas.addEventListener("pointerleave", () => this.pointAt(null));
        this.canvas.addEventListener("blur", () => this.pointAt(null));
        this.canvas.addEventListener("keydown", (event) => this.step(event));
    }

    update(data) {
        this.address = data.address;
        if (!this.isFollowing) {
            this.observer.observe(this.canvas);
            document.addEventListener("reader-ready", this.onReady);
            this.isFollowing = true;
        }
        if (data.live && !this.isLive) {
            this.isLive = true;
            const showLive = ({ parts, picked, isBeingDrawn }) => {
                if (isBeingDrawn && reducedMotion.matches) return;
                this.show(parts[picked].image);
            };
            onLiveReading(this.place, showLive, () => this.show(this.known));
        }
        this.known = data.pixels && imageOf(data.pixels);
        if (!this.place.isBeingDrawn) this.show(this.known);
    }

    rest() {
        this.observer.disconnect();
        document.removeEventListener("reader-ready", this.onReady);
        this.isFollowing = false;
    }

    /** Show what the network makes of an image, Float32Array (784,), or of nothing. */
    show(image) {
        this.image = image || null;
        this.draw();
    }

    draw() {
        const { width, height } = this.canvas.getBoundingClientRect();
        const reads = readerOf(this.address);
        if (!reads || !width) return;
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

    /** Say where each tile is, and what is in it. */
    lay(reads, width, height) {
        reads.activations ??= new activations.Activations(reads.network);
        const steps = reads.activations.of(this.image ?? new Float32Array(SIDE * SIDE));
        const answer = this.image ? reads.answer(this.image) : null;
        const hidden = steps.slice(0, -1);
        const columns = hidden.length + 2 + (hidden.at(-1).isMaps ? 1 : 0);
        const column = width / columns;
        const label = 18;
        const room = height - label;
        this.label = label;
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
        this.steps = steps;
    }

    imageTile(column, room) {
        const side = Math.min(column * 0.86, room);
        return {
            kind: "image", column: 0, x: 0, y: (room - side) / 2, width: side, height: side,
            name: "28 \u00d7 28",
            picture: picture(SIDE, SIDE, this.image ?? new Float32Array(SIDE * SIDE), 1, white),
            says: "Your digit, cropped, centred and shrunk to 28 \u00d7 28 pixels. "
                + "This is all the network sees.",
        };
    }

    mapTiles(step, index, left, column, room) {
        const strength = activations.strengths(step);
        const before = this.shown[index] ?? [];
        const channels = this.image ? activations.strongest(strength, MAPS, before) : before;
        const shown = channels.length ? channels : [...Array(MAPS).keys()];
        this.shown[index] = shown;
        const most = Math.max(...strength);
        const space = room / MAPS;
        const side = Math.min(column * 0.7, space * 0.86);
        return shown.map((channel, row) => {
            const values = this.image ? channelOf(step, channel) : new Float32Array(step.side ** 2);
            return {
                kind: "map", column: index + 1, step, channel, strength: strength[channel],
                x: left + (column - side) / 2, y: row * space + (space - side) / 2,
                width: side, height: side, name: row ? "" : `Layer ${index + 1}`,
                picture: picture(step.side, step.side, values, topOf(values, most), glow),
                bright: this.image && most ? strength[channel] / most : 0,
                values,
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
            kind: "numbers", column: null, step, name: "Last layer",
            x: left + (column - scale * across) / 2, y: (room - scale * down) / 2,
            width: scale * across, height: scale * down,
            picture: picture(across, down, values, Math.max(...values), glow), bright: 1,
            says: `The last layer: ${count} numbers. The answer is decided by these.`,
        };
    }

    drawLines() {
        const context = this.context;
        context.strokeStyle = getComputedStyle(this.place).getPropertyValue("--line");
        const columns = [];
        for (const tile of this.tiles) {
            if (columns.at(-1)?.[0].x === tile.x) columns.at(-1).push(tile);
            else columns.push([tile]);
        }
        for (let at = 1; at < columns.length; at++) {
            const lines = columns[at - 1].flatMap((from) =>
                columns[at].map((to) => ({ from, to, weight: weigh(from, to) })));
            const most = Math.max(...lines.map((line) => line.weight), 1e-9);
            lines.sort((a, b) => b.weight - a.weight);
            for (const line of lines.slice(0, LINES)) drawLine(context, line, line.weight / most);
        }
        context.globalAlpha = 1;
    }

    drawTile(tile) {
        const { x, y, width, height } = tile;
        const context = this.context;
        if (tile.kind === "output") this.drawOutput(tile);
        else context.drawImage(tile.picture, x, y, width, height);
        if (!tile.name) return;
        context.fillStyle = getComputedStyle(this.place).color;
        context.font = `12px ${getComputedStyle(this.place).fontFamily}`;
        context.textAlign = "center";
        const below = this.canvas.getBoundingClientRect().height - 4;
        context.fillText(tile.name, x + width / 2, below, Math.max(width * 1.4, 48));
    }

    drawOutput({ x, y, width, height, digit, probability, isBest }) {
        const context = this.context;
        const style = getComputedStyle(this.place);
        context.globalAlpha = 0.12;
        context.fillStyle = style.color;
        context.beginPath();
        context.roundRect(x, y, width, height, 3);
        context.fill();
        context.globalAlpha = 1;
        context.fillStyle = style.getPropertyValue("--line");
        context.beginPath();
        context.roundRect(x, y, width * probability, height, 3);
        context.fill();
        context.fillStyle = style.color;
        context.font = `${isBest ? 700 : 400} ${Math.min(height, 14)}px ${style.fontFamily}`;
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
        context.strokeStyle = getComputedStyle(this.place).getPropertyValue("--mark");
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
        this.canvas.setAttribute("aria-label", best
            ? `The network at work, from the image on the left to ten outputs on the right. ${best.says}.`
            : "The network at rest: nothing is drawn.");
    }
}

const NOTHING_YET = "Nothing is drawn yet, so it has found nothing.";

function outputTiles(probabilities, left, column, room) {
    const best = probabilities.indexOf(Math.max(...probabilities));
    const space = room / 10;
    return Array.from(probabilities, (probability, digit) => ({
        kind: "output", digit, probability, x: left + column * 0.3, y: digit * space + 1,
        width: column * 0.7, height: space - 2, name: digit ? "" : "Answer",
        isBest: digit === best && probability > 0, bright: probability,
        says: `${digit === 8 ? "An" : "A"} ${digit}: ${(100 * probability).toFixed(1)} %`,
    }));
}

/** Say what a map shows, and where on the drawing it looks. */
function aboutMap(step, index, channel, values) {
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
function fieldOf({ step, values }) {
    const at = values.indexOf(Math.max(...values));
    const { size, step: apart, start } = step.field;
    return {
        left: start + (at % step.side) * apart,
        top: start + Math.floor(at / step.side) * apart,
        size,
    };
}

/** Return how much one tile gives to another. */
function weigh(from, to) {
    if (to.kind === "output") return Math.max(to.probability, 0.02) * (from.bright ?? 1);
    if (to.kind === "numbers") return from.bright ?? 1;
    if (from.kind === "image") return to.bright;
    const link = to.step.links[to.channel * from.step.channels + from.channel];
    return from.bright * link * to.bright;
}

function drawLine(context, { from, to }, share) {
    const [x0, y0] = [from.x + from.width, from.y + from.height / 2];
    const [x1, y1] = [to.x - (to.kind === "output" ? 14 : 0), to.y + to.height / 2];
    context.globalAlpha = 0.08 + 0.6 * share;
    context.lineWidth = 0.75 + 1.75 * share;
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
    context.stroke();
}

function channelOf({ values, side, channels }, channel) {
    return Float32Array.from({ length: side * side }, (_, at) => values[at * channels + channel]);
}

const topOf = (values, least) => Math.max(...values, least, 1e-6);

/** Return values as a small canvas, coloured from 0 to `top`. */
function picture(width, height, values, top, colour) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(width, height);
    values.forEach((value, at) => {
        const [red, green, blue] = colour(Math.max(Math.min(value / (top || 1), 1), 0));
        pixels.data.set([red, green, blue, 255], 4 * at);
    });
    context.putImageData(pixels, 0, 0);
    return canvas;
}

const glow = (share) => RAMP[Math.round(255 * share)];
const white = (share) => [
    13 + 242 * share, 18 + 237 * share, 48 + 207 * share,
];

/** Return the colours of colormap.py, from weak to strong. */
function colourRamp() {
    const stops = ["0d1230", "2b3fae", "8a58b8", "e0705e", "ffab52", "fff3dc"].map(
        (stop) => [0, 2, 4].map((at) => parseInt(stop.slice(at, at + 2), 16)),
    );
    return Array.from({ length: 256 }, (_, index) => {
        const at = (index / 255) * (stops.length - 1);
        const low = Math.min(Math.floor(at), stops.length - 2);
        return stops[low].map((from, k) => from + (stops[low + 1][k] - from) * (at - low));
    });
}

/** Return in how many full rows to lay numbers out: half as wide as high, about. */
function rowsOf(count) {
    const divisors = Array.from({ length: count }, (_, n) => n + 1).filter((n) => count % n === 0);
    const wanted = Math.sqrt(2 * count);
    return divisors.reduce((best, n) => (Math.abs(n - wanted) < Math.abs(best - wanted) ? n : best));
}

function imageOf(base64) {
    return Float32Array.from(atob(base64), (byte) => byte.charCodeAt(0) / 255);
}
