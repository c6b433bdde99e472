const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
    const answer = parentElement.querySelector(".answer-rings");
    if (!answer.known) {
        onLiveReading(answer, ({ rings, line }) => {
            showAnswer(answer, { ...answer.known, rings });
            showLive(answer, line);
        });
    }
    answer.known = data;
    if (answer.isBeingDrawn) return;
    showAnswer(answer, data);
    showLive(answer, null);
}

// Shows the line of a live answer in place of the others, which are read aloud.
function showLive(answer, line) {
    answer.querySelector(".live").textContent = line ?? "";
    answer.classList.toggle("is-live", line !== null);
}

function showAnswer(answer, data) {
    const live = answer.classList.contains("is-live") ? "is-live" : "";
    answer.className = `answer-rings ${data.large ? "large" : ""} ${live}`;
    answer.style.setProperty("--count", data.rings.length);
    const rings = answer.querySelector(".rings");
    while (rings.children.length > data.rings.length) rings.lastChild.remove();
    while (rings.children.length < data.rings.length) rings.append(createRing());
    rings.getBoundingClientRect(); // lays out new rings, so that they close visibly too
    data.rings.forEach((ring, index) => updateRing(rings.children[index], ring));
    updateLines(answer.querySelector(".said"), data.lines);
}

function createRing() {
    const element = document.createElement("div");
    element.className = "ring waiting";
    const circle = (name) => `<circle class="${name}" cx="50" cy="50" r="46"
        pathLength="100"/>`;
    element.innerHTML = `<svg viewBox="0 0 100 100">${circle("track")}${circle("arc")}
        </svg><div class="digit"></div>`;
    return element;
}

function updateRing(element, { digit, confidence, kind, picked }) {
    element.className = `ring ${kind} ${picked ? "picked" : ""}`;
    const arc = element.querySelector(".arc").style;
    arc.strokeDashoffset = 100 - 100 * confidence;
    arc.visibility = confidence ? "" : "hidden"; // its round end would be a dot
    const shown = element.querySelector(".digit");
    if (shown.textContent === digit) return;
    shown.textContent = digit;
    if (reducedMotion.matches) return;
    const grow = [{ transform: "scale(.7)" }, { transform: "none" }];
    shown.animate(grow, { duration: 250, easing: "cubic-bezier(.2, 1.4, .4, 1)" });
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
