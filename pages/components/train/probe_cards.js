// A card for each probe: what the network says of it at a moment, and how that came.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const WHOLE = 1000; // of a share, and of a line's width and height
const READABLE = 90; // of the width, that an answer lasts to be marked in the line

class ProbeCards {
    constructor(element) {
        this.element = element;
    }

    /** Show what the network said of each probe at this moment of the run. */
    draw(store, at, colour) {
        const { cards, about } = store;
        this.element.hidden = !cards.length;
        if (!cards.length) return;
        this.element.style.setProperty("--count", cards.length);
        this.element.style.setProperty("--leading", colour);
        while (this.element.children.length > cards.length) this.element.lastChild.remove();
        const row = store.probes.shares[countUntil(store.probes.epoch, at) - 1] ?? [];
        const epoch = valueAt(store.probes.epoch, store.probes.epoch, at) ?? 0;
        cards.forEach((card, index) => {
            let element = this.element.children[index];
            if (element?.dataset.picture !== card.picture) {
                const made = makeCard(card.picture);
                element ? element.replaceWith(made) : this.element.append(made);
                element = made;
            }
            const shares = row.slice(index * 10, index * 10 + 10);
            updateCard(element, answerOf(shares, card.label, index + 1, epoch));
            drawLine(element, store, index, at / about.epochs);
            write(element.querySelector(".end"), epochsText(about.epochs));
        });
    }
}

/** What a card says: the answer, how sure, right or wrong, and all that in words. */
function answerOf(shares, label, number, epoch) {
    if (!shares.length) {
        const said = `Your digit ${number}: no idea yet, before the training`;
        return { shares: Array(10).fill(WHOLE / 10), digit: null, sure: "no idea yet", note: "", label, said };
    }
    const top = Math.max(...shares);
    const digit = shares.indexOf(top);
    const sure = percent(Math.min(top / WHOLE, 0.999), 0);
    const note = label === null ? "" : digit === label ? "right" : `should be ${label}`;
    const said = `Your digit ${number}: read as ${digit} with ${sure}, after ${epoch.toFixed(1)} epochs`;
    return { shares, digit, sure, note, label, said: note ? `${said}, ${note}` : said };
}

function epochsText(epochs) {
    return epochs === 1 ? "1 epoch" : `${epochs} epochs`;
}

function makeCard(picture) {
    const element = document.createElement("div");
    element.dataset.picture = picture;
    element.setAttribute("role", "img");
    const digits = [...Array(10).keys()];
    const line = `<svg viewBox="0 0 1000 1000" preserveAspectRatio="none">
        <path class="area"/><path class="line"/></svg>`;
    element.innerHTML = `
        <div class="inside"><div class="head"><img alt="" src="${picture}"><div class="answer">
        <div class="digit"></div><div class="sure"></div><div class="note"></div>
        </div></div>
        <div class="bars">${digits.map((digit) => `<div>
        <div class="column"><div class="bar"></div></div>
        <div class="name">${digit}</div></div>`).join("")}</div>
        <div class="plot"><div class="later">${line}</div><div class="until">${line}</div>
        <div class="marks"></div><div class="dot"></div></div>
        <div class="axis"><span>0</span><span class="end"></span></div></div>`;
    return element;
}

function updateCard(element, card) {
    const find = (name) => element.querySelector("." + name);
    element.className = card.digit === null ? "card waiting" : "card";
    const known = card.label !== null && card.digit !== null;
    element.classList.toggle("wrong", known && card.digit !== card.label);
    set(element, { "aria-label": card.said });
    // The surer the larger: from the back of a hall that is seen before a number is.
    const top = card.digit === null ? 0 : card.shares[card.digit] / WHOLE;
    find("digit").style.transform = `scale(${0.75 + 0.25 * top})`;
    const changed = write(find("digit"), card.digit ?? "?");
    if (changed && !calm.matches) find("digit").animate({ opacity: [0.2, 1] }, 250);
    write(find("sure"), card.sure);
    write(find("note"), card.note);
    [...find("bars").children].forEach((bar, digit) => {
        bar.classList.toggle("leads", digit === card.digit);
        bar.classList.toggle("label", digit === card.label);
        bar.firstElementChild.firstElementChild.style.transform =
            `translateY(${100 - card.shares[digit] / 10}%)`;
    });
}

/** Draw how sure the network was: whole, faintly, and until a share of the run. */
function drawLine(element, store, index, share) {
    if (element.drawn !== store.version) {
        element.drawn = store.version;
        element.points = pointsOf(store, index);
        const { points } = element;
        const path = points.length ? `M${points.map(({ x, y }) => `${x},${y}`).join(" ")}` : "";
        for (const svg of element.querySelectorAll("svg")) {
            svg.querySelector(".line").setAttribute("d", path);
            svg.querySelector(".area").setAttribute("d", path && `${path}V1000H${points[0].x}Z`);
        }
        const answers = points.map(({ x, digit }) => [x, digit]);
        element.querySelector(".marks").innerHTML = lastingAnswers(answers, READABLE)
            .map(([x, digit]) => `<span class="mark ${x > 900 ? "late" : ""}" data-x="${x}"
                style="left:${x / 10}%">${digit}</span>`).join("");
    }
    const until = element.points.filter(({ x }) => x <= share * WHOLE + 0.5);
    element.querySelector(".until").style.clipPath =
        `inset(-9px ${100 - Math.min(share, 1) * 100}% -9px -9px)`;
    for (const mark of element.querySelectorAll(".mark")) {
        mark.hidden = mark.dataset.x > share * WHOLE + 0.5;
    }
    const dot = element.querySelector(".dot");
    dot.hidden = !until.length;
    if (!until.length) return;
    dot.style.transform = `translate(${until.at(-1).x / 10}%, ${until.at(-1).y / 10}%)`;
}

function pointsOf({ probes, about }, index) {
    const points = probes.epoch.flatMap((epoch, n) => {
        const shares = probes.shares[n].slice(index * 10, index * 10 + 10);
        if (!shares.length) return []; // it was added later
        const top = Math.max(...shares);
        const x = Math.min(Math.round((epoch / about.epochs) * WHOLE), WHOLE);
        return [{ x, y: WHOLE - top, digit: shares.indexOf(top) }];
    });
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    return keptPoints(xs, ys, (x) => x >> 2).map((n) => points[n]);
}
