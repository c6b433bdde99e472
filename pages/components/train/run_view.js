// Some runs as they are now, or as they were at any moment: figures, probes, charts.

const FIGURES = {
    test: "How many it reads right of images that it never learns from",
    Train: "How many it reads right of the images that it learns from",
    Speed: "How many images it learns from in a second",
    Rate: "How large its corrections are now; at the end often almost 0",
};
const UNKNOWN = "\u2013";

export default function ({ data, parentElement }) {
    const place = parentElement.querySelector(".run-view");
    place.view ??= new RunView(place);
    place.view.show(data);
    return () => place.view.rest();
}

class RunView {
    constructor(place) {
        this.place = place;
        this.find = (query) => place.querySelector(query);
        this.stores = new Map();
        this.cross = null;
        this.replay = new Replay(this.find(".replay"), () => this.redraw());
        this.cards = new ProbeCards(this.find(".cards"));
        this.internals = new Internals(this.find(".internals"));
        const point = (epoch) => {
            this.cross = epoch;
            this.redraw();
        };
        this.charts = Object.keys(CHARTS).map((name) => new Chart(name, point));
        this.find(".charts").append(...this.charts.map(({ element }) => element));
        this.observer = new ResizeObserver(() => {
            for (const chart of this.charts) chart.resize();
            const cards = this.find(".cards"); // on a phone they are swiped through
            cards.tabIndex = cards.scrollWidth > cards.clientWidth ? 0 : -1;
            this.redraw();
        });
        this.onVisible = () => {
            for (const { store } of this.runs) store.ask();
        };
    }

    show({ runs, large }) {
        this.place.classList.toggle("large", large);
        const colours = getComputedStyle(this.place)
            .getPropertyValue("--st-chart-categorical-colors").split(",");
        this.runs = runs.map(({ id, label, slot, live, path, answer }) => {
            const store = this.storeOf(id);
            if (answer) store.take(answer);
            else if (!store.about || live || store.about.live) store.follow(path);
            return { id, label, store, colour: colours[slot % colours.length].trim() };
        });
        for (const [id, store] of this.stores) {
            if (this.runs.some((run) => run.id === id)) continue;
            store.rest();
            this.stores.delete(id);
        }
        this.isNew = true;
        document.addEventListener("visibilitychange", this.onVisible);
        for (const chart of this.charts) this.observer.observe(chart.svg);
        this.redraw();
    }

    storeOf(id) {
        if (!this.stores.has(id)) {
            const store = new RunStore(() => {
                this.isNew = true;
                this.redraw();
            });
            store.id = id;
            this.stores.set(id, store);
        }
        return this.stores.get(id);
    }

    rest() {
        this.replay.pause();
        this.observer.disconnect();
        document.removeEventListener("visibilitychange", this.onVisible);
        for (const store of this.stores.values()) store.rest();
    }

    redraw() {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.draw();
        });
    }

    draw() {
        const known = this.runs.filter(({ store }) => store.about);
        const [main] = known;
        if (!main || main !== this.runs[0]) return;
        if (this.isNew) {
            for (const chart of this.charts) chart.show(known);
            this.isNew = false;
        }
        const { about } = main.store;
        Object.assign(this.replay, {
            end: Math.max(...known.map(({ store }) => store.end)),
            epochs: Math.max(...known.map(({ store }) => store.about.epochs)),
            isLive: about.live,
        });
        const { at } = this.replay;
        this.replay.draw();
        this.place.classList.toggle("follows", about.live && at === this.replay.end);
        this.drawProgress(about);
        this.drawFigures(known, this.cross ?? at);
        this.cards.draw(main.store, at, main.colour);
        this.place.classList.toggle("has-cards", main.store.cards.length > 0);
        const rates = known.some(({ store }) => store.lines.rate.some((rate) => rate !== null));
        this.charts[2].element.hidden = !rates && !about.live;
        for (const chart of this.charts) chart.draw(at, this.cross);
        this.internals.draw(main.store, at);
        this.find(".points").hidden = !known.some(({ store }) => store.tests.epoch.length);
    }

    drawProgress({ done, text }) {
        const bar = this.find(".progress");
        set(bar, { "aria-valuenow": Math.round(done * 100) });
        bar.firstElementChild.style.transform = `scaleX(${done})`;
        write(this.find(".stage"), text);
    }

    /** Four figures of each run, each run by its name where there are several. */
    drawFigures(runs, at) {
        const place = this.find(".figures");
        const rows = runs.map(({ label, colour, store }) => ({
            label: runs.length > 1 ? label : "", colour, figures: figuresOf(store, at),
        }));
        const shape = JSON.stringify(rows.map(({ label, colour, figures }) =>
            [label, colour, figures.map(({ name }) => name)]));
        if (shape !== this.shape) {
            this.shape = shape;
            place.innerHTML = rows.map(({ colour, figures }) => `
                <div class="of-run" style="--colour:${colour}"><h3></h3><dl>${figures.map((each) =>
                    `<div title="${each.about}"><dt>${each.name}</dt><dd></dd></div>`).join("")}
                </dl></div>`).join("");
            rows.forEach(({ label }, n) => write(place.children[n].querySelector("h3"), label));
        }
        const values = place.querySelectorAll("dd");
        rows.flatMap(({ figures }) => figures).forEach(({ text }, n) => write(values[n], text));
    }
}

/** The four figures of a run at a moment. */
function figuresOf({ lines, smooth, tests, about }, at) {
    const test = valueAt(tests.epoch, tests.accuracy, at);
    const train = valueAt(lines.epoch, smooth.accuracy, at);
    const speed = imagesPerSecond(lines, at, about.examples);
    const rate = valueAt(lines.epoch, lines.rate, at);
    const text = (value, form) => (Number.isFinite(value) ? form(value) : UNKNOWN);
    const rounded = (value) => Math.round(value).toLocaleString("en");
    return [
        { name: `${about.tested} accuracy`, about: FIGURES.test, text: text(test, percent) },
        { name: "Train accuracy", about: FIGURES.Train, text: text(train, percent) },
        { name: "Images a second", about: FIGURES.Speed, text: text(speed, rounded) },
        { name: "Learning rate", about: FIGURES.Rate, text: text(rate, shortText) },
    ];
}
