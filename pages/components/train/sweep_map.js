const WIDEST = 560, HEIGHT = 220, LEFT = 64, RIGHT = 16, TOP = 12, BOTTOM = 48;

export default function ({ data, parentElement, setTriggerValue }) {
    const place = parentElement.querySelector(".sweep-map");
    const width = Math.min(place.clientWidth || WIDEST, WIDEST);
    const known = JSON.stringify([data, width]);
    if (place.dataset.known === known) return; // a click is not lost under a redraw
    place.dataset.known = known;
    place.innerHTML = "";
    place.append(data.fields.length === 1 ? line(data, width) : heatMap(data));
    const choose = ({ target }) => {
        const run = target.closest("[data-run]")?.dataset.run;
        if (run) setTriggerValue("chosen", run);
    };
    place.onclick = choose;
    place.onkeydown = (event) => {
        if (event.target.tagName === "circle" && event.key === "Enter") choose(event);
    };
}

function line({ fields: [field], values: [values], means, runs }, width) {
    const scale = scaleOf([...means, ...runs]);
    const x = (n) => LEFT + ((n + 0.5) / values.length) * (width - LEFT - RIGHT);
    const y = (share) => TOP + (1 - scale.level(share)) * (HEIGHT - TOP - BOTTOM);
    const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "group" });
    picture.setAttribute("aria-label", `${field} against test accuracy`);
    for (const share of [scale.low, scale.high]) {
        picture.append(
            svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(share), y2: y(share) }),
            svg("text", { x: LEFT - 8, y: y(share) + 4, "text-anchor": "end" }, percent(share)),
        );
    }
    values.forEach((value, n) => {
        const at = { x: x(n), y: HEIGHT - BOTTOM + 20, "text-anchor": "middle" };
        picture.append(svg("text", at, value));
    });
    picture.append(svg("text", { x: (LEFT + width) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, field));
    const ended = means.filter((each) => each.accuracy !== null).sort((a, b) => a.x - b.x);
    const points = ended.map((each) => `${x(each.x)},${y(each.accuracy)}`).join(" ");
    picture.append(svg("polyline", { points }), ...runs.map((run) => dot(run, x, y)));
    return picture;
}

function dot(run, x, y) {
    const circle = svg("circle", { cx: x(run.x), cy: y(run.accuracy), r: 6, tabindex: 0 });
    circle.setAttribute("role", "button");
    circle.setAttribute("aria-label", run.name);
    circle.dataset.run = run.run;
    circle.append(svg("title", {}, run.name));
    return circle;
}

function heatMap({ fields, values: [columns, rows], means }) {
    const scale = scaleOf(means);
    const table = document.createElement("table");
    table.createCaption().textContent = `${fields[0]} (across), ${fields[1]} (down)`;
    const head = table.createTHead().insertRow();
    head.append(header(""), ...columns.map(header));
    const body = table.createTBody();
    rows.forEach((name, y) => {
        const row = body.insertRow();
        row.append(header(name));
        columns.forEach((_, x) => {
            const found = means.find((each) => each.x === x && each.y === y);
            row.insertCell().append(cell(found, scale));
        });
    });
    return table;
}

function header(text) {
    const cell = document.createElement("th");
    cell.textContent = text;
    return cell;
}

function cell(point, scale) {
    const button = document.createElement("button");
    const isKnown = point.accuracy !== null;
    button.textContent = isKnown ? percent(point.accuracy) : "\u2013";
    button.style.setProperty("--level", isKnown ? 0.15 + 0.85 * scale.level(point.accuracy) : 0);
    button.title = point.name;
    button.setAttribute("aria-label", point.name);
    button.disabled = !point.run;
    if (point.run) button.dataset.run = point.run;
    return button;
}

function scaleOf(points) {
    const shares = points.map((each) => each.accuracy).filter((share) => share !== null);
    const low = Math.min(1, ...shares), high = Math.max(0, ...shares);
    const span = high - low || 1;
    if (!shares.length) return { low: 0, high: 1, level: () => 0 };
    return { low, high, level: (share) => (high > low ? (share - low) / span : 0.5) };
}

function percent(share) {
    return `${(share * 100).toFixed(2)} %`;
}

function svg(tag, attributes, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
}
