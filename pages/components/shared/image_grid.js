export default function ({ data, parentElement, setTriggerValue }) {
    const wall = parentElement.querySelector(".wall");
    wall.setAttribute("aria-label", data.label);
    if (wall.dataset.id !== data.id) build(wall, data);
    wall.onclick = ({ target }) => {
        const tile = target.closest("button");
        if (!tile) return;
        mark(wall, tile); // at once: the server's answer takes a moment
        const place = [...wall.children].indexOf(tile);
        setTriggerValue("chosen", { id: data.id, place });
    };
    wall.onkeydown = (event) => {
        const next = neighbour(wall, event);
        if (!next) return;
        event.preventDefault();
        enter(wall, next);
        next.focus();
    };
}

function build(wall, data) {
    wall.dataset.id = data.id;
    wall.replaceChildren(...data.tiles.map(make));
    const chosen = wall.children[data.chosen ?? -1];
    if (chosen) mark(wall, chosen);
    else if (wall.children.length) enter(wall, wall.children[0]);
}

function make({ picture, name, caption }) {
    const tile = document.createElement("button");
    tile.type = "button";
    tile.setAttribute("aria-label", name);
    tile.setAttribute("aria-pressed", "false");
    tile.innerHTML = `<img alt="" width="84" height="84" src="${picture}">
        <span aria-hidden="true"></span>`;
    tile.querySelector("span").textContent = caption;
    return tile;
}

function mark(wall, tile) {
    for (const each of wall.children) {
        each.setAttribute("aria-pressed", String(each === tile));
    }
    enter(wall, tile);
}

/** The tile that Tab comes to; the arrow keys lead to the others. */
function enter(wall, tile) {
    for (const each of wall.children) each.tabIndex = each === tile ? 0 : -1;
}

function neighbour(wall, { key, target }) {
    const tiles = [...wall.children];
    const here = tiles.indexOf(target);
    const top = tiles[0]?.offsetTop;
    const across = tiles.filter((tile) => tile.offsetTop === top).length;
    const there = {
        ArrowLeft: here - 1,
        ArrowRight: here + 1,
        ArrowUp: here - across,
        ArrowDown: here + across,
        Home: 0,
        End: tiles.length - 1,
    }[key];
    return here < 0 ? undefined : tiles[there];
}
