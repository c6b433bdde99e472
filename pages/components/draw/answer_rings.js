const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement, setTriggerValue }) {
    const answer = parentElement.querySelector(".answer-rings");
    if (!answer.known) {
        const showMine = (detail) => {
            const mine = detail[answer.known.which];
            if (!mine) return;
            showAnswer(answer, { ...answer.known, rings: mine.rings });
            showLive(answer, mine.line);
        };
        onLiveReading(answer, showMine, () => showKnown(answer));
    }
    answer.known = data;
    answer.querySelector(".rings").onclick = ({ target }) => {
        const ring = target.closest("button");
        if (!ring) return;
        const rings = [...ring.parentElement.children];
        // At once: the server's answer takes a moment.
        for (const each of rings) mark(each, each === ring);
        const { drawing } = answer.known;
        setTriggerValue("chosen", { drawing, index: rings.indexOf(ring) });
    };
    onAnswer(answer, () => showKnown(answer));
}

function showKnown(answer) {
    showAnswer(answer, answer.known);
    showLive(answer, null);
}

// Shows the line of a live answer in place of the others, which are read aloud.
function showLive(answer, line) {
    write(answer.querySelector(".live"), line ?? "");
    answer.classList.toggle("is-live", line !== null);
}

function showAnswer(answer, data) {
    const lines = data.rings.map(({ line }) => line);
    const longest = Math.max(...lines.map((line) => lines.filter((l) => l === line).length));
    answer.style.setProperty("--count", longest);
    answer.style.setProperty("--rows", Math.max(...lines) + 1);
    answer.classList.toggle("has-title", Boolean(data.title));
    write(answer.querySelector(".title"), data.title);
    write(answer.querySelector(".note"), data.note);
    const rings = answer.querySelector(".rings");
    const tag = data.rings.length > 1 ? "button" : "div"; // one of several can be chosen
    if (rings.firstChild?.localName !== tag) rings.replaceChildren();
    while (rings.children.length > data.rings.length) rings.lastChild.remove();
    const isNew = rings.children.length < data.rings.length;
    while (rings.children.length < data.rings.length) rings.append(createRing(tag));
    if (isNew) rings.getBoundingClientRect(); // lays them out, so that they close visibly
    data.rings.forEach((ring, index) => updateRing(rings.children[index], ring));
    updateLines(answer.querySelector(".said"), data.lines);
}

function createRing(tag) {
    const element = document.createElement(tag);
    element.className = "ring waiting";
    const circle = (name) => `<circle class="${name}" cx="50" cy="50" r="46"
        pathLength="100"/>`;
    element.innerHTML = `<svg viewBox="0 0 100 100">${circle("track")}${circle("arc")}
        </svg><div class="digit"></div>`;
    if (tag === "div") element.setAttribute("aria-hidden", "true"); // the line says it
    return element;
}

function updateRing(element, { digit, confidence, kind, picked, line }) {
    element.className = `ring ${kind}`;
    element.style.gridRow = line + 1;
    mark(element, picked);
    const arc = element.querySelector(".arc").style;
    arc.strokeDashoffset = 100 - 100 * confidence;
    arc.visibility = confidence ? "" : "hidden"; // its round end would be a dot
    const shown = element.querySelector(".digit");
    if (!write(shown, digit) || reducedMotion.matches) return;
    const grow = [{ transform: "scale(.7)" }, { transform: "none" }];
    shown.animate(grow, { duration: 250, easing: "cubic-bezier(.2, 1.4, .4, 1)" });
}

/** Mark the ring of the digit that the bars are about. */
function mark(element, picked) {
    element.classList.toggle("picked", picked);
    if (element.localName === "button") element.setAttribute("aria-pressed", picked);
}

function updateLines(element, lines) {
    const html = document.createElement("div");
    for (const line of lines) {
        const row = html.appendChild(document.createElement("div"));
        row.className = "line";
        row.textContent = line;
    }
    // A screen reader reads what is new: what stays the same must not be set again.
    if (element.innerHTML !== html.innerHTML) element.innerHTML = html.innerHTML;
}
