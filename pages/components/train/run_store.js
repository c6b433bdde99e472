// What a browser knows of a run: it asks the server for what was added since.

const PACE = { moves: 300, rests: 1000, failed: 2000 }; // milliseconds to the next question
const SMOOTHED = 1 / 80; // of the run, over which a training line is smoothed

class RunStore {
    /** Without an address it is given all it knows; `onChange` hears of what is new. */
    constructor(onChange) {
        this.onChange = onChange;
        this.next = null;
        this.version = 0;
        this.forget();
    }

    forget() {
        this.lines = { epoch: [], seconds: [], loss: [], accuracy: [], rate: [] };
        this.smooth = { loss: [], accuracy: [] };
        this.tests = { epoch: [], loss: [], accuracy: [], whole: [] };
        this.probes = { epoch: [], shares: [] };
        this.snapshots = { epoch: [], filters: [], mistakes: [] };
        this.cards = [];
        this.images = {};
        this.marks = [];
    }

    /** Take what the server said: all of a run, or what was added to it. */
    take(answer) {
        this.about = answer.about;
        if (answer.whole && answer.next === this.next) return this.onChange(); // known
        if (answer.whole) this.forget();
        this.next = answer.next;
        this.marks = answer.marks;
        if (answer.cards) this.cards = answer.cards;
        this.images = answer.images && this.images && { ...this.images, ...answer.images };
        for (const part of ["lines", "tests", "probes", "snapshots"]) {
            for (const [name, values] of Object.entries(answer[part])) {
                for (const value of values) this[part][name].push(value);
            }
        }
        this.smoothOn(answer.whole);
        this.version += 1;
        this.onChange();
    }

    smoothOn(isWhole) {
        const width = this.about.epochs * SMOOTHED;
        if (isWhole) this.smoothers = { loss: new Smoother(width), accuracy: new Smoother(width) };
        for (const name of ["loss", "accuracy"]) {
            const [values, smooth] = [this.lines[name], this.smooth[name]];
            for (let n = smooth.length; n < values.length; n++) {
                const isMean = !this.lines.seconds.length; // of an epoch: that is smooth
                smooth.push(isMean ? values[n] : this.smoothers[name].next(this.lines.epoch[n], values[n]));
            }
        }
    }

    /** The epoch that the run has come to. */
    get end() {
        const last = (part) => this[part].epoch.at(-1) ?? 0;
        return Math.max(last("lines"), last("tests"), last("probes"));
    }

    /** Ask again and again while the run goes on and somebody can see it. */
    follow(path) {
        this.path = path;
        clearTimeout(this.timer);
        this.ask();
    }

    rest() {
        clearTimeout(this.timer);
        this.path = null;
    }

    async ask() {
        if (this.isAsking || !this.path) return;
        this.isAsking = true;
        const pace = await this.fetch().catch(() => PACE.failed);
        this.isAsking = false;
        clearTimeout(this.timer);
        const goesOn = pace && this.path && document.visibilityState === "visible";
        if (goesOn) this.timer = setTimeout(() => this.ask(), pace);
    }

    async fetch() {
        const after = this.next === null ? "" : `?after=${this.next}`;
        const response = await fetch(this.path + after);
        if (response.status === 404) return 0; // it was deleted
        if (!response.ok) return PACE.failed;
        this.take(await response.json());
        if (!this.about.live) return 0;
        return this.about.moves ? PACE.moves : PACE.rests;
    }
}
