const DIGITS = [...Array(10).keys()];
const EDGE_AND_DIGITS = [null, ...DIGITS];
const PENDING_MS = 2000; // a click is answered by the server within that time

export default function ({ data, parentElement, setTriggerValue }) {
    const container = parentElement.querySelector(".container");
    if (!container.firstChild) build(container);
    const buttons = [...container.querySelectorAll("button")];
    const [right, wrong] = getComputedStyle(container)
        .getPropertyValue("--st-chart-categorical-colors").split(",");
    container.style.setProperty("--right", right);
    container.style.setProperty("--wrong", wrong);
    buttons.forEach((button) => fill(button, data));
    // A click marks its cell at once: until the server knows of it, what it sends is old.
    const isPending = container.clickedAt > Date.now() - PENDING_MS;
    if (!isPending) mark(container, buttons, data.chosen);
    else if (String(data.chosen) === container.dataset.chosen) container.clickedAt = 0;
    container.onclick = ({ target }) => {
        const button = target.closest("button");
        if (!button) return;
        const [predicted, label] = position(button).map((i) => EDGE_AND_DIGITS[i]);
        container.clickedAt = Date.now();
        mark(container, buttons, [label, predicted]);
        setTriggerValue("chosen", { label, predicted });
    };
    container.onkeydown = (event) => {
        const next = neighbour(buttons, event);
        if (!next) return;
        event.preventDefault();
        setTabStop(buttons, next);
        next.focus();
    };
}

function build(container) {
    const edge = (digit) => `<th scope="col"><button type="button">${digit}</button></th>`;
    const cell = () => `<td><button type="button"></button></td>`;
    const row = (digit) => `<tr><th scope="row"><button type="button">${digit}</button>
        </th>${DIGITS.map(cell).join("")}</tr>`;
    container.innerHTML = `<div class="across" aria-hidden="true">and was read as a</div>
        <div class="down" aria-hidden="true">It is a</div>
        <table><thead><tr>${["all", ...DIGITS].map(edge).join("")}</tr></thead>
        <tbody>${DIGITS.map(row).join("")}</tbody></table>`;
}

/** Column and row of a button, the edge being number 0 of both. */
function position(button) {
    const cell = button.parentElement;
    return [cell.cellIndex, cell.parentElement.rowIndex];
}

function fill(button, data) {
    const [x, y] = position(button);
    button.setAttribute("aria-label", data.names[y][x]);
    if (!x || !y) return;
    const count = data.counts[y - 1][x - 1];
    button.textContent = count || "";
    button.className = x === y ? "right" : count ? "wrong" : "";
    button.style.setProperty("--level", data.levels[y - 1][x - 1]);
}

function mark(container, buttons, chosen) {
    container.dataset.chosen = String(chosen);
    const [row, column] = chosen.map((digit) => EDGE_AND_DIGITS.indexOf(digit));
    for (const button of buttons) {
        const [x, y] = position(button);
        const isChosen = x === column && y === row;
        button.setAttribute("aria-pressed", String(isChosen));
        // The two digits of a chosen cell; the mistakes of a chosen digit.
        const leads = (!x && y === row) || (!y && x === column);
        button.classList.toggle("leads", !isChosen && leads && x + y > 0);
        const along = (!column && y === row) || (!row && x === column);
        button.classList.toggle("along", x !== y && x * y > 0 && along);
        if (isChosen) setTabStop(buttons, button);
    }
}

/** Have Tab come to this button alone; the arrow keys lead to the others. */
function setTabStop(buttons, button) {
    for (const each of buttons) each.tabIndex = each === button ? 0 : -1;
}

function neighbour(buttons, { key, target }) {
    const across = EDGE_AND_DIGITS.length;
    const here = buttons.indexOf(target);
    const x = here % across;
    const there = {
        ArrowLeft: x > 0 ? here - 1 : -1,
        ArrowRight: x < across - 1 ? here + 1 : -1,
        ArrowUp: here - across,
        ArrowDown: here + across,
        Home: here - x,
        End: here - x + across - 1,
    }[key];
    return here < 0 ? undefined : buttons[there];
}
