// What the network looks like from inside at a moment: its filters and worst mistakes.

// For and against: blue and orange, told apart by colour-blind eyes on black and white.
const FOR = [66, 114, 255], AGAINST = [240, 122, 30];

class Internals {
    constructor(element) {
        this.element = element;
        element.innerHTML = `<section><h3>What it looks for first</h3>
            <p>The first layer's filters: each slides over the image; ink under blue speaks
            for its pattern, ink under orange against it.</p><div class="filters"></div></section>
            <section><h3>Its most confident mistakes</h3><p class="from"></p>
            <div class="mistakes"></div></section>`;
        this.filters = element.querySelector(".filters");
        this.mistakes = element.querySelector(".mistakes");
    }

    draw(store, at) {
        const { snapshots, about } = store;
        const at_ = countUntil(snapshots.epoch, at) - 1;
        this.element.hidden = !snapshots.epoch.length;
        const shown = [store.id, at_, store.forgotten].join();
        if (at_ < 0 || shown === this.shown) return;
        this.shown = shown;
        write(this.element.querySelector(".from"),
            `From a sample of the ${about.tested.toLowerCase()} images, the surest first.`);
        this.drawFilters(...snapshots.filters[at_]);
        this.drawMistakes(snapshots.mistakes[at_], store.images);
    }

    drawFilters(side, coded) {
        const weights = Int8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
        const count = side ? weights.length / side ** 2 : 0;
        while (this.filters.children.length < count) {
            const canvas = document.createElement("canvas");
            canvas.setAttribute("role", "img");
            canvas.setAttribute("aria-label", `Filter ${this.filters.children.length + 1}`);
            this.filters.append(canvas);
        }
        while (this.filters.children.length > count) this.filters.lastChild.remove();
        [...this.filters.children].forEach((canvas, n) =>
            paintFilter(canvas, side, weights.subarray(n * side ** 2, (n + 1) * side ** 2)));
    }

    drawMistakes(mistakes, images) {
        if (images === null) return write(this.mistakes, "The images are not on this machine any more.");
        const known = mistakes.filter(([index]) => images[index]);
        if (!mistakes.length) return write(this.mistakes, "None of them: it has all of them right.");
        if (!this.mistakes.querySelector("figure")) this.mistakes.textContent = "";
        while (this.mistakes.children.length < known.length) {
            const figure = document.createElement("figure");
            figure.innerHTML = "<img width='84' height='84'><figcaption><div></div><div></div></figcaption>";
            this.mistakes.append(figure);
        }
        while (this.mistakes.children.length > known.length) this.mistakes.lastChild.remove();
        known.forEach(([index, label, predicted, confidence], n) => {
            const [image, caption] = this.mistakes.children[n].children;
            const said = `${label}, read as ${predicted}`;
            if (image.src !== images[index]) image.src = images[index];
            image.alt = `A ${said}`;
            write(caption.children[0], said);
            write(caption.children[1], `${percent(confidence, 0)} sure`);
        });
        return undefined;
    }
}

/** Paint weights as colours, the stronger the less transparent. */
function paintFilter(canvas, side, weights) {
    if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(side, side);
    weights.forEach((weight, n) => {
        pixels.data.set([...(weight > 0 ? FOR : AGAINST), Math.abs(weight) * 2.55], 4 * n);
    });
    context.putImageData(pixels, 0, 0);
}
