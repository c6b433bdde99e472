// A chart of some runs against epochs: what was until now, and faintly what came later.

const CHARTS = {
    accuracy: {
        title: "Accuracy",
        about: "the share it reads right",
        reaches: [0.1, 0.5, 1], // from 100 % down; most happens in the last percents
        text: (value) => percent(value),
        tick: (value) => `${Math.round(value * 1000) / 10} %`,
    },
    loss: {
        title: "Loss",
        about: "how wrong it is; lower is better",
        reaches: [0.4, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 1e4, 1e5, 1e6],
        text: lossText,
        tick: shortText,
    },
    rate: {
        title: "Learning rate",
        about: "how large its corrections are",
        text: shortText,
        tick: shortText,
    },
};
const SVG = "http://www.w3.org/2000/svg";
const DASHED = "training", SOLID = "test";

class Chart {
    /** `onPoint(epoch)` hears where the chart is pointed at; null when no more. */
    constructor(name, onPoint) {
        Object.assign(this, { name, onPoint, ...CHARTS[name], isLog: false, series: [] });
        this.element = document.createElement("figure");
        this.element.className = `chart ${name}`;
        this.element.innerHTML = `<figcaption><b>${this.title}</b> <span>${this.about}</span>
            ${name === "loss" ? `<label><input type="checkbox"> log scale</label>` : ""}
            </figcaption><svg role="img" tabindex="0"><clipPath id="until-${name}"><rect/></clipPath>
            <clipPath id="plot-${name}"><rect/></clipPath><g class="axes"></g>
            <g class="whole" clip-path="url(#plot-${name})"></g>
            <g class="shown" clip-path="url(#until-${name})"></g>
            <g class="marks"></g><g class="tips"></g><line class="now"/>
            <line class="cross"/><text class="cross"></text></svg><ul class="legend"></ul>`;
        this.find = (query) => this.element.querySelector(query);
        this.svg = this.find("svg");
        this.listen();
    }

    listen() {
        const point = (event) => {
            const x = event.clientX - this.svg.getBoundingClientRect().left;
            const epoch = ((x - this.left) / (this.right - this.left)) * this.epochs;
            this.onPoint(Math.min(Math.max(epoch, 0), this.epochs));
        };
        this.svg.onpointermove = this.svg.onpointerdown = point;
        this.svg.onpointerleave = this.svg.onblur = () => this.onPoint(null);
        this.svg.onkeydown = (event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (event.key === "Escape") this.onPoint(null);
            if (!step) return;
            event.preventDefault();
            const from = this.crossAt ?? this.at;
            const next = Math.round((from / this.epochs) * 100 + step) / 100;
            this.onPoint(Math.min(Math.max(next, 0), 1) * this.epochs);
        };
        const log = this.find("input");
        if (log) log.onchange = () => {
            this.isLog = log.checked;
            this.drawn = "";
            this.draw(this.at, this.crossAt);
        };
    }

    /** Say which runs: each with its store, label and colour. */
    show(runs) {
        this.runs = runs;
        this.series = runs.flatMap((run) => this.linesOf(run));
        this.epochs = Math.max(1, ...runs.map((run) => run.store.about?.epochs ?? 1));
        this.drawn = "";
    }

    linesOf(run) {
        const { lines, smooth, tests, about } = run.store;
        if (this.name === "rate") {
            return [{ run, kind: "rate", called: "", xs: lines.epoch, ys: lines.rate }];
        }
        const raw = { run, kind: "raw", xs: lines.epoch, ys: lines[this.name] };
        const training = { run, kind: DASHED, called: "training", xs: lines.epoch, ys: smooth[this.name] };
        const called = (about?.tested ?? "Test").toLowerCase();
        const test = { run, kind: SOLID, called, xs: tests.epoch, ys: tests[this.name] };
        return [...(this.runs.length === 1 ? [raw] : []), training, test];
    }

    /** Draw all until an epoch; `crossAt` is where a chart is pointed at, or null. */
    draw(at, crossAt) {
        Object.assign(this, { at, crossAt });
        if (!this.width) return;
        this.setScale(at);
        const versions = this.runs.map((run) => run.store.version);
        const drawn = [this.isLog, this.width, this.height, versions].join();
        const scaled = [drawn, this.low, this.high].join();
        if (drawn !== this.drawn) this.drawLines();
        if (scaled !== this.scaled) this.drawAxes();
        this.scaleLines();
        Object.assign(this, { drawn, scaled });
        const end = Math.max(...this.runs.map((run) => run.store.end));
        this.find(".whole").style.display = at < end ? "" : "none";
        const until = at < end ? this.x(at) : this.width;
        set(this.find(`#until-${this.name} rect`), { width: until });
        this.place(this.find("line.now"), at < end ? at : null);
        this.place(this.find("line.cross"), crossAt);
        const text = this.find("text.cross");
        this.place(text, crossAt);
        if (crossAt !== null) text.textContent = crossAt.toFixed(2);
        this.drawTips(at);
        this.describe(crossAt ?? at);
    }

    /** Take the room there is; sizes are in the text's, so that Present mode has larger. */
    resize() {
        const em = parseFloat(getComputedStyle(this.svg).fontSize);
        this.width = this.svg.clientWidth;
        this.height = this.svg.clientHeight;
        Object.assign(this, { em, left: 3.6 * em, right: this.width - 0.7 * em });
        Object.assign(this, { top: 0.6 * em, bottom: this.height - 1.6 * em });
        for (const name of ["until", "plot"]) {
            const box = this.find(`#${name}-${this.name} rect`);
            box.setAttribute("height", Math.max(this.bottom + 5, 0)); // hidden, it has none
            box.setAttribute("width", this.width);
        }
        this.drawn = "";
    }

    setScale(at) {
        if (this.isLog || this.name === "rate") {
            const all = this.series.flatMap(({ kind, ys }) => (kind === "raw" ? [] : ys));
            const most = all.reduce((a, b) => Math.max(a, b ?? 0), 0);
            this.low = this.isLog ? all.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), 1) : 0;
            this.high = this.isLog ? Math.max(most, this.low * 10) : most * 1.1 || 1;
        } else {
            // A smoothed line remembers losses of 100 for longer than the run has them.
            const off = (value) => (this.name === "accuracy" ? 1 - value : value);
            const lines = this.runs.flatMap(({ store }) => [store.lines, store.tests]);
            const known = lines.map((line) =>
                line[this.name].slice(0, countUntil(line.epoch, at)).map(off));
            const latest = this.series.filter(({ kind }) => kind !== "raw").map(({ xs, ys }) =>
                off(valueAt(xs, ys, at))).filter(Number.isFinite);
            const most = reach(this.reaches, known, latest) ?? this.reaches[2];
            [this.low, this.high] = this.name === "accuracy" ? [1 - most, 1] : [0, most];
        }
    }

    x(epoch) {
        return this.left + (epoch / this.epochs) * (this.right - this.left);
    }

    y(value) {
        return this.bottom + (this.level(value) - this.level(this.low)) * this.stretch;
    }

    /** Where a value is on an axis of no size yet: lines are drawn once for every scale. */
    level(value) {
        return this.isLog ? Math.log(value) : value;
    }

    get stretch() {
        return (this.top - this.bottom) / (this.level(this.high) - this.level(this.low));
    }

    drawLines() {
        const paths = this.series.map((line) => {
            const colour = `style="--colour:${line.run.colour}"`;
            const path = `<path class="${line.kind}" ${colour} d="${this.pathOf(line)}"/>`;
            return line.kind === SOLID ? path + this.endsOf(line.run) : path;
        }).join("");
        const html = `<g class="lines">${paths}</g>`;
        this.find(".whole").innerHTML = this.find(".shown").innerHTML = html;
        const tips = this.series.map(({ kind, run }) =>
            `<circle class="${kind}" r="${0.25 * this.em}" style="--colour:${run.colour}"/>`);
        this.find(".tips").innerHTML = tips.join("");
    }

    pathOf({ xs, ys }) {
        const kept = keptPoints(xs, ys, (epoch) => Math.round(this.x(epoch)));
        const known = kept.filter((n) => Number.isFinite(ys[n]) && (!this.isLog || ys[n] > 0));
        const points = known.map((n) => this.point(xs[n], ys[n]));
        return points.length ? `M${points.join("L")}${points.length === 1 ? "h0" : ""}` : "";
    }

    point(epoch, value) {
        return `${this.x(epoch).toFixed(1)},${Number(this.level(value).toPrecision(5))}`;
    }

    /** Points at the ends of epochs, where all images were tested on. */
    endsOf({ store: { tests }, colour }) {
        const points = tests.epoch.map((epoch, n) =>
            (tests.whole[n] ? `M${this.point(epoch, tests[this.name][n])}h0` : ""));
        const size = Math.max(1.2, 3.2 * Math.sqrt(Math.min(1, 10 / this.epochs)));
        return `<path class="ends" style="--colour:${colour};--dots:${size}" d="${points.join("")}"/>`;
    }

    scaleLines() {
        const shift = this.bottom - this.level(this.low) * this.stretch;
        for (const lines of this.element.querySelectorAll(".lines")) {
            set(lines, { transform: `matrix(1 0 0 ${this.stretch} 0 ${shift})` });
        }
    }

    drawAxes() {
        const { left, right, bottom, height, em } = this;
        const rows = Math.max(2, Math.round((bottom - this.top) / (2.6 * em)));
        const ys = this.isLog ? logTicks(this.low, this.high) : ticks(this.low, this.high, rows);
        const across = Math.max(2, Math.round((right - left) / (3.5 * em)));
        const xs = ticks(0, this.epochs, across, true);
        this.find(".axes").innerHTML = ys.map((value) => `
            <line x1="${left}" x2="${right}" y1="${this.y(value)}" y2="${this.y(value)}"/>
            <text x="${left - 0.5 * em}" y="${this.y(value) + 0.35 * em}" text-anchor="end">${
                this.tick(value)}</text>`).join("") + xs.map((epoch) => `
            <text x="${this.x(epoch)}" y="${height - 0.3 * em}" text-anchor="middle">${epoch}</text>
            `).join("");
        this.drawMarks();
    }

    drawMarks() {
        const marks = this.runs.flatMap(({ store, colour }) =>
            store.marks.map(([epoch, text]) => ({ epoch, text, colour })));
        const rows = Math.max(1, Math.floor((this.bottom - this.top) / (1.2 * this.em)));
        this.find(".marks").replaceChildren(...marks.flatMap(({ epoch, text, colour }, n) => {
            const [line, label] = ["line", "text"].map((tag) => document.createElementNS(SVG, tag));
            const x = this.x(epoch);
            const isLate = x > this.right - 8 * this.em; // then there is more room before it
            set(line, { x1: x, x2: x, y1: this.top, y2: this.bottom, style: `--colour:${colour}` });
            set(label, {
                x: x + (isLate ? -0.3 : 0.3) * this.em, "text-anchor": isLate ? "end" : "start",
                y: this.top + (0.9 + 1.2 * (n % rows)) * this.em,
            });
            label.textContent = text;
            return [line, label];
        }));
    }

    drawTips(at) {
        const tips = this.find(".tips").children;
        this.series.forEach(({ kind, xs, ys }, n) => {
            const value = valueAt(xs, ys, at);
            const isShown = Number.isFinite(value) && kind !== "raw";
            tips[n].style.display = isShown ? "" : "none";
            if (!isShown) return;
            const last = Math.min(at, xs[countUntil(xs, at) - 1]);
            const y = Math.min(Math.max(this.y(value), this.top), this.bottom);
            set(tips[n], { cx: this.x(last), cy: y });
        });
    }

    place(element, epoch) {
        element.style.display = epoch === null ? "none" : "";
        if (epoch === null) return;
        const x = this.x(epoch);
        if (element.tagName === "line") set(element, { x1: x, x2: x, y1: this.top, y2: this.bottom });
        else set(element, { x: Math.min(Math.max(x, this.left + this.em), this.right - this.em), y: this.top + 0.5 * this.em });
    }

    /** Say in the legend and to those who do not see it where each line is. */
    describe(at) {
        const said = this.runs.map((run) => {
            const lines = this.series.filter((line) => line.run === run && line.kind !== "raw");
            return { run, lines: lines.map(({ kind, called, xs, ys }) => {
                const value = valueAt(xs, ys, at);
                return { kind, called, text: Number.isFinite(value) ? this.text(value) : "\u2013" };
            }).reverse() };
        });
        const words = said.map(({ run, lines }) =>
            `${run.label}: ${lines.map(({ called, text }) => `${called} ${text}`.trim()).join(", ")}`);
        const where = `at ${at.toFixed(2)} of ${this.epochs}`;
        set(this.svg, { "aria-label": `${this.title} by epoch, ${where}. ${words.join(". ")}.` });
        this.fillLegend(said);
    }

    fillLegend(said) {
        const shape = said.map(({ run, lines }) => [run.label, run.colour, lines.length]).join();
        const legend = this.find(".legend");
        if (shape !== this.shape) {
            legend.replaceChildren(...said.map(({ run, lines }) => {
                const item = document.createElement("li");
                item.style.setProperty("--colour", run.colour);
                item.innerHTML = `<span class="name"></span>${lines.map(({ kind, called }) =>
                    `<span class="key ${kind}">${called} <b></b></span>`).join("")}`;
                item.firstChild.textContent = said.length > 1 ? run.label : "";
                return item;
            }));
            this.shape = shape;
        }
        const places = legend.querySelectorAll("b");
        said.flatMap(({ lines }) => lines).forEach(({ text }, n) => write(places[n], text));
    }
}

/** Set what changed alone: a browser lays out anew even for the value that was there. */
function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
        if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
    }
}
