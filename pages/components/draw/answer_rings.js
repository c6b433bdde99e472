const calm = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
    const hero = parentElement.querySelector(".hero");
    const shape = data.beside ? "beside" : "row";
    hero.className = `hero ${shape} ${data.large ? "large" : ""}`;
    hero.style.setProperty("--count", data.rings.length);
    const rings = hero.querySelector(".rings");
    while (rings.children.length > data.rings.length) rings.lastChild.remove();
    while (rings.children.length < data.rings.length) rings.append(make());
    rings.getBoundingClientRect(); // so that a new ring closes before one's eyes, too
    data.rings.forEach((ring, place) => update(rings.children[place], ring));
    say(hero.querySelector(".lines"), data.lines);
}

function make() {
    const element = document.createElement("div");
    element.className = "ring waiting";
    const circle = (name) => `<circle class="${name}" cx="50" cy="50" r="46"
        pathLength="100"/>`;
    element.innerHTML = `<svg viewBox="0 0 100 100">${circle("track")}${circle("arc")}
        </svg><div class="digit"></div>`;
    return element;
}

function update(element, { digit, share, kind, picked }) {
    element.className = `ring ${kind} ${picked ? "picked" : ""}`;
    const arc = element.querySelector(".arc").style;
    arc.strokeDashoffset = 100 - 100 * share;
    arc.visibility = share ? "" : "hidden"; // its round end would be a dot
    const shown = element.querySelector(".digit");
    if (shown.textContent === digit) return;
    shown.textContent = digit;
    if (calm.matches) return;
    const grow = [{ transform: "scale(.7)" }, { transform: "none" }];
    shown.animate(grow, { duration: 250, easing: "cubic-bezier(.2, 1.4, .4, 1)" });
}

function say(element, lines) {
    const html = document.createElement("div");
    for (const line of lines) {
        const said = html.appendChild(document.createElement("div"));
        said.className = "line";
        said.textContent = line;
    }
    // A screen reader reads what is new: what stays the same must not be set again.
    if (element.innerHTML !== html.innerHTML) element.innerHTML = html.innerHTML;
}
