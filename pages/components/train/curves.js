// What is worked out for curves, without a page: places in a run, smoothing, axes.

/** How many of these numbers, which only grow, are at most `limit`. */
function countUntil(numbers, limit) {
    let [low, high] = [0, numbers.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle] <= limit) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** The last value at or before an epoch, or undefined. */
function valueAt(epochs, values, epoch) {
    return values[countUntil(epochs, epoch) - 1];
}

/**
 * Smooth values that grow in number, each once: the mean of what came before, old values
 * fading out. What is drawn never changes, because no value looks ahead.
 */
class Smoother {
    constructor(width) {
        Object.assign(this, { width, last: 0, total: 0, weight: 0 }); // width in epochs
    }

    next(epoch, value) {
        const fade = Math.exp(-Math.min((epoch - this.last) / this.width, 1 / 3));
        this.last = epoch;
        this.total = this.total * fade + value;
        this.weight = this.weight * fade + 1;
        return this.total / this.weight;
    }
}

/** Which points to draw: of each column of pixels the first, lowest, highest and last. */
function keptPoints(xs, ys, columnOf) {
    const kept = [];
    for (let start = 0, end; start < xs.length; start = end) {
        const column = columnOf(xs[start]);
        let [low, high] = [start, start];
        for (end = start + 1; end < xs.length && columnOf(xs[end]) === column; end++) {
            if (ys[end] < ys[low]) low = end;
            if (ys[end] > ys[high]) high = end;
        }
        const few = [...new Set([start, low, high, end - 1])];
        kept.push(...few.sort((a, b) => a - b));
    }
    return kept;
}

const MOST_LOOKED_AT = 400, MOSTLY = 0.85;

/**
 * How far an axis goes: so far that most values of each line are on it, and the latest.
 * Losses of 100 as a run begins do not hide that it comes to rest at 2.3.
 */
function reach(steps, lines, latest = []) {
    const mostly = lines.map((values) => {
        const stride = Math.ceil(values.length / MOST_LOOKED_AT) || 1;
        const some = values.filter((_, n) => n % stride === 0).sort((a, b) => a - b);
        return some[Math.floor(some.length * MOSTLY)] ?? 0;
    });
    const most = Math.max(0, ...mostly, ...latest);
    return most ? (steps.find((step) => most <= step) ?? most) : null;
}

/** Round numbers from low to high, at most so many; whole ones where that is asked. */
function ticks(low, high, most, isWhole = false) {
    const rough = (high - low) / most || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    let step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
    if (isWhole) step = Math.max(1, Math.round(step));
    const first = Math.ceil(low / step - 1e-9);
    const count = Math.floor(high / step + 1e-9) - first + 1;
    return Array.from({ length: count }, (_, n) => Number(((first + n) * step).toPrecision(12)));
}

/** Powers of ten between two numbers; where these are few, others as well. */
function logTicks(low, high) {
    const found = [];
    const isShort = high / low < 50;
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
        for (const factor of isShort ? [1, 2, 5] : [1]) found.push(factor * 10 ** power);
    }
    const inside = found.filter((each) => each >= low * 0.999 && each <= high * 1.001);
    return inside.map((each) => Number(each.toPrecision(3)));
}

const RECENT = 200; // lines that say how fast it goes; about 20 s

/** How many images a second a run learned from just before an epoch; null if unknown. */
function imagesPerSecond({ epoch, seconds }, at, examples) {
    const end = countUntil(epoch, at);
    const pairs = [];
    for (let n = Math.max(1, end - RECENT); n < end; n++) pairs.push(n);
    const within = pairs.filter((n) => Math.ceil(epoch[n - 1]) === Math.ceil(epoch[n]));
    const counted = within.length ? within : pairs; // epochs may have one line each
    const sum = (numbers) => counted.reduce((all, n) => all + numbers[n] - numbers[n - 1], 0);
    const took = sum(seconds);
    return took > 0 ? (sum(epoch) / took) * examples : null;
}

/** A share from 0 to 1 as "99.1 %"; never rounded up to 100 or down to 0. */
function percent(share, digits = 1) {
    const least = 10 ** -digits;
    let value = Number((share * 100).toFixed(digits));
    if (share < 1) value = Math.min(value, 100 - least);
    if (share > 0) value = Math.max(value, least);
    return `${value.toFixed(digits)} %`;
}

/** A loss with the digits that matter: 0.0312, 2.303, 104. */
function lossText(value) {
    return value.toFixed(value < 1 ? 4 : value < 100 ? 3 : 0);
}

/** A number in two digits: 0.0012. */
function shortText(value) {
    return String(Number(value.toPrecision(2)));
}

/** The first of those in a row with the same digit: [place, digit]. */
function firstOfEach(answers) {
    return answers.filter(([, digit], n) => n === 0 || answers[n - 1][1] !== digit);
}

/** Where an answer changes, and to what, if that lasts; `answers` are [place, digit]. */
function lastingAnswers(answers, lasts) {
    const starts = firstOfEach(answers);
    const isLasting = ([place], n) => n === starts.length - 1 || starts[n + 1][0] - place >= lasts;
    return firstOfEach(starts.filter(isLasting));
}
