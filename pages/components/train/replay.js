// The bar that goes through a run: a slider, and buttons to play and to step.

const PLAYS_FOR = 10_000; // milliseconds that a whole run takes at speed 1
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const STEPS = 100; // of the whole run
const CALM_STEPS = 20, CALM_PAUSE = 500; // where less should move: in these many, with pauses
const PLAY = "M5 3v14l12-7z", PAUSE = "M5 3h4v14H5zM11 3h4v14h-4z";

function icon(path) {
    return `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${path}"/></svg>`;
}

class Replay {
    /** `onMove` is called when another moment is to be shown. */
    constructor(element, onMove) {
        Object.assign(this, { element, onMove, moment: null, end: 0, isLive: false });
        element.innerHTML = `
            <button class="back" aria-label="Step back">${icon("M14 4v12L6 10zM4 4h2v12H4z")}</button>
            <button class="play">${icon(PLAY)}</button>
            <button class="on" aria-label="Step forward">${icon("M6 4v12l8-6zM14 4h2v12h-2z")}</button>
            <input type="range" min="0" step="any" aria-label="Go through the training">
            <span class="at"></span>
            <select aria-label="Speed">${SPEEDS.map((speed) => `<option value="${speed}"
                ${speed === 1 ? "selected" : ""}>${speed}\u00d7</option>`).join("")}</select>
            <button class="now"></button>`;
        this.find = (query) => element.querySelector(query);
        this.slider = this.find("input");
        this.slider.oninput = () => {
            const { value, max } = this.slider; // while it is dragged, the end moves on
            this.goTo(value === max ? this.end : Number(value));
        };
        this.find(".back").onclick = () => this.step(-1);
        this.find(".on").onclick = () => this.step(1);
        this.find(".play").onclick = () => this.toggle();
        this.find(".now").onclick = () => this.goTo(this.end);
        element.onkeydown = (event) => this.press(event);
    }

    /** The epoch that is shown. */
    get at() {
        return this.moment ?? this.end;
    }

    press(event) {
        if (event.target.tagName === "SELECT" || event.ctrlKey || event.metaKey || event.altKey) return;
        const isButton = event.target.tagName === "BUTTON";
        const act = {
            " ": isButton ? null : () => this.toggle(),
            ArrowLeft: () => this.step(-1), ArrowDown: () => this.step(-1),
            ArrowRight: () => this.step(1), ArrowUp: () => this.step(1),
            PageDown: () => this.step(-10), PageUp: () => this.step(10),
            Home: () => this.goTo(0), End: () => this.goTo(this.end),
        }[event.key];
        if (!act) return;
        event.preventDefault();
        act();
    }

    /** Show this epoch; at the end, whatever the end is from now on. */
    goTo(epoch) {
        this.pause();
        this.move(epoch);
    }

    move(epoch) {
        this.moment = epoch >= this.end ? null : Math.max(0, epoch);
        this.onMove();
    }

    step(count) {
        this.goTo(this.at + (count * this.end) / STEPS);
    }

    toggle() {
        if (this.playing) return this.goTo(this.at);
        if (this.moment === null) this.move(0);
        let before = performance.now();
        const play = (now) => {
            const speed = Number(this.find("select").value);
            const isCalm = calm.matches;
            if (!isCalm || now - before >= CALM_PAUSE / speed) {
                const share = isCalm ? 1 / CALM_STEPS : ((now - before) * speed) / PLAYS_FOR;
                before = now;
                this.move(this.at + share * this.end);
            }
            this.playing = this.moment === null ? 0 : requestAnimationFrame(play);
            this.draw();
        };
        this.playing = requestAnimationFrame(play);
        return this.draw();
    }

    pause() {
        cancelAnimationFrame(this.playing);
        this.playing = 0;
    }

    /** Show how far the run is now, and where in it one is. */
    draw() {
        this.element.hidden = !this.end;
        const text = `Epoch ${this.at.toFixed(2)}`;
        set(this.slider, { max: this.end, "aria-valuetext": `${text} of ${this.epochs}` });
        this.slider.value = this.at;
        this.slider.style.setProperty("--share", this.end ? this.at / this.end : 0);
        write(this.find(".at"), text);
        write(this.find(".now"), this.isLive ? "Back to now" : "To the end");
        this.find(".now").disabled = this.moment === null;
        set(this.find(".play path"), { d: this.playing ? PAUSE : PLAY });
        set(this.find(".play"), { "aria-label": this.playing ? "Stop playing" : "Play" });
    }
}
