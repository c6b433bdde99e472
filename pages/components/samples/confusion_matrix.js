const DIGITS = [...Array(10).keys()];
const EDGED = [null, ...DIGITS];

export default function ({ data, parentElement, setTriggerValue }) {
    const room = parentElement.querySelector(".room");
    if (!room.firstChild) build(room);
    const buttons = [...room.querySelectorAll("button")];
    const [right, wrong] = getComputedStyle(room)
        .getPropertyValue("--st-chart-categorical-colors").split(",");
    room.style.setProperty("--right", right);
    room.style.setProperty("--wrong", wrong);
    buttons.forEach((button) => fill(button, data));
    // A click marks its cell at once; what the server says of an older one comes later.
    if (!(room.clicked > Date.now() - 2000)) mark(room, buttons, data.chosen);
    else if (String(data.chosen) === room.dataset.chosen) room.clicked = 0;
    room.onclick = ({ target }) => {
        const button = target.closest("button");
        if (!button) return;
        const [read, truth] = place(button).map((at) => EDGED[at]);
        room.clicked = Date.now();
        mark(room, buttons, [truth, read]);
        setTriggerValue("chosen", { true: truth, read });
    };
    room.onkeydown = (event) => {
        const next = neighbour(buttons, event);
        if (!next) return;
        event.preventDefault();
        enter(buttons, next);
        next.focus();
    };
}

function build(room) {
    const edge = (digit) => `<th scope="col"><button type="button">${digit}</button></th>`;
    const cell = () => `<td><button type="button"></button></td>`;
    const row = (digit) => `<tr><th scope="row"><button type="button">${digit}</button>
        </th>${DIGITS.map(cell).join("")}</tr>`;
    room.innerHTML = `<div class="across" aria-hidden="true">and was read as a</div>
        <div class="down" aria-hidden="true">It is a</div>
        <table><thead><tr>${["all", ...DIGITS].map(edge).join("")}</tr></thead>
        <tbody>${DIGITS.map(row).join("")}</tbody></table>`;
}

/** Column and row of a button, the edge being number 0 of both. */
function place(button) {
    const cell = button.parentElement;
    return [cell.cellIndex, cell.parentElement.rowIndex];
}

function fill(button, data) {
    const [x, y] = place(button);
    button.setAttribute("aria-label", data.names[y][x]);
    if (!x || !y) return;
    const count = data.counts[y - 1][x - 1];
    button.textContent = count || "";
    button.className = x === y ? "right" : count ? "wrong" : "";
    button.style.setProperty("--level", data.levels[y - 1][x - 1]);
}

function mark(room, buttons, chosen) {
    room.dataset.chosen = String(chosen);
    const [truth, read] = chosen.map((digit) => EDGED.indexOf(digit));
    for (const button of buttons) {
        const [x, y] = place(button);
        const is = x === read && y === truth;
        button.setAttribute("aria-pressed", String(is));
        // The two digits of a chosen cell; the mistakes of a chosen digit.
        const leads = (!x && y === truth) || (!y && x === read);
        button.classList.toggle("leads", !is && leads && x + y > 0);
        const along = (!read && y === truth) || (!truth && x === read);
        button.classList.toggle("along", x !== y && x * y > 0 && along);
        if (is) enter(buttons, button);
    }
}

/** The button that Tab comes to; the arrow keys lead to the others. */
function enter(buttons, button) {
    for (const each of buttons) each.tabIndex = each === button ? 0 : -1;
}

function neighbour(buttons, { key, target }) {
    const across = EDGED.length;
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
